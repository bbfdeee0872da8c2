//! A token: made once, good until it expires or is revoked.

use crate::wire;
use journal::decider::Decider;

journal::event_set! {
    /// What happens to a token.
    pub(crate) enum TokenEvent published by crate::publish::token_name {
        /// It was made.
        Created(wire::TokenCreated) = ("access.token_created", 1),
        /// It was taken back before its time.
        Revoked(wire::TokenRevoked) = ("access.token_revoked", 1),
    }
}

/// What is known of a token.
#[derive(Default)]
pub(crate) struct State {
    /// As it was made.
    pub(crate) created: Option<wire::TokenCreated>,
    revoked: bool,
}

/// What can be asked of a token.
pub(crate) enum Command {
    /// Make it.
    Create(wire::TokenCreated),
    /// Take it back.
    Revoke(wire::TokenRevoked),
}

/// Why a command on a token is not allowed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It exists, made by another command.
    Exists,
    /// It was never made.
    Unknown,
}

/// The rules of `token-…` streams.
pub(crate) struct Token;

// === impl Token ===

impl Decider for Token {
    type State = State;
    type Command = Command;
    type Event = TokenEvent;
    type Refusal = Refusal;

    fn evolve(mut state: State, event: &TokenEvent) -> State {
        match event {
            TokenEvent::Created(event) => state.created = Some(event.clone()),
            TokenEvent::Revoked(_) => state.revoked = true,
        }
        state
    }

    fn decide(state: &State, command: &Command) -> Result<Vec<TokenEvent>, Refusal> {
        match (command, &state.created) {
            (Command::Create(_), Some(_)) => Err(Refusal::Exists),
            (Command::Create(asked), None) => Ok(vec![TokenEvent::Created(asked.clone())]),
            (Command::Revoke(_), None) => Err(Refusal::Unknown),
            (Command::Revoke(_), Some(_)) if state.revoked => Ok(vec![]),
            (Command::Revoke(asked), Some(_)) => Ok(vec![TokenEvent::Revoked(asked.clone())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn created() -> wire::TokenCreated {
        wire::TokenCreated::default()
    }

    fn revoked() -> wire::TokenRevoked {
        wire::TokenRevoked::default()
    }

    fn given(events: &[TokenEvent]) -> State {
        events.iter().fold(State::default(), Token::evolve)
    }

    #[test]
    fn a_token_is_made_once() {
        let make = Command::Create(created());
        assert_eq!(
            Token::decide(&given(&[]), &make),
            Ok(vec![TokenEvent::Created(created())])
        );
        let state = given(&[TokenEvent::Created(created())]);
        assert_eq!(Token::decide(&state, &make), Err(Refusal::Exists));
    }

    #[test]
    fn a_token_is_revoked_once_however_often_it_is_asked() {
        let revoke = Command::Revoke(revoked());
        let mut events = vec![TokenEvent::Created(created())];
        let first = Token::decide(&given(&events), &revoke).unwrap();
        assert_eq!(first, [TokenEvent::Revoked(revoked())]);
        events.extend(first);
        assert_eq!(Token::decide(&given(&events), &revoke), Ok(vec![]));
    }

    #[test]
    fn a_token_that_was_never_made_cannot_be_revoked() {
        let revoke = Command::Revoke(revoked());
        assert_eq!(Token::decide(&given(&[]), &revoke), Err(Refusal::Unknown));
    }
}
