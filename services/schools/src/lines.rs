//! Loads a child line and carries out commands on it.

use crate::{
    domain::{Command, Line, LineDecider, Refusal},
    seals::Seals,
};
use clock::SharedClock;
use host::telemetry::current_traceparent;
use journal::{
    CommandId, Position, ReadError, Reserve, SharedJournal, StreamName,
    decider::{Context, ExecuteError, begin, fold, memory::Memory},
    id::unhex16,
};
use policy::Principal;
use std::sync::Arc;

/// The child lines of the hub.
#[derive(Clone)]
pub struct Lines {
    /// Where they are kept.
    pub journal: SharedJournal,
    /// Dates what is done to them.
    pub clock: SharedClock,
    /// Names who did it.
    pub seals: Seals,
    /// How the lines stood that something was done to lately.
    pub lately: Arc<Memory<Line>>,
}

/// Why a command was not carried out.
pub type CommandError = ExecuteError<Refusal>;

/// Who or what asks.
pub enum Cause<'a> {
    /// A public event of another service.
    Event(&'a bus::PublicEvent),
    /// A person or system, known to this service.
    Person(&'a Principal),
    /// The clock or the post room.
    Machine,
}

// === impl Lines ===

impl Lines {
    /// The stream of a line; none where the id is not of that form.
    pub fn stream(line_id: &str) -> Option<StreamName> {
        unhex16(line_id).map(|id| StreamName::of("line", id))
    }

    /// The line as it stands; unknown lines are empty.
    pub async fn load(&self, line_id: &str) -> Result<Line, ReadError> {
        match Self::stream(line_id) {
            Some(stream) => fold::<LineDecider>(&self.journal.read(&stream).await?),
            None => Ok(Line::default()),
        }
    }

    /// The line as it stood after what this process last did to it, read where that was long ago: for
    /// whoever can do with it, since another process may have done something meanwhile.
    pub async fn recall(&self, line_id: &str) -> Result<Arc<Line>, ReadError> {
        let lately = Self::stream(line_id).and_then(|stream| self.lately.recall(&stream));
        match lately {
            Some(lately) => Ok(Arc::clone(&lately.state)),
            None => self.load(line_id).await.map(Arc::new),
        }
    }

    /// Carries out `command` under `id`; answers with the position to wait for in the view.
    pub async fn run(
        &self,
        line_id: &str,
        id: CommandId,
        cause: Cause<'_>,
        command: &Command,
    ) -> Result<Position, CommandError> {
        let stream = Self::stream(line_id).ok_or(ExecuteError::Refused(Refusal::NotFound))?;
        let context = self.context(&stream, line_id, id, &cause).await?;
        let (journal, lately) = (&self.journal, &self.lately);
        let position = if let Command::Receive { .. } = command {
            let outcome = begin::<LineDecider>(journal, &stream, &context, command).await?;
            lately.note(&stream, &outcome);
            outcome.position
        } else {
            lately
                .execute::<LineDecider>(journal, &stream, &context, command)
                .await?
        };
        Ok(position.unwrap_or_default())
    }

    async fn context(
        &self,
        stream: &StreamName,
        line_id: &str,
        id: CommandId,
        cause: &Cause<'_>,
    ) -> Result<Context, CommandError> {
        let correlation = if let Cause::Event(event) = cause {
            event.correlation
        } else {
            // A line belongs to one notification for ever.
            let line = self.recall(line_id).await.map_err(ExecuteError::Read)?;
            unhex16(&line.notification_id).ok_or(ExecuteError::Refused(Refusal::NotFound))?
        };
        let now = self.clock.now();
        Ok(Context {
            command: id,
            actor: match cause {
                Cause::Event(event) => event.producer.to_owned(),
                Cause::Person(principal) => self.seals.actor(stream, principal),
                Cause::Machine => "schools".to_owned(),
            },
            causation: match cause {
                Cause::Event(event) => *event.id.as_bytes(),
                Cause::Person(_) | Cause::Machine => *id.as_bytes(),
            },
            correlation,
            occurred_at: match cause {
                Cause::Event(event) => event.occurred_at,
                Cause::Person(_) | Cause::Machine => now,
            },
            // What reaches a line was accepted already, or keeps a promise: it must not wait for space.
            reserve: Reserve::MayUse,
            traceparent: current_traceparent().unwrap_or_else(|| match cause {
                Cause::Event(event) => event.traceparent.clone(),
                Cause::Person(_) | Cause::Machine => String::new(),
            }),
        })
    }
}
