//! How far each consumer got, and what it had to set aside.
//!
//! A cursor is a hint that may lag: every event is applied under an id derived from the event, so
//! applying it again changes nothing. What is set aside is kept with its reason until somebody acts.

use journal::JournalIdentity;
use rusqlite::{Connection, OptionalExtension, params};
use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// One service's consumers' cursors and set-aside events, in a file of its own.
pub struct Inbox {
    file: Mutex<Connection>,
}

/// An event that its consumer cannot apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAside {
    /// Producing service.
    pub producer: String,
    /// Its public sequence there.
    pub sequence: u64,
    /// CloudEvents type.
    pub kind: String,
    /// Why, without personal data.
    pub reason: String,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
}

/// Why the inbox file could not be used.
#[derive(Debug, thiserror::Error)]
#[error("use the inbox file")]
pub struct InboxError(#[from] rusqlite::Error);

// === impl Inbox ===

impl Inbox {
    /// Opens or makes the file.
    pub fn open(path: &Path) -> Result<Self, InboxError> {
        let file = Connection::open(path)?;
        file.pragma_update(None, "journal_mode", "WAL")?;
        file.pragma_update(None, "synchronous", "NORMAL")?;
        file.execute_batch(
            "CREATE TABLE IF NOT EXISTS cursor(
                 producer TEXT PRIMARY KEY, life TEXT NOT NULL, sequence INTEGER NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS set_aside(
                 producer TEXT NOT NULL, sequence INTEGER NOT NULL, life TEXT NOT NULL,
                 kind TEXT NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL,
                 PRIMARY KEY(producer, sequence)) STRICT;",
        )?;
        Ok(Self {
            file: Mutex::new(file),
        })
    }

    /// The last sequence of `producer` that was dealt with in this life of its journal; 0 where there
    /// is none. After a restore everything is read again, and what is known already changes nothing.
    pub fn cursor(&self, producer: &str, life: JournalIdentity) -> Result<u64, InboxError> {
        let sequence = self
            .file()
            .query_row(
                "SELECT sequence FROM cursor WHERE producer = ?1 AND life = ?2",
                [producer, &life.to_string()],
                |row| row.get(0),
            )
            .optional()?;
        Ok(sequence.unwrap_or(0))
    }

    /// Remembers that everything of `producer` up to `sequence` was dealt with. What was set aside in
    /// another life is forgotten: its sequences name other events now, and all are heard again.
    pub fn advance(
        &self,
        producer: &str,
        life: JournalIdentity,
        sequence: u64,
    ) -> Result<(), InboxError> {
        let file = self.file();
        begin(&file, producer, life)?;
        file.execute(
            "INSERT INTO cursor VALUES(?1, ?2, ?3)
             ON CONFLICT(producer) DO UPDATE SET life = excluded.life, sequence = excluded.sequence",
            params![producer, life.to_string(), sequence],
        )?;
        Ok(())
    }

    /// Keeps an event that cannot be applied, counted in this life of its producer's journal.
    pub fn set_aside(&self, life: JournalIdentity, event: &SetAside) -> Result<(), InboxError> {
        let file = self.file();
        begin(&file, &event.producer, life)?;
        file.execute(
            "INSERT OR REPLACE INTO set_aside VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                event.producer,
                event.sequence,
                life.to_string(),
                event.kind,
                event.reason,
                event.at_ms
            ],
        )?;
        Ok(())
    }

    /// Everything set aside, oldest first.
    pub fn list_set_aside(&self) -> Result<Vec<SetAside>, InboxError> {
        let file = self.file();
        let mut query = file.prepare(
            "SELECT producer, sequence, kind, reason, at_ms FROM set_aside
             ORDER BY at_ms, producer, sequence",
        )?;
        let rows = query.query_map([], |row| {
            Ok(SetAside {
                producer: row.get(0)?,
                sequence: row.get(1)?,
                kind: row.get(2)?,
                reason: row.get(3)?,
                at_ms: row.get(4)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many events of `producer` are set aside.
    pub fn count_set_aside(&self, producer: &str) -> Result<u64, InboxError> {
        let file = self.file();
        let mut query =
            file.prepare_cached("SELECT COUNT(*) FROM set_aside WHERE producer = ?1")?;
        Ok(query.query_row([producer], |row| row.get(0))?)
    }

    /// Whether the event of this sequence in this life is set aside.
    pub fn is_set_aside(
        &self,
        producer: &str,
        life: JournalIdentity,
        sequence: u64,
    ) -> Result<bool, InboxError> {
        let found = self
            .file()
            .query_row(
                "SELECT 1 FROM set_aside WHERE producer = ?1 AND sequence = ?2 AND life = ?3",
                params![producer, sequence, life.to_string()],
                |_| Ok(()),
            )
            .optional()?;
        Ok(found.is_some())
    }

    /// Takes an event that was applied after all off the list.
    pub fn take_up(&self, producer: &str, sequence: u64) -> Result<(), InboxError> {
        self.file().execute(
            "DELETE FROM set_aside WHERE producer = ?1 AND sequence = ?2",
            params![producer, sequence],
        )?;
        Ok(())
    }

    /// A panic elsewhere leaves no half-written row behind: SQLite's transactions see to that.
    fn file(&self) -> MutexGuard<'_, Connection> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The consumer hears `producer` in this life.
fn begin(file: &Connection, producer: &str, life: JournalIdentity) -> rusqlite::Result<()> {
    let sql = "DELETE FROM set_aside WHERE producer = ?1 AND life <> ?2";
    let mut forget = file.prepare_cached(sql)?;
    forget.execute([producer, &life.to_string()]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(epoch: u64) -> JournalIdentity {
        let id = [7; 16];
        JournalIdentity { id, epoch }
    }

    fn set_aside(sequence: u64) -> SetAside {
        SetAside {
            producer: "police".to_owned(),
            sequence,
            kind: "firstbell.v1.x".to_owned(),
            reason: "not its message".to_owned(),
            at_ms: 1_763_694_000_000,
        }
    }

    #[test]
    fn what_was_set_aside_is_of_one_life_and_forgotten_when_another_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Inbox::open(&folder.path().join("inbox.sqlite3")).unwrap();
        inbox.set_aside(life(1), &set_aside(50)).unwrap();
        inbox.advance("police", life(1), 60).unwrap();
        assert!(inbox.is_set_aside("police", life(1), 50).unwrap());
        assert!(!inbox.is_set_aside("police", life(2), 50).unwrap());
        inbox.advance("access", life(2), 1).unwrap();
        assert_eq!(inbox.count_set_aside("police").unwrap(), 1);
        inbox.set_aside(life(2), &set_aside(3)).unwrap();
        let listed = inbox.list_set_aside().unwrap();
        assert_eq!(listed, [set_aside(3)], "begun by setting aside");
        inbox.advance("police", life(3), 1).unwrap();
        assert_eq!(inbox.count_set_aside("police").unwrap(), 0);
    }

    #[test]
    fn a_restored_journal_is_read_from_its_beginning() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Inbox::open(&folder.path().join("inbox.sqlite3")).unwrap();
        inbox.advance("police", life(1), 7).unwrap();
        assert_eq!(inbox.cursor("police", life(2)).unwrap(), 0);
        inbox.advance("police", life(2), 3).unwrap();
        assert_eq!(inbox.cursor("police", life(2)).unwrap(), 3);
    }

    #[test]
    fn a_cursor_and_a_set_aside_event_outlive_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inbox.sqlite3");
        {
            let inbox = Inbox::open(&path).unwrap();
            assert_eq!(inbox.cursor("police", life(1)).unwrap(), 0);
            inbox.advance("police", life(1), 7).unwrap();
            inbox.set_aside(life(1), &set_aside(5)).unwrap();
        }
        let inbox = Inbox::open(&path).unwrap();
        assert_eq!(inbox.cursor("police", life(1)).unwrap(), 7);
        assert_eq!(inbox.list_set_aside().unwrap()[0].sequence, 5);
    }
}
