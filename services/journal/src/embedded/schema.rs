//! The file's layout: what is in it, how it is made, and how an existing one is checked.

use super::OpenError;
use crate::{EventHash, JournalIdentity, Position, Recorded, copy::Standing};
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, config::DbConfig, types::ValueRef};
use std::{path::Path, time::Duration};

/// "FBJL": tells a journal from any other SQLite file.
const APPLICATION_ID: i32 = 0x4642_4a4c;
/// "FBJC": a journal that is still being copied here.
const UNFINISHED_ID: i32 = 0x4642_4a43;
const FORMAT: i32 = 1;

const TABLES: &str = "
    CREATE TABLE identity (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        journal_id BLOB NOT NULL,
        epoch INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE events (
        position INTEGER PRIMARY KEY,
        stream TEXT NOT NULL,
        revision INTEGER NOT NULL,
        event_id BLOB NOT NULL,
        public_sequence INTEGER,
        hash BLOB NOT NULL,
        frame BLOB NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX events_of_stream ON events (stream, revision, event_id);
    CREATE UNIQUE INDEX public_events ON events (public_sequence)
        WHERE public_sequence IS NOT NULL;
";

/// Where the journal ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tail {
    pub(super) position: u64,
    pub(super) public: u64,
}

/// Opens the file for writing, making it where there is none.
pub(super) fn connect_to_write(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags)?;
    // The writer empties the WAL itself, see `writer`. Many a commit looks through all pages in memory
    // once, so these are no more than the upper levels of the indexes need.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -8192;",
    )?;
    Ok(connection)
}

/// Opens an existing file for reading.
pub(super) fn connect_to_read(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = connect(path, flags)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    // Else SQLite plans a query with ORDER BY anew whenever a parameter changes, which costs more
    // than the query.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Lays out an empty file; `id` names the new journal. Leaves a journal that is there alone.
pub(super) fn make_if_new(connection: &Connection, id: [u8; 16]) -> Result<(), OpenError> {
    if !is_new(connection)? {
        return Ok(());
    }
    let new = Standing {
        identity: JournalIdentity { id, epoch: 1 },
        is_whole: true,
    };
    say(connection, new)
}

/// Whether nothing was laid out in the file yet.
pub(super) fn is_new(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) = 0 FROM sqlite_schema";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Lays out the file where it is new, and says which journal it is; events that are there stay.
pub(super) fn say(connection: &Connection, standing: Standing) -> Result<(), OpenError> {
    let Standing { identity, is_whole } = standing;
    let application_id = if is_whole {
        APPLICATION_ID
    } else {
        UNFINISHED_ID
    };
    let transaction = connection.unchecked_transaction()?;
    if !transaction.table_exists(None, "events")? {
        transaction.execute_batch(TABLES)?;
    }
    transaction.execute(
        "INSERT OR REPLACE INTO identity VALUES (1, ?1, ?2)",
        (&identity.id[..], to_sql(identity.epoch)),
    )?;
    transaction.pragma_update(None, "application_id", application_id)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    Ok(transaction.commit()?)
}

/// Checks that the file is a journal that this program can read, all of it, and says which.
pub(super) fn identity(connection: &Connection) -> Result<JournalIdentity, OpenError> {
    let Standing { identity, is_whole } = standing(connection)?;
    is_whole.then_some(identity).ok_or(OpenError::Unfinished)
}

/// The same of a journal that may be unfinished.
pub(super) fn standing(connection: &Connection) -> Result<Standing, OpenError> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let is_whole = match number("application_id").map_err(not_a_journal)? {
        APPLICATION_ID => true,
        UNFINISHED_ID => false,
        _ => return Err(OpenError::NotAJournal),
    };
    let found = number("user_version")?;
    if found != FORMAT {
        return Err(OpenError::Format(found));
    }
    let (id, epoch): ([u8; 16], i64) =
        connection.query_row("SELECT journal_id, epoch FROM identity", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    let epoch = from_sql(epoch);
    Ok(Standing {
        identity: JournalIdentity { id, epoch },
        is_whole,
    })
}

/// What is no database is no journal.
pub(super) fn not_a_journal(error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => OpenError::NotAJournal,
        _ => OpenError::Sqlite(error),
    }
}

/// Finds the end of the journal and checks that its last event is what was written.
pub(super) fn tail(connection: &Connection) -> Result<Tail, OpenError> {
    let public: Option<i64> = connection.query_row(
        "SELECT max(public_sequence) FROM events WHERE public_sequence IS NOT NULL",
        [],
        |row| row.get(0),
    )?;
    let last = connection
        .query_row(
            "SELECT position, hash, frame FROM events ORDER BY position DESC LIMIT 1",
            [],
            |row| {
                let hash = hash_of(row, 1)?;
                Ok((position_of(row, 0)?, hash, row.get::<_, Vec<u8>>(2)?))
            },
        )
        .optional()?;
    let Some((position, hash, frame)) = last else {
        return Ok(Tail::default());
    };
    let event = Recorded::decode(position, &frame, hash).ok_or(OpenError::Tail(position))?;
    if hash_before(connection, &event)?.next(&frame) != hash {
        return Err(OpenError::Tail(position));
    }
    Ok(Tail {
        position: position.0,
        public: from_sql(public.unwrap_or(0)),
    })
}

fn hash_before(connection: &Connection, event: &Recorded) -> Result<EventHash, OpenError> {
    let Some(before) = event.frame.revision.checked_sub(1) else {
        return Ok(EventHash::ZERO);
    };
    connection
        .query_row(
            "SELECT hash FROM events WHERE stream = ?1 AND revision = ?2",
            (&event.frame.stream, to_sql(before)),
            |row| hash_of(row, 0),
        )
        .optional()?
        .ok_or(OpenError::Tail(event.position))
}

/// Reads a hash column. Anything but 32 bytes reads as zeros, which no event hashes to.
pub(super) fn hash_of(row: &Row<'_>, column: usize) -> rusqlite::Result<EventHash> {
    Ok(match row.get_ref(column)? {
        ValueRef::Blob(bytes) => EventHash(bytes.try_into().unwrap_or_default()),
        _ => EventHash::ZERO,
    })
}

/// Reads a position column.
pub(super) fn position_of(row: &Row<'_>, column: usize) -> rusqlite::Result<Position> {
    row.get(column).map(|position| Position(from_sql(position)))
}

/// SQLite counts in signed numbers; ours never reach the half that does not fit.
pub(super) fn to_sql(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The way back; a negative number is never written and reads as nothing.
pub(super) fn from_sql(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
