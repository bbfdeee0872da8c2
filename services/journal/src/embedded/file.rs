//! A journal's file opened for looking only, beside a running hub or without one.

use super::{
    OpenError,
    readers::store,
    schema::{connect_to_read, from_sql, hash_of, identity, position_of, to_sql},
};
use crate::{
    JournalIdentity, Position, ReadError, Verbatim, audit::RawEvent, checkpoint::STREAM_PREFIX,
};
use prost::bytes::Bytes;
use rusqlite::{Connection, Row, types::ValueRef};
use std::{collections::BTreeSet, path::Path};

/// A read-only look at one moment of a journal's file.
pub struct JournalFile {
    connection: Connection,
    identity: JournalIdentity,
}

// === impl JournalFile ===

impl JournalFile {
    /// Opens the file without a lock; a hub that writes to it goes on undisturbed.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let connection = connect_to_read(path)?;
        let identity = identity(&connection)?;
        Ok(Self {
            connection,
            identity,
        })
    }

    /// Which journal this is.
    pub fn identity(&self) -> JournalIdentity {
        self.identity
    }

    /// Names of the streams with events that `copy` does not hold, even where both have gone on
    /// since they came apart. Checkpoints are left out: they are the journal's own, and say nothing
    /// that happened.
    pub fn streams_beyond(&self, copy: &Self) -> Result<BTreeSet<String>, ReadError> {
        // The hash of a stream's last event stands for all events before it.
        let last = "SELECT stream, MAX(revision), hash FROM events GROUP BY stream";
        let held = "SELECT 1 FROM events WHERE stream = ?1 AND revision = ?2 AND hash = ?3";
        let mut last = self.connection.prepare(last).map_err(store)?;
        let mut held = copy.connection.prepare(held).map_err(store)?;
        let mut rows = last.query([]).map_err(store)?;
        let mut beyond = BTreeSet::new();
        while let Some(row) = rows.next().map_err(store)? {
            let (stream, revision, hash): (String, i64, Vec<u8>) = row.try_into().map_err(store)?;
            let ours = stream.starts_with(STREAM_PREFIX);
            if !ours && !held.exists((&stream, revision, hash)).map_err(store)? {
                beyond.insert(stream);
            }
        }
        Ok(beyond)
    }

    /// Position of the last event; [`Position::START`] where there is none.
    pub fn last(&self) -> Result<Position, ReadError> {
        let sql = "SELECT coalesce(max(position), 0) FROM events";
        self.connection
            .query_row(sql, [], |row| position_of(row, 0))
            .map_err(store)
    }

    /// What SQLite itself finds wrong with the file, one finding each; empty where all is well.
    pub(crate) fn integrity(&self) -> Vec<String> {
        let check = || -> rusqlite::Result<Vec<String>> {
            let mut check = self.connection.prepare("PRAGMA integrity_check")?;
            check.query_map([], |row| row.get(0))?.collect()
        };
        let mut found = check().unwrap_or_else(|error| vec![error.to_string()]);
        found.retain(|finding| finding != "ok");
        found
    }

    /// Shows every event after `after` as it is stored, in position order.
    ///
    /// All reads of one call see the same moment. Fails at the first page that cannot be read.
    pub fn each(
        &self,
        after: Position,
        mut see: impl FnMut(RawEvent<'_>),
    ) -> Result<(), ReadError> {
        let mut statement = self.connection.prepare(AS_KEPT).map_err(store)?;
        let mut rows = statement.query([to_sql(after.0), -1]).map_err(store)?;
        while let Some(row) = rows.next().map_err(store)? {
            see(raw(row).map_err(store)?);
        }
        Ok(())
    }
}

/// Everything that is kept of so many events after a position; of all, where the limit is negative.
const AS_KEPT: &str = "SELECT position, stream, revision, event_id, public_sequence, hash, frame
                       FROM events WHERE position > ?1 ORDER BY position LIMIT ?2";

/// Up to `limit` events after a position, as they are kept.
pub(super) fn verbatim(
    connection: &Connection,
    after: Position,
    limit: usize,
) -> Result<Vec<Verbatim>, ReadError> {
    let mut statement = connection.prepare_cached(AS_KEPT).map_err(store)?;
    let page = [to_sql(after.0), to_sql(limit as u64)];
    let mut rows = statement.query(page).map_err(store)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(store)? {
        let raw = raw(row).map_err(store)?;
        events.push(Verbatim {
            position: raw.position,
            stream: Bytes::copy_from_slice(raw.stream),
            revision: raw.revision,
            event_id: Bytes::copy_from_slice(raw.event_id),
            public_sequence: raw.public_sequence,
            hash: raw.hash,
            frame: Bytes::copy_from_slice(raw.frame),
        });
    }
    Ok(events)
}

fn raw<'a>(row: &'a Row<'_>) -> rusqlite::Result<RawEvent<'a>> {
    let public: Option<i64> = row.get(4)?;
    Ok(RawEvent {
        position: position_of(row, 0)?,
        stream: row.get_ref(1)?.as_bytes().unwrap_or_default(),
        revision: from_sql(row.get(2)?),
        event_id: bytes(row, 3)?,
        public_sequence: public.map(from_sql),
        hash: hash_of(row, 5)?,
        frame: bytes(row, 6)?,
    })
}

fn bytes<'a>(row: &'a Row<'_>, column: usize) -> rusqlite::Result<&'a [u8]> {
    Ok(match row.get_ref(column)? {
        ValueRef::Blob(bytes) => bytes,
        _ => &[],
    })
}
