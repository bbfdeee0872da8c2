//! Puts on record who changed what the hub works from, before it is changed.
//!
//! The record comes first, the change second. Were it the other way round, a crash between the two
//! would leave a change that nobody answers for, and nothing would show it. This way round it leaves
//! a record of what was asked for and never answered: whoever asked says it again, is recognised by
//! the derived id, and the change follows. Every change can be made twice without harm for that reason.

mod models;

use crate::{
    domain::{
        model::ModelRefusal,
        record::{DayCommand, DayDecider, DayRefusal, ImportCommand, ImportDecider},
    },
    seals::Seals,
    wire::stored as s,
};
use clock::SharedClock;
use jiff::{Timestamp, civil::Date};
use journal::{
    CommandId, Position, ReadError, Reserve, SharedJournal, StreamName,
    decider::{Context, ExecuteError, begin, execute, fold},
};
use keys::SealError;
pub use models::{ModelInUse, TakeError};
use policy::Principal;
use std::{convert::Infallible, sync::Arc};
use tokio::sync::{Mutex, MutexGuard};

/// The records of the hub.
#[derive(Clone)]
pub struct Records {
    /// Where they are kept.
    pub journal: SharedJournal,
    /// Dates them.
    pub clock: SharedClock,
    /// Names who did what.
    pub seals: Seals,
    /// Held from a record to the end of its change.
    pub turns: Arc<Turns>,
}

/// One change at a time, so that what is in force is what was recorded last.
#[derive(Default)]
pub struct Turns {
    days: Mutex<()>,
    imports: Mutex<()>,
    models: Mutex<()>,
}

/// One file that was read and is about to be taken.
pub struct Import<'a> {
    /// What it holds.
    pub kind: s::ImportKind,
    /// Whether its rows replace what was there.
    pub mode: s::ImportedMode,
    /// The date its content was true on; none: today.
    pub as_at: Option<Date>,
    /// Names its content.
    pub version: &'a str,
    /// Rows below the header.
    pub rows_read: u64,
    /// Those that are taken.
    pub rows_taken: u64,
    /// Those that are not, for a fault of theirs.
    pub rows_refused: u64,
}

/// The last change of a school's day.
#[derive(Clone, Copy, Debug)]
pub struct DayChange {
    /// Names it and no other.
    pub id: [u8; 16],
    /// When it was asked for.
    pub at: Timestamp,
    /// Where it is on record.
    pub position: Position,
}

/// Why something was not put on record; it must not be done then.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Who did it could not be sealed.
    #[error("seal who did it")]
    Seal(#[from] SealError),
    /// The stream could not be read.
    #[error("read what was recorded before")]
    Read(#[from] ReadError),
    /// The day cannot be changed.
    #[error("put a change of the day on record")]
    Day(#[source] ExecuteError<DayRefusal>),
    /// The journal did not take it.
    #[error("put an import on record")]
    Import(#[source] ExecuteError<Infallible>),
    /// The journal did not take it.
    #[error("put learnt weights on record")]
    Learnt(#[source] ExecuteError<Infallible>),
    /// The journal did not take it.
    #[error("put the weights in use on record")]
    Taken(#[source] ExecuteError<ModelRefusal>),
}

// === impl Records ===

impl Records {
    /// Waits until no other change of a school's day is under way.
    pub async fn turn_of_days(&self) -> MutexGuard<'_, ()> {
        self.turns.days.lock().await
    }

    /// Waits until no other import is under way.
    pub async fn turn_of_imports(&self) -> MutexGuard<'_, ()> {
        self.turns.imports.lock().await
    }

    /// A school is shut on this day. That it is already is no fault: the change is then the one that
    /// shut it.
    pub async fn close_day(
        &self,
        principal: &Principal,
        urn: &str,
        date: Date,
    ) -> Result<Option<DayChange>, RecordError> {
        let id = self.seals.school_day(urn, date);
        let stream = StreamName::of("closed", id);
        let command = self.next_change(&stream, "close", principal).await?;
        let event = s::DayClosed {
            school: Some(self.seals.recorded_school(command, urn).await?),
            date: date.to_string(),
            by: Some(self.seals.changed_by(command, principal).await?),
        };
        let context = self.context(&stream, id, command, principal, Reserve::MayUse);
        self.change(&stream, &context, DayCommand::Close(event))
            .await
    }

    /// A school that was shut on this day is open. That it was never shut is no fault: nothing has
    /// changed then.
    pub async fn reopen_day(
        &self,
        principal: &Principal,
        urn: &str,
        date: Date,
    ) -> Result<Option<DayChange>, RecordError> {
        let id = self.seals.school_day(urn, date);
        let stream = StreamName::of("closed", id);
        let command = self.next_change(&stream, "reopen", principal).await?;
        let event = s::DayReopened {
            by: Some(self.seals.changed_by(command, principal).await?),
        };
        let context = self.context(&stream, id, command, principal, Reserve::MayUse);
        self.change(&stream, &context, DayCommand::Reopen(event))
            .await
    }

    /// Names an import: the same file from the same hands on the same day.
    pub fn import_id(&self, principal: &Principal, today: Date, import: &Import<'_>) -> [u8; 16] {
        self.seals.import(&[
            import.kind.as_str_name().as_bytes(),
            import.mode.as_str_name().as_bytes(),
            import.as_at_text().as_bytes(),
            import.version.as_bytes(),
            principal.id.as_bytes(),
            today.to_string().as_bytes(),
        ])
    }

    /// How often this import was recorded.
    pub async fn times_imported(&self, id: [u8; 16]) -> Result<u32, RecordError> {
        let history = self.journal.read(&StreamName::of("import", id)).await?;
        Ok(fold::<ImportDecider>(&history)?)
    }

    /// A file is taken, and was so `number` times before. Said again, it is the same record.
    pub async fn import(
        &self,
        principal: &Principal,
        import: &Import<'_>,
        id: [u8; 16],
        number: u32,
    ) -> Result<Position, RecordError> {
        let stream = StreamName::of("import", id);
        let command = CommandId::derive(&[b"schools.import", &id, &number.to_be_bytes()]);
        let event = s::ReferenceImported {
            kind: import.kind.into(),
            mode: import.mode.into(),
            as_at: import.as_at_text(),
            content: self.seals.content(import.version),
            rows_read: import.rows_read,
            rows_taken: import.rows_taken,
            rows_refused: import.rows_refused,
            file: Some(self.seals.imported_file(command, import.version).await?),
            by: Some(self.seals.changed_by(command, principal).await?),
        };
        let context = self.context(&stream, id, command, principal, Reserve::Keep);
        let command = ImportCommand {
            number,
            import: event,
        };
        let outcome = begin::<ImportDecider>(&self.journal, &stream, &context, &command)
            .await
            .map_err(RecordError::Import)?;
        Ok(outcome.position.unwrap_or_default())
    }

    /// The same tap twice is one command; a tap after the day has changed is another.
    async fn next_change(
        &self,
        stream: &StreamName,
        verb: &str,
        principal: &Principal,
    ) -> Result<CommandId, RecordError> {
        let day = fold::<DayDecider>(&self.journal.read(stream).await?)?;
        Ok(CommandId::derive(&[
            b"schools.day",
            verb.as_bytes(),
            stream.as_str().as_bytes(),
            principal.id.as_bytes(),
            &day.changes.to_be_bytes(),
        ]))
    }

    async fn change(
        &self,
        stream: &StreamName,
        context: &Context,
        command: DayCommand,
    ) -> Result<Option<DayChange>, RecordError> {
        execute::<DayDecider>(&self.journal, stream, context, &command)
            .await
            .map_err(RecordError::Day)?;
        let history = self.journal.read(stream).await?;
        Ok(history.last().map(|last| DayChange {
            id: *last.event_id().as_bytes(),
            at: last.occurred_at(),
            position: last.position,
        }))
    }

    fn context(
        &self,
        stream: &StreamName,
        correlation: [u8; 16],
        command: CommandId,
        principal: &Principal,
        reserve: Reserve,
    ) -> Context {
        Context {
            command,
            actor: self.seals.actor(stream, principal),
            causation: *command.as_bytes(),
            correlation,
            occurred_at: self.clock.now(),
            reserve,
            traceparent: host::telemetry::current_traceparent().unwrap_or_default(),
        }
    }
}

// === impl Import ===

impl Import<'_> {
    fn as_at_text(&self) -> String {
        self.as_at.map_or_else(String::new, |date| date.to_string())
    }
}
