//! A journal's file that is filled with the events of a journal kept elsewhere.

use super::{
    OpenError,
    append::INSERT,
    file::verbatim,
    restore::Held,
    schema::{self, connect_to_write, tail, to_sql},
};
use crate::{
    Position, Verbatim,
    copy::{Fill, FillError, Standing},
};
use async_trait::async_trait;
use rusqlite::{Connection, ErrorCode};

/// A journal's file that nobody else has open. Each call reads or writes the disk before it returns.
pub struct EmbeddedFill {
    /// None as long as there is no file.
    connection: Option<Connection>,
    standing: Option<Standing>,
    /// Position of the last event.
    last: u64,
    /// Given back last.
    place: Held,
}

// === impl EmbeddedFill ===

impl EmbeddedFill {
    /// Opens the file in `place`, where there is one; makes none yet.
    pub fn open(place: Held) -> Result<Self, OpenError> {
        let mut fill = Self {
            connection: None,
            standing: None,
            last: 0,
            place,
        };
        if fill.place.path.exists() {
            let connection = connect_to_write(&fill.place.path)?;
            if !schema::is_new(&connection).map_err(schema::not_a_journal)? {
                fill.standing = Some(schema::standing(&connection)?);
                fill.last = tail(&connection)?.position;
            }
            fill.connection = Some(connection);
        }
        Ok(fill)
    }

    fn connection(&mut self) -> Result<&mut Connection, FillError> {
        if self.connection.is_none() {
            let made = connect_to_write(&self.place.path).map_err(store)?;
            self.connection = Some(made);
        }
        self.connection.as_mut().ok_or(FillError::Overtaken)
    }

    fn insert(&mut self, events: &[Verbatim]) -> Result<(), FillError> {
        let mut last = self.last;
        let transaction = self.connection()?.transaction().map_err(failed)?;
        for event in events {
            last += 1;
            let stream = std::str::from_utf8(&event.stream);
            let stream = stream.map_err(|_| FillError::Unreadable(event.position))?;
            let mut insert = transaction.prepare_cached(INSERT).map_err(failed)?;
            let row = (
                to_sql(last),
                stream,
                to_sql(event.revision),
                &event.event_id[..],
                event.public_sequence.map(to_sql),
                &event.hash.0[..],
                &event.frame[..],
            );
            insert.execute(row).map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
        self.last = last;
        Ok(())
    }
}

#[async_trait]
impl Fill for EmbeddedFill {
    fn standing(&self) -> Option<Standing> {
        self.standing
    }

    async fn read(&mut self, after: Position, limit: usize) -> Result<Vec<Verbatim>, FillError> {
        match &self.connection {
            Some(connection) if self.standing.is_some() => {
                verbatim(connection, after, limit).map_err(store)
            }
            _ => Ok(Vec::new()),
        }
    }

    async fn say(&mut self, standing: Standing) -> Result<(), FillError> {
        schema::say(self.connection()?, standing).map_err(store)
    }

    async fn add(&mut self, events: &[Verbatim]) -> Result<(), FillError> {
        self.insert(events)
    }
}

fn failed(error: rusqlite::Error) -> FillError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => FillError::NoSpace,
        _ => store(error),
    }
}

fn store(error: impl std::error::Error + Send + Sync + 'static) -> FillError {
    FillError::Store(Box::new(error))
}
