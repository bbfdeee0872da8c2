//! Tokens: 32 random bytes, shown once, kept as their hash.

use super::{Act, Registry, Stream, fresh_command, random};
use crate::{
    checks::{Holder, NewToken},
    domain::{
        Token,
        token::{Command, Refusal, State},
    },
    problems,
    views::TokenRow,
    wire,
};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use host::problem::{Code, Problem};
use jiff::{SignedDuration, Timestamp};
use journal::{
    CommandId, Reserve,
    id::{hex, unhex16},
};
use keys::KeyKind;
use policy::{Organisation, Role};
use proto::access::v1::{self as public, ContactCard};

/// What every token begins with, so that a leaked one can be recognised.
const PREFIX: &str = "fb_";

/// The SHA-256 that a token is kept as; none for a text that is no token.
pub(crate) fn hash_of(token: &str) -> Option<[u8; 32]> {
    let secret = URL_SAFE_NO_PAD.decode(token.strip_prefix(PREFIX)?).ok()?;
    let hash = digest(&SHA256, &secret);
    (secret.len() == 32).then(|| hash.as_ref().try_into().ok())?
}

// === impl Registry ===

impl Registry {
    /// Makes a token. The same command again names the token and does not show it.
    pub(crate) async fn create_token(
        &self,
        by: &str,
        new: NewToken,
    ) -> Result<public::CreateTokenResponse, Problem> {
        self.known(&new.organisation, "code").await?;
        let command_id = match &new.command_id {
            Some(id) => id.clone(),
            None => hex(&random::<16>()?),
        };
        let stream = self.stream_of("token", &new.organisation, &command_id);
        let secret = random::<32>()?;
        let made = self.to_be_made(&stream, &new, &secret).await?;
        let act = Act {
            stream: &stream,
            by,
            command: CommandId::derive(&[b"access", &stream.id, b"create"]),
            reserve: Reserve::Keep,
        };
        let outcome = self.act::<Token>(act, &Command::Create(made.clone())).await;
        let outcome = outcome.map_err(|error| problems::of_execute(error, refused))?;
        let kept = as_made(&outcome.state, &made)?;
        Ok(public::CreateTokenResponse {
            token_id: kept.token_id.clone(),
            token: if outcome.repeated {
                String::new()
            } else {
                format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret))
            },
            expires_at: Some(timestamp(kept.expires_at_ms)),
            position: self.shown(outcome.position).await?,
        })
    }

    /// Takes a token back; it is refused from the moment this is answered. The last one that lets
    /// the hub's operator in is not taken back.
    pub(crate) async fn revoke_token(
        &self,
        by: &str,
        token_id: String,
    ) -> Result<public::RevokeTokenResponse, Problem> {
        let id = unhex16(&token_id).ok_or_else(Problem::not_found)?;
        let _one_at_a_time = self.revoking.lock().await;
        self.leaves_an_operator(&token_id).await?;
        let act = Act {
            stream: &Stream::of("token", id),
            by,
            command: fresh_command()?,
            reserve: Reserve::MayUse,
        };
        let command = Command::Revoke(wire::TokenRevoked { token_id });
        let outcome = self.act::<Token>(act, &command).await;
        let outcome = outcome.map_err(|error| problems::of_execute(error, refused))?;
        let position = self.shown(outcome.position).await?;
        Ok(public::RevokeTokenResponse { position })
    }

    async fn leaves_an_operator(&self, without: &str) -> Result<(), Problem> {
        let rows = self.views.current().await.map_err(problems::of_read)?;
        let now = self.clock.now().as_millisecond();
        let lets_in = |token: &&TokenRow| {
            let operates = token.made.roles().any(|role| role == Role::HubOperator);
            operates && !token.revoked && token.made.expires_at_ms > now
        };
        let mut letting_in = rows.tokens().filter(lets_in);
        match (letting_in.next(), letting_in.next()) {
            (Some(last), None) if last.made.token_id == without => Err(Problem::new(
                Code::Conflict,
                "This is the last token of the hub's operator. Make another before revoking it.",
            )),
            _ => Ok(()),
        }
    }

    /// Whom a token was given for; none where there is no such token.
    pub(crate) async fn token_owner(&self, id: &str) -> Result<Option<Organisation>, Problem> {
        let rows = self.views.current().await.map_err(problems::of_read)?;
        Ok(rows.token(id).map(|token| Organisation {
            kind: token.made.kind(),
            code: token.made.code.clone(),
        }))
    }

    /// Tokens given for an organisation, those that are over too, by id.
    pub(crate) async fn list_tokens(
        &self,
        organisation: &Organisation,
    ) -> Result<public::ListTokensResponse, Problem> {
        let rows = self.views.current().await.map_err(problems::of_read)?;
        let name = rows.name_of(organisation).unwrap_or_default();
        let tokens = rows.tokens_of(organisation).map(|token| public::TokenInfo {
            token_id: token.made.token_id.clone(),
            organisation: Some(public::Organisation {
                kind: organisation.kind.into(),
                code: organisation.code.clone(),
                name: name.to_owned(),
            }),
            roles: token.made.roles.clone(),
            contact_id: token.made.contact_id.clone(),
            expires_at: Some(timestamp(token.made.expires_at_ms)),
            revoked: token.revoked,
        });
        Ok(public::ListTokensResponse {
            tokens: tokens.collect(),
        })
    }

    async fn to_be_made(
        &self,
        stream: &Stream,
        new: &NewToken,
        secret: &[u8; 32],
    ) -> Result<wire::TokenCreated, Problem> {
        let (contact_id, holder) = match &new.holder {
            Holder::Contact(id) => {
                self.contact_exists(&new.organisation, id).await?;
                (id.clone(), None)
            }
            Holder::Named(name) => {
                let card = ContactCard {
                    name: name.clone(),
                    ..ContactCard::default()
                };
                let sealed = self.seal(KeyKind::Holder, stream.id, &card).await?;
                (String::new(), Some(sealed))
            }
        };
        Ok(wire::TokenCreated {
            token_id: hex(&stream.id),
            kind: new.organisation.kind.into(),
            code: new.organisation.code.clone(),
            roles: new.roles.iter().map(|role| (*role).into()).collect(),
            hash: digest(&SHA256, secret).as_ref().to_vec(),
            contact_id,
            holder,
            expires_at_ms: expiry(self.clock.now(), new.days),
        })
    }

    async fn contact_exists(&self, organisation: &Organisation, id: &str) -> Result<(), Problem> {
        let rows = self.views.current().await.map_err(problems::of_read)?;
        rows.contact(organisation, id).map(|_| ()).ok_or_else(|| {
            Problem::invalid_field(
                "contact_id",
                "names no contact of that organisation",
                "set the contact first",
            )
        })
    }
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::Exists => another_command(),
        Refusal::Unknown => Problem::not_found(),
    }
}

/// The token as it was made first, if it was asked for in the same way.
fn as_made<'a>(
    state: &'a State,
    asked: &wire::TokenCreated,
) -> Result<&'a wire::TokenCreated, Problem> {
    let created = state.created.as_ref();
    created
        .filter(|made| made.roles == asked.roles && made.contact_id == asked.contact_id)
        .ok_or_else(another_command)
}

fn another_command() -> Problem {
    Problem::of(Code::Conflict).with_field(
        "command_id",
        "was used for another token",
        "choose a new one for a new token",
    )
}

fn expiry(now: Timestamp, days: u32) -> i64 {
    let life = SignedDuration::from_hours(i64::from(days) * 24);
    now.saturating_add(life)
        .unwrap_or(Timestamp::MAX)
        .as_millisecond()
}

fn timestamp(ms: i64) -> prost_types::Timestamp {
    let at = Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    prost_types::Timestamp {
        seconds: at.as_second(),
        nanos: at.subsec_nanosecond(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_token_has_a_hash() {
        let text = URL_SAFE_NO_PAD.encode([7; 32]);
        let hash = hash_of(&format!("fb_{text}"));
        assert_eq!(hash.unwrap().as_slice(), digest(&SHA256, &[7; 32]).as_ref());
        let short = URL_SAFE_NO_PAD.encode([7; 31]);
        for bad in [
            String::new(),
            "fb_".into(),
            text.clone(),
            format!("fb_{short}"),
            format!("fb_{text}A"),
            format!("FB_{text}"),
            "fb_Testy McTestface é".into(),
        ] {
            assert_eq!(hash_of(&bad), None);
        }
    }
}
