//! The view's file, and waiting for it.

use journal::{JournalIdentity, Position, embedded::WriteBack};
use rusqlite::{Connection, OptionalExtension, config::DbConfig};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The read models of the schools service.
pub struct View {
    path: PathBuf,
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    shown: watch::Sender<Position>,
    /// For each school that somebody watches, by its tag: the last position that touched it.
    watched: Mutex<HashMap<String, watch::Sender<Position>>>,
    ended: CancellationToken,
}

/// Why the view could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The file could not be read or written.
    #[error("use the schools view")]
    File(#[from] rusqlite::Error),
    /// The thread that writes its log back could not be started.
    #[error("start a thread for the schools view")]
    Thread(#[from] std::io::Error),
}

/// A view made by another version of these tables is thrown away and made again.
const FORMAT: i64 = 5;

/// The rows of a line are all over the file: many changes of one page are written back at once.
const LOG_PAGES: i32 = 8_192;

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS journal(one INTEGER PRIMARY KEY, life TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS cursor(one INTEGER PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS line(
    line_id TEXT PRIMARY KEY, notification_id TEXT NOT NULL, force TEXT NOT NULL,
    owner_force TEXT NOT NULL, place TEXT NOT NULL, desk INTEGER NOT NULL, queue INTEGER NOT NULL,
    council_tag TEXT, since_ms INTEGER NOT NULL, deadline_ms INTEGER NOT NULL,
    urgent INTEGER NOT NULL, hidden INTEGER NOT NULL, candidates INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS line_at_desk ON line(owner_force) WHERE place = 'desk';
CREATE INDEX IF NOT EXISTS line_by_notification ON line(notification_id);
CREATE TABLE IF NOT EXISTS alert(
    alert_id TEXT PRIMARY KEY, line_id TEXT NOT NULL, notification_id TEXT NOT NULL,
    school_tag TEXT NOT NULL, council_tag TEXT, state INTEGER NOT NULL,
    deadline_ms INTEGER NOT NULL, raised_ms INTEGER NOT NULL, late INTEGER NOT NULL,
    urgent INTEGER NOT NULL, opened INTEGER NOT NULL, confirmed_ms INTEGER, by BLOB,
    passed_to BLOB, child_tag TEXT, incident_day TEXT NOT NULL, on_call_sheet INTEGER NOT NULL,
    hidden INTEGER NOT NULL, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alert_by_school ON alert(school_tag, state);
CREATE INDEX IF NOT EXISTS alert_by_council ON alert(council_tag, on_call_sheet);
CREATE INDEX IF NOT EXISTS alert_by_line ON alert(line_id);
CREATE INDEX IF NOT EXISTS alert_waits ON alert(state, deadline_ms) WHERE state IN (1, 3);
CREATE TABLE IF NOT EXISTS decision(
    line_id TEXT NOT NULL, nth INTEGER NOT NULL, day INTEGER NOT NULL, force TEXT NOT NULL,
    council_tag TEXT, hidden INTEGER NOT NULL, model TEXT NOT NULL, identity INTEGER NOT NULL,
    asked INTEGER NOT NULL, asked_no INTEGER NOT NULL, conflicting INTEGER NOT NULL,
    overturned INTEGER NOT NULL, overturned_left INTEGER NOT NULL, misdirected INTEGER NOT NULL,
    restored INTEGER NOT NULL, chosen INTEGER NOT NULL, missing INTEGER, differs INTEGER,
    PRIMARY KEY(line_id, nth)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS decision_by_day ON decision(day);
CREATE TABLE IF NOT EXISTS enquiry(
    enquiry_id TEXT PRIMARY KEY, line_id TEXT NOT NULL, school_tag TEXT NOT NULL,
    asked_ms INTEGER NOT NULL, deadline_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS enquiry_by_school ON enquiry(school_tag);
CREATE INDEX IF NOT EXISTS enquiry_by_line ON enquiry(line_id);
CREATE TABLE IF NOT EXISTS party(
    line_id TEXT NOT NULL, person_tag TEXT NOT NULL,
    PRIMARY KEY(line_id, person_tag)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS timer(
    line_id TEXT NOT NULL, due_ms INTEGER NOT NULL,
    PRIMARY KEY(line_id, due_ms)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS timer_by_due ON timer(due_ms);
CREATE TABLE IF NOT EXISTS step(
    line_id TEXT NOT NULL, subject_id TEXT NOT NULL, rung INTEGER NOT NULL,
    due_ms INTEGER NOT NULL, PRIMARY KEY(line_id, subject_id, rung, due_ms)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS step_by_due ON step(due_ms);
CREATE TABLE IF NOT EXISTS change(
    position INTEGER NOT NULL, school_tag TEXT NOT NULL, notification_id TEXT NOT NULL,
    PRIMARY KEY(school_tag, position, notification_id)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS change_by_position ON change(position);
";

// === impl View ===

impl View {
    /// Opens the file, or makes it anew where there is none or it is of another format.
    pub fn open(path: &Path) -> Result<Self, ViewError> {
        let mut writer = connect(path)?;
        let format: i64 = writer.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if format != FORMAT && format != 0 {
            drop(writer);
            remove(path);
            writer = connect(path)?;
        }
        writer.execute_batch(TABLES)?;
        writer.pragma_update(None, "user_version", FORMAT)?;
        let position = writer
            .query_row("SELECT position FROM cursor", [], |row| row.get(0))
            .optional()?;
        let reader = connect(path)?;
        WriteBack::start(connect(path)?)?.look_after(&mut writer, LOG_PAGES)?;
        Ok(Self {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            shown: watch::Sender::new(Position(position.unwrap_or(0))),
            watched: Mutex::default(),
            ended: CancellationToken::new(),
        })
    }

    /// The same for this life of a journal: a view of another is thrown away, since its positions
    /// would be taken for those of this one.
    pub fn of(path: &Path, life: JournalIdentity) -> Result<Self, ViewError> {
        let life = life.to_string();
        let mut view = Self::open(path)?;
        let made_from = view.made_from()?;
        if made_from.is_some_and(|made_from| made_from != life) {
            drop(view);
            remove(path);
            view = Self::open(path)?;
        }
        let write = "INSERT OR REPLACE INTO journal VALUES(1, ?1)";
        view.writer().execute(write, [life])?;
        Ok(view)
    }

    fn made_from(&self) -> rusqlite::Result<Option<String>> {
        let sql = "SELECT life FROM journal";
        let life = self.reader().query_row(sql, [], |row| row.get(0));
        life.optional()
    }

    /// Up to where the view shows the journal.
    pub fn shown(&self) -> watch::Receiver<Position> {
        self.shown.subscribe()
    }

    /// Changes when something of this school is shown anew, so that a watcher sleeps through the rest.
    pub fn touched(&self, school_tag: &str) -> watch::Receiver<Position> {
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        match watched.get(school_tag) {
            Some(school) => school.subscribe(),
            None => watched
                .entry(school_tag.to_owned())
                .or_insert_with(|| watch::Sender::new(Position::START))
                .subscribe(),
        }
    }

    /// Cancelled once nothing is shown any more, so that nobody waits for it.
    pub fn ended(&self) -> &CancellationToken {
        &self.ended
    }

    pub(super) fn show<'a>(
        &self,
        position: Position,
        schools: impl IntoIterator<Item = &'a String>,
    ) {
        self.shown.send_replace(position);
        let mut watched = self.watched.lock().unwrap_or_else(PoisonError::into_inner);
        for tag in schools {
            if watched
                .get(tag)
                .is_some_and(|school| school.send(position).is_err())
            {
                // Nobody watches it any more.
                watched.remove(tag);
            }
        }
    }

    /// A connection of the caller's own.
    pub(super) fn connect(&self) -> rusqlite::Result<Connection> {
        connect(&self.path)
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let file = Connection::open(path)?;
    file.pragma_update(None, "journal_mode", "WAL")?;
    file.pragma_update(None, "synchronous", "NORMAL")?;
    file.pragma_update(None, "secure_delete", "ON")?;
    file.pragma_update(None, "cache_size", -16_384)?;
    // Else a query with ORDER BY is planned anew for each school.
    file.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    file.set_prepared_statement_cache_capacity(64);
    Ok(file)
}

/// What cannot be removed is found by the next open, which then fails by name.
fn remove(path: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        let _ = std::fs::remove_file(PathBuf::from(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn life(epoch: u64) -> JournalIdentity {
        JournalIdentity { id: [7; 16], epoch }
    }

    #[test]
    fn a_view_of_another_life_of_the_journal_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("view.sqlite3");
        let shown = |epoch| {
            let view = View::of(&path, life(epoch)).unwrap();
            let write = "INSERT OR REPLACE INTO cursor VALUES(1, 9)";
            let shown = *view.shown().borrow();
            view.writer().execute(write, []).unwrap();
            shown
        };
        assert_eq!(shown(1), Position::START);
        assert_eq!(shown(1), Position(9));
        assert_eq!(shown(2), Position::START);
        assert_eq!(shown(2), Position(9));
    }
}
