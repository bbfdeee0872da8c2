//! An organisation: its name, and where its webhook goes.

use crate::wire;
use journal::decider::Decider;
use proto::sealing::Sealed;
use std::convert::Infallible;

journal::event_set! {
    /// What happens to an organisation.
    pub(crate) enum OrganisationEvent published by crate::publish::organisation_name {
        /// It was registered, or registered again under another name.
        Registered(wire::OrganisationRegistered) = ("access.organisation_registered", 1),
        /// Its webhook was named or taken away.
        WebhookSet(wire::WebhookSet) = ("access.webhook_set", 1),
    }
}

/// What is known of an organisation.
#[derive(Default)]
pub(crate) struct State {
    name: Option<String>,
    webhook: Option<Sealed>,
}

/// What can be asked of an organisation.
pub(crate) enum Command {
    /// Register it under this name.
    Register(wire::OrganisationRegistered),
    /// Name its webhook, or take it away.
    SetWebhook(wire::WebhookSet),
}

/// The rules of `organisation-…` streams.
pub(crate) struct OrganisationStream;

// === impl OrganisationStream ===

impl Decider for OrganisationStream {
    type State = State;
    type Command = Command;
    type Event = OrganisationEvent;
    type Refusal = Infallible;

    fn evolve(mut state: State, event: &OrganisationEvent) -> State {
        match event {
            OrganisationEvent::Registered(event) => state.name = Some(event.name.clone()),
            OrganisationEvent::WebhookSet(event) => state.webhook.clone_from(&event.target),
        }
        state
    }

    fn decide(state: &State, command: &Command) -> Result<Vec<OrganisationEvent>, Infallible> {
        Ok(match command {
            Command::Register(asked) if state.name.as_ref() == Some(&asked.name) => vec![],
            Command::Register(asked) => vec![OrganisationEvent::Registered(asked.clone())],
            Command::SetWebhook(asked) if asked.target == state.webhook => vec![],
            Command::SetWebhook(asked) => vec![OrganisationEvent::WebhookSet(asked.clone())],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registered(name: &str) -> wire::OrganisationRegistered {
        wire::OrganisationRegistered {
            name: name.into(),
            ..Default::default()
        }
    }

    fn webhook(ciphertext: Option<&[u8]>) -> wire::WebhookSet {
        wire::WebhookSet {
            target: ciphertext.map(|bytes| Sealed {
                ciphertext: bytes.into(),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    fn given(events: &[OrganisationEvent]) -> State {
        let nothing = State::default();
        events.iter().fold(nothing, OrganisationStream::evolve)
    }

    fn when(state: &State, command: Command) -> Vec<OrganisationEvent> {
        OrganisationStream::decide(state, &command).unwrap()
    }

    #[test]
    fn the_same_name_again_changes_nothing_and_another_one_does() {
        let state = given(&[OrganisationEvent::Registered(registered("Test Police"))]);
        assert_eq!(
            when(&state, Command::Register(registered("Test Police"))),
            []
        );
        assert_eq!(
            when(&state, Command::Register(registered("Police of Test"))),
            [OrganisationEvent::Registered(registered("Police of Test"))]
        );
    }

    #[test]
    fn a_webhook_that_is_not_there_cannot_be_taken_away() {
        assert_eq!(when(&given(&[]), Command::SetWebhook(webhook(None))), []);
        let state = given(&[OrganisationEvent::WebhookSet(webhook(Some(b"x")))]);
        assert_eq!(
            when(&state, Command::SetWebhook(webhook(None))),
            [OrganisationEvent::WebhookSet(webhook(None))]
        );
    }
}
