//! The file that the contact book is loaded from.

use super::{
    ContactError,
    rows::{Row, Rows},
};
use bus::PublicEvent;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::path::Path;

/// Rows of the life that is shown, and of the one that is being heard.
pub(super) struct File(Connection);

// === impl File ===

impl File {
    pub(super) fn open(path: &Path) -> Result<Self, ContactError> {
        let file = Connection::open(path)?;
        file.pragma_update(None, "journal_mode", "WAL")?;
        // The cursor beside it may outlive a power cut, so the rows must too.
        file.pragma_update(None, "synchronous", "FULL")?;
        file.pragma_update(None, "secure_delete", "ON")?;
        file.execute_batch(
            "CREATE TABLE IF NOT EXISTS shown(one INTEGER PRIMARY KEY, life TEXT NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS entry(
                 life TEXT NOT NULL, kind INTEGER NOT NULL, code TEXT NOT NULL,
                 contact_id TEXT NOT NULL, sequence INTEGER NOT NULL, event TEXT NOT NULL,
                 message BLOB NOT NULL,
                 PRIMARY KEY(life, kind, code, contact_id)) STRICT;",
        )?;
        Ok(Self(file))
    }

    /// The life whose rows are shown.
    pub(super) fn shown(&self) -> Result<Option<String>, ContactError> {
        let sql = "SELECT life FROM shown";
        let life = self.0.query_row(sql, [], |row| row.get(0));
        Ok(life.optional()?)
    }

    /// Another life whose rows are there.
    pub(super) fn other_than(&self, shown: &str) -> Result<Option<String>, ContactError> {
        let sql = "SELECT life FROM entry WHERE life <> ?1 LIMIT 1";
        let life = self.0.query_row(sql, [shown], |row| row.get(0));
        Ok(life.optional()?)
    }

    pub(super) fn rows(&self, life: &str) -> Result<Rows, ContactError> {
        let sql = "SELECT event, sequence, message FROM entry WHERE life = ?1";
        let mut query = self.0.prepare(sql)?;
        let read = query.query_map([life], |row| {
            let (event, sequence, message) = (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok::<(String, u64, Vec<u8>), _>((event, sequence, message))
        })?;
        let mut rows = Rows::default();
        for read in read {
            let (event, sequence, message) = read?;
            // It was understood when it was written; another version's event shows nobody.
            if let Ok(Some(row)) = Row::read(&event, sequence, message.into()) {
                rows.take(row);
            }
        }
        Ok(rows)
    }

    /// Keeps what an event said, unless something later of this life is kept.
    pub(super) fn keep(
        &self,
        life: &str,
        row: &Row,
        event: &PublicEvent,
    ) -> Result<(), ContactError> {
        let (kind, code) = &row.owner;
        self.0.execute(
            "INSERT INTO entry VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO UPDATE SET sequence = excluded.sequence, event = excluded.event,
                 message = excluded.message WHERE excluded.sequence > sequence",
            params![
                life,
                kind,
                code,
                row.id,
                row.sequence,
                event.kind,
                &*event.payload
            ],
        )?;
        Ok(())
    }

    /// Forgets every life but these.
    pub(super) fn keep_only(&self, shown: &str, coming: &str) -> Result<(), ContactError> {
        let sql = "DELETE FROM entry WHERE life NOT IN (?1, ?2)";
        self.0.execute(sql, [shown, coming])?;
        Ok(())
    }

    /// From now on this life is shown, and no other is kept.
    pub(super) fn show(&mut self, life: &str) -> Result<(), ContactError> {
        let change = self.0.transaction()?;
        change.execute("INSERT OR REPLACE INTO shown VALUES(1, ?1)", [life])?;
        change.execute("DELETE FROM entry WHERE life <> ?1", [life])?;
        change.commit()?;
        Ok(())
    }
}
