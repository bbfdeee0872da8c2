//! Carries out what was asked and allowed: seals what is personal, runs the command on its stream,
//! and answers when the rows show it.

mod contacts;
mod organisations;
mod tokens;

pub(crate) use tokens::hash_of;

use crate::{problems, views::Views};
use aws_lc_rs::rand;
use clock::SharedClock;
use host::{problem::Problem, telemetry::current_traceparent};
use jiff::tz::TimeZone;
use journal::{
    CommandId, Position, Reserve, SharedJournal, StreamName,
    decider::{Context, Decider, ExecuteError, Outcome, execute},
    id::hex,
};
use keys::{KeyId, KeyKind, Sealer};
use policy::Organisation;
use prost::Message;
use proto::sealing::{FieldClass, Sealed};
use tokio::sync::Mutex;

/// The service behind its doors.
pub(crate) struct Registry {
    pub(crate) journal: SharedJournal,
    pub(crate) sealer: Sealer,
    pub(crate) clock: SharedClock,
    pub(crate) views: Views,
    /// Where a contact's first and last day begin and end.
    pub(crate) london: TimeZone,
    /// One at a time takes a token back, so that no two take each other's for the one that is left.
    pub(crate) revoking: Mutex<()>,
}

/// A stream and the opaque id that its name shows.
struct Stream {
    name: StreamName,
    id: [u8; 16],
}

/// One command: on which stream, by whom, under which id.
struct Act<'a> {
    stream: &'a Stream,
    /// The principal's id.
    by: &'a str,
    command: CommandId,
    reserve: Reserve,
}

// === impl Registry ===

impl Registry {
    /// The stream of `kind` for what `parts` name.
    fn stream(&self, kind: &'static str, parts: &[&[u8]]) -> Stream {
        Stream::of(
            kind,
            self.opaque("access.stream", &[&[kind.as_bytes()], parts].concat()),
        )
    }

    /// The stream of `kind` for an organisation, or for something of it.
    fn stream_of(&self, kind: &'static str, of: &Organisation, id: &str) -> Stream {
        let parts = [of.kind.as_str_name(), of.code.as_str(), id];
        self.stream(kind, &parts.map(str::as_bytes))
    }

    /// Half of a keyed hash.
    fn opaque(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; 16] {
        let hash = self.sealer.opaque(purpose, parts);
        let mut id = [0; 16];
        for (to, from) in id.iter_mut().zip(hash) {
            *to = from;
        }
        id
    }

    /// Seals `plain` under the key for what the stream is about, making the key where there is none.
    async fn seal(
        &self,
        kind: KeyKind,
        about: [u8; 16],
        plain: &impl Message,
    ) -> Result<Sealed, Problem> {
        let key = KeyId::of(kind, about);
        let made = self.sealer.make(std::slice::from_ref(&key)).await;
        made.map_err(problems::of_key)?;
        self.sealer
            .seal(&key, FieldClass::Identity, plain)
            .await
            .map_err(problems::of_seal)
    }

    /// The plain value; none where its key was destroyed.
    pub(crate) async fn open<M: Message + Default>(
        &self,
        sealed: &Sealed,
    ) -> Result<Option<M>, Problem> {
        let opened = self.sealer.open(sealed).await.map_err(problems::of_open)?;
        Ok(opened.plain())
    }

    async fn act<D: Decider>(
        &self,
        act: Act<'_>,
        command: &D::Command,
    ) -> Result<Outcome<D::State>, ExecuteError<D::Refusal>> {
        let stream = act.stream;
        let actor = self.opaque("access.actor", &[&stream.id, act.by.as_bytes()]);
        let context = Context {
            command: act.command,
            actor: hex(&actor),
            causation: *act.command.as_bytes(),
            correlation: stream.id,
            occurred_at: self.clock.now(),
            reserve: act.reserve,
            traceparent: current_traceparent().unwrap_or_default(),
        };
        execute::<D>(&self.journal, &stream.name, &context, command).await
    }

    /// Waits until the rows show `position`, and gives it its outside form.
    async fn shown(&self, position: Option<Position>) -> Result<String, Problem> {
        let position = position.unwrap_or_default();
        let rows = self.views.at_least(position).await;
        rows.map(|_| format!("access-{}", position.0))
            .map_err(problems::of_read)
    }
}

/// The id of a command whose repetition is seen from what it asks for, not from a key of the caller.
fn fresh_command() -> Result<CommandId, Problem> {
    Ok(CommandId::derive(&[b"access", &random::<16>()?]))
}

/// Random bytes for secrets and for ids that nothing can be derived from.
fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|error| problems::internal(&error))?;
    Ok(bytes)
}

// === impl Stream ===

impl Stream {
    fn of(kind: &'static str, id: [u8; 16]) -> Self {
        Self {
            name: StreamName::of(kind, id),
            id,
        }
    }
}
