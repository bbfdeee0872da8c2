//! The file that reference data is kept in.

use super::Mode;
use jiff::civil::Date;
use prost::Message;
use proto::sealing::Sealed;
use rusqlite::{Connection, OptionalExtension, backup::Backup, params};
use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Kinds of files that are kept as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A GIAS extract; a newer one takes its place.
    Schools,
    /// Successor links; a newer file takes its place.
    Links,
    /// Calendars; files add up.
    Calendar,
}

pub(super) struct Store(Mutex<Connection>);

const PAGES_A_STEP: i32 = 4_096;

// === impl Kind ===

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Self::Schools => "schools",
            Self::Links => "links",
            Self::Calendar => "calendar",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Schools, Self::Links, Self::Calendar]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

// === impl Store ===

impl Store {
    pub(super) fn open(path: &Path) -> rusqlite::Result<Self> {
        let file = Connection::open(path)?;
        file.pragma_update(None, "journal_mode", "WAL")?;
        file.pragma_update(None, "synchronous", "FULL")?;
        file.pragma_update(None, "secure_delete", "ON")?;
        file.execute_batch(
            "CREATE TABLE IF NOT EXISTS file(
                 seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, bytes BLOB NOT NULL) STRICT;
             CREATE TABLE IF NOT EXISTS roll(
                 seq INTEGER PRIMARY KEY, school TEXT NOT NULL, whole INTEGER NOT NULL,
                 sealed BLOB NOT NULL) STRICT;
             CREATE INDEX IF NOT EXISTS roll_by_school ON roll(school);
             CREATE TABLE IF NOT EXISTS closed(
                 urn TEXT NOT NULL, date TEXT NOT NULL, PRIMARY KEY(urn, date)) STRICT;
             CREATE TABLE IF NOT EXISTS import(
                 place TEXT PRIMARY KEY, id BLOB NOT NULL, number INTEGER NOT NULL) STRICT;",
        )?;
        Ok(Self(Mutex::new(file)))
    }

    pub(super) fn put_file(&self, kind: Kind, bytes: &[u8]) -> rusqlite::Result<()> {
        let mut file = self.file();
        let change = file.transaction()?;
        if kind != Kind::Calendar {
            change.execute("DELETE FROM file WHERE kind = ?1", [kind.name()])?;
        }
        change.execute(
            "INSERT INTO file(kind, bytes) VALUES(?1, ?2)",
            params![kind.name(), bytes],
        )?;
        change.commit()
    }

    pub(super) fn files(&self) -> rusqlite::Result<Vec<(Kind, Vec<u8>)>> {
        let file = self.file();
        let mut query = file.prepare("SELECT kind, bytes FROM file ORDER BY seq")?;
        let rows = query.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        rows.filter_map(|row| match row {
            Ok((kind, bytes)) => Kind::parse(&kind).map(|kind| Ok((kind, bytes))),
            Err(error) => Some(Err(error)),
        })
        .collect()
    }

    pub(super) fn put_roll(
        &self,
        school: &str,
        mode: Mode,
        sealed: &Sealed,
    ) -> rusqlite::Result<()> {
        let mut file = self.file();
        let change = file.transaction()?;
        if mode == Mode::Whole {
            change.execute("DELETE FROM roll WHERE school = ?1", [school])?;
        }
        change.execute(
            "INSERT INTO roll(school, whole, sealed) VALUES(?1, ?2, ?3)",
            params![school, mode == Mode::Whole, sealed.encode_to_vec()],
        )?;
        change.commit()
    }

    pub(super) fn rolls(&self) -> rusqlite::Result<Vec<(Mode, Sealed)>> {
        let file = self.file();
        let mut query = file.prepare("SELECT whole, sealed FROM roll ORDER BY seq")?;
        let rows = query.query_map([], |row| {
            let mode = if row.get(0)? {
                Mode::Whole
            } else {
                Mode::Delta
            };
            let sealed: Vec<u8> = row.get(1)?;
            Ok((mode, Sealed::decode(sealed.as_slice()).unwrap_or_default()))
        })?;
        rows.collect()
    }

    pub(super) fn put_closed_day(&self, urn: &str, date: Date) -> rusqlite::Result<()> {
        self.file().execute(
            "INSERT OR IGNORE INTO closed VALUES(?1, ?2)",
            params![urn, date.to_string()],
        )?;
        Ok(())
    }

    pub(super) fn drop_closed_day(&self, urn: &str, date: Date) -> rusqlite::Result<()> {
        self.file().execute(
            "DELETE FROM closed WHERE urn = ?1 AND date = ?2",
            params![urn, date.to_string()],
        )?;
        Ok(())
    }

    pub(super) fn closed_days(&self) -> rusqlite::Result<Vec<(String, Date)>> {
        let file = self.file();
        let mut query = file.prepare("SELECT urn, date FROM closed")?;
        let rows = query.query_map([], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        })?;
        rows.filter_map(|row| match row {
            Ok((urn, date)) => date.parse().ok().map(|date| Ok((urn, date))),
            Err(error) => Some(Err(error)),
        })
        .collect()
    }

    pub(super) fn begin_import(
        &self,
        places: &[String],
        id: [u8; 16],
        next: u32,
    ) -> rusqlite::Result<u32> {
        if places.is_empty() {
            // It changes nothing, so the first time is enough.
            return Ok(0);
        }
        let mut file = self.file();
        let change = file.transaction()?;
        let mut last = Vec::with_capacity(places.len());
        for place in places {
            let row = change
                .prepare_cached("SELECT id, number FROM import WHERE place = ?1")?
                .query_row([place], |row| Ok((row.get(0)?, row.get(1)?)));
            last.push(row.optional()?);
        }
        if let Some(Some((known, number))) = last.first().copied()
            && known == id
            && last.iter().all(|other| *other == Some((id, number)))
        {
            return Ok(number);
        }
        for place in places {
            change
                .prepare_cached("INSERT OR REPLACE INTO import VALUES(?1, ?2, ?3)")?
                .execute(params![place, id, next])?;
        }
        change.commit()?;
        Ok(next)
    }

    pub(super) fn backup_to(&self, path: &Path) -> rusqlite::Result<()> {
        let mut copy = Connection::open(path)?;
        let file = self.file();
        Backup::new(&file, &mut copy)?.run_to_completion(PAGES_A_STEP, Duration::ZERO, None)
    }

    fn file(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
