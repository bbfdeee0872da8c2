//! The view's file: rows and cursor commit together.

use super::{
    ViewError,
    project::{Envelope, bit, project},
    tally::{self, Counts, Tally},
};
use crate::{domain::NotificationEvent, wire::view::Standing};
use journal::{
    JournalIdentity, Position, Recorded, decider::EventSet, embedded::WriteBack, id::unhex16,
};
use prost::Message;
use proto::police::v1::Accountable;
use rusqlite::{Connection, OptionalExtension, Transaction, config::DbConfig, params};
use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Changes with the form of the rows or the meaning of the projection.
const FORMAT: u32 = 3;

/// The rows are all over the file: many changes of one page are written back at once.
const LOG_PAGES: i32 = 16_384;

/// Bytes of a page. Each notification changes pages of its own, and a commit writes all of them: with pages
/// of the usual 4 KiB far more bytes.
const PAGE_BYTES: i32 = 1_024;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS about(
        format INTEGER NOT NULL, journal BLOB NOT NULL, epoch INTEGER NOT NULL,
        cursor INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS standing(
        id BLOB PRIMARY KEY, standing BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS seen_by(
        force TEXT NOT NULL, id BLOB NOT NULL, accepted INTEGER NOT NULL,
        changed INTEGER NOT NULL, states INTEGER NOT NULL,
        PRIMARY KEY(force, id)) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS newest ON seen_by(force, accepted);
    CREATE INDEX IF NOT EXISTS changed ON seen_by(force, changed);
    CREATE TABLE IF NOT EXISTS accepted(
        force TEXT PRIMARY KEY, notifications INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS children(
        force TEXT NOT NULL, state TEXT NOT NULL, count INTEGER NOT NULL,
        PRIMARY KEY(force, state)) STRICT, WITHOUT ROWID;";

/// The view's file, with one connection that writes and one that reads.
pub(super) struct ViewFile {
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
}

/// What a page of events came to.
pub(super) struct Applied {
    /// The position up to which events are in the rows.
    pub(super) cursor: Position,
    /// Events of notifications that this service does not know, counted by type and version: no row
    /// shows them.
    pub(super) unknown: BTreeMap<(String, u32), u64>,
}

/// A row in hand while a page of events is applied.
struct InHand {
    before: Option<Standing>,
    now: Option<Standing>,
}

// === impl ViewFile ===

impl ViewFile {
    /// Opens the file, or a new one where it is damaged, of another form, or of another journal or
    /// a longer one than this.
    pub(super) fn open(
        path: &Path,
        journal: JournalIdentity,
        head: Position,
    ) -> Result<Self, ViewError> {
        match Self::try_open(path, journal) {
            Ok(Some(file)) if file.cursor()? <= head => return Ok(file),
            Ok(_) => {}
            Err(error) => tracing::warn!(
                error = host::report::report(&error),
                "the status view cannot be read and is rebuilt"
            ),
        }
        throw_away(path)?;
        let file = Self::try_open(path, journal)?;
        file.ok_or(ViewError::File(rusqlite::Error::QueryReturnedNoRows))
    }

    fn try_open(path: &Path, journal: JournalIdentity) -> Result<Option<Self>, ViewError> {
        let mut writer = connect(path)?;
        // Taken by a file that is still empty.
        writer.pragma_update(None, "page_size", PAGE_BYTES)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        writer.pragma_update(None, "synchronous", "NORMAL")?;
        writer.execute_batch(SCHEMA)?;
        let about: Option<(u32, Vec<u8>, u64)> = writer
            .query_row("SELECT format, journal, epoch FROM about", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()?;
        let ours = (FORMAT, journal.id.to_vec(), journal.epoch);
        if about.is_none() {
            let (format, id, epoch) = &ours;
            writer.execute(
                "INSERT INTO about VALUES(?1, ?2, ?3, 0)",
                params![format, id, epoch],
            )?;
        }
        let reader = connect(path)?;
        let beside = WriteBack::start(connect(path)?).map_err(ViewError::Thread)?;
        beside.look_after(&mut writer, LOG_PAGES)?;
        let file = Self {
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
        };
        Ok((about.is_none() || about == Some(ours)).then_some(file))
    }

    /// The position up to which events are in the rows.
    pub(super) fn cursor(&self) -> Result<Position, ViewError> {
        let at = lock(&self.reader).query_row("SELECT cursor FROM about", [], |row| row.get(0))?;
        Ok(Position(at))
    }

    /// Takes a page of events into the rows; all of them and the cursor, or nothing.
    pub(super) fn apply(&self, page: &[Recorded]) -> Result<Applied, ViewError> {
        let mut writer = lock(&self.writer);
        let transaction = writer.transaction()?;
        let mut rows: HashMap<[u8; 16], Box<InHand>> = HashMap::new();
        let mut unknown = BTreeMap::new();
        let mut cursor =
            Position(transaction.query_row("SELECT cursor FROM about", [], |row| row.get(0))?);
        for recorded in page.iter().filter(|recorded| recorded.position > cursor) {
            if !take(&transaction, &mut rows, recorded)? {
                let kind = (recorded.frame.r#type.clone(), recorded.frame.version);
                *unknown.entry(kind).or_default() += 1;
            }
        }
        let mut tally = Tally::default();
        for (id, row) in &rows {
            store(&transaction, id, row)?;
            tally.replace(row.before.as_ref(), row.now.as_ref());
        }
        tally.write(&transaction)?;
        cursor = page.last().map_or(cursor, |last| cursor.max(last.position));
        transaction.execute("UPDATE about SET cursor = ?1", [cursor.0])?;
        transaction.commit()?;
        Ok(Applied { cursor, unknown })
    }

    /// How many notifications and children there are.
    pub(super) fn counts(&self) -> Result<Counts, ViewError> {
        Ok(tally::read(&lock(&self.reader))?)
    }

    /// One row.
    pub(super) fn get(&self, id: [u8; 16]) -> Result<Option<Standing>, ViewError> {
        load(&lock(&self.reader), id)
    }

    /// Rows of `force` accepted before this position, newest first; with a line in this state, if any
    /// is named.
    pub(super) fn newest(
        &self,
        force: &str,
        before: Position,
        accountable: Accountable,
        limit: usize,
    ) -> Result<Vec<Standing>, ViewError> {
        let states = match accountable {
            Accountable::Unspecified => u32::MAX,
            state => bit(state),
        };
        let before = i64::try_from(before.0).unwrap_or(i64::MAX);
        let reader = lock(&self.reader);
        let mut query = reader.prepare_cached(
            "SELECT standing FROM seen_by JOIN standing USING(id)
             WHERE force = ?1 AND accepted < ?2 AND states & ?3 != 0
             ORDER BY accepted DESC LIMIT ?4",
        )?;
        let rows = query.query_map(params![force, before, states, limit], |row| row.get(0))?;
        decoded(rows)
    }

    /// Rows of `force` that changed after this position, in the order of their last change.
    pub(super) fn changed(
        &self,
        force: &str,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Standing>, ViewError> {
        let reader = lock(&self.reader);
        let mut query = reader.prepare_cached(
            "SELECT standing FROM seen_by JOIN standing USING(id)
             WHERE force = ?1 AND changed > ?2 ORDER BY changed LIMIT ?3",
        )?;
        let rows = query.query_map(params![force, after.0, limit], |row| row.get(0))?;
        decoded(rows)
    }
}

fn decoded(
    rows: impl Iterator<Item = rusqlite::Result<Vec<u8>>>,
) -> Result<Vec<Standing>, ViewError> {
    rows.map(|row| Ok(Standing::decode(row?.as_slice())?))
        .collect()
}

/// False where the event is a notification's and not known. Events of other streams, such as
/// checkpoints, are none of this view's.
fn take(
    transaction: &Transaction<'_>,
    rows: &mut HashMap<[u8; 16], Box<InHand>>,
    recorded: &Recorded,
) -> Result<bool, ViewError> {
    let frame = &recorded.frame;
    let Some(id) = frame.stream.strip_prefix("notification-").and_then(unhex16) else {
        return Ok(true);
    };
    let event = NotificationEvent::decode(&frame.r#type, frame.version, &frame.payload);
    let Some(event) = event else {
        return Ok(false);
    };
    let row = match rows.entry(id) {
        std::collections::hash_map::Entry::Occupied(row) => row.into_mut(),
        std::collections::hash_map::Entry::Vacant(place) => {
            let before = load(transaction, id)?;
            place.insert(Box::new(InHand {
                now: before.clone(),
                before,
            }))
        }
    };
    let envelope = Envelope {
        position: recorded.position.0,
        recorded_at_us: frame.recorded_at_us,
        occurred_at_us: frame.occurred_at_us,
    };
    row.now = project(row.now.take(), &event, envelope);
    Ok(true)
}

fn load(connection: &Connection, id: [u8; 16]) -> Result<Option<Standing>, ViewError> {
    let bytes: Option<Vec<u8>> = connection
        .prepare_cached("SELECT standing FROM standing WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(bytes
        .map(|bytes| Standing::decode(bytes.as_slice()))
        .transpose()?)
}

fn store(transaction: &Transaction<'_>, id: &[u8; 16], row: &InHand) -> Result<(), ViewError> {
    let Some(now) = &row.now else {
        return Ok(());
    };
    transaction
        .prepare_cached(
            "INSERT INTO standing VALUES(?1, ?2)
             ON CONFLICT DO UPDATE SET standing = excluded.standing",
        )?
        .execute(params![id, now.encode_to_vec()])?;
    let forces = now.forces();
    for force in row.before.iter().flat_map(Standing::forces) {
        if !forces.contains(&force) {
            transaction
                .prepare_cached("DELETE FROM seen_by WHERE force = ?1 AND id = ?2")?
                .execute(params![force, id])?;
        }
    }
    let mut seen = transaction.prepare_cached(
        "INSERT INTO seen_by VALUES(?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET accepted = excluded.accepted, changed = excluded.changed,
             states = excluded.states",
    )?;
    for force in forces {
        let (accepted, changed) = (now.accepted_position, now.changed_position);
        seen.execute(params![force, id, accepted, changed, now.states_of(force)])?;
    }
    Ok(())
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let file = Connection::open(path)?;
    // Else a query with ORDER BY is planned anew for each force.
    file.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(file)
}

fn throw_away(path: &Path) -> Result<(), ViewError> {
    for end in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        match fs::remove_file(PathBuf::from(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(ViewError::Remove(error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// A panic elsewhere leaves no half-written row behind: SQLite's transactions see to that.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
