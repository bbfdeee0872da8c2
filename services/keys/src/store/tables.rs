//! What the key store's file holds: wrapped keys, the ledger of destroyed ones, the hub's secrets.

use super::StoreError;
use crate::{KeyId, files::owner_only, hub::Wrapped};
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Transaction};
use std::path::Path;

/// The layout's version, kept in the file. 0 is a file whose making did not finish.
const VERSION: i64 = 3;

/// Pages of the write-ahead log before they are written back. Names are random, so each changes a page of
/// the index; the more are written back at once, the more of them are the same page.
const WRITE_BACK_PAGES: i64 = 16_384;

/// Bytes of a page. Each thing that keys are made for changes a page of its own in the index, and a commit
/// writes all of them: with pages of the usual 4 KiB twice the bytes.
const PAGE_BYTES: i64 = 1_024;

/// Memory for pages, in KiB as SQLite has it: negative. Enough for the upper levels of the index; more does
/// harm, because whenever a commit has split a page SQLite walks through all that it remembers.
const CACHE: i64 = -4_096;

/// Keys stand in the order of their making, side by side, and only the index is in the order of their
/// random names.
const LAYOUT: &str = "
    CREATE TABLE keys (id BLOB NOT NULL UNIQUE, wrapped BLOB NOT NULL) STRICT;
    CREATE TABLE destroyed (id BLOB PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE hub (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
";

/// What there is under a key's name.
pub(super) enum Held {
    /// The key, wrapped.
    Key(Vec<u8>),
    /// It was destroyed.
    Destroyed,
    /// It was never made, or its making is not in this copy.
    Nothing,
}

/// Makes the file with the hub's secrets in it, or finishes one whose making was interrupted.
pub(super) fn make(path: &Path, secrets: &Wrapped) -> Result<(), StoreError> {
    owner_only().create(true).truncate(false).open(path)?;
    let mut connection = connect(path)?;
    let made = connection.transaction()?;
    if version(&made)? != 0 {
        return Err(StoreError::AlreadyThere);
    }
    made.execute_batch(LAYOUT)?;
    for (name, wrapped) in secrets {
        made.execute("INSERT INTO hub VALUES (?, ?)", (name, wrapped))?;
    }
    made.pragma_update(None, "user_version", VERSION)?;
    made.commit()?;
    Ok(crate::files::sync_folder_of(path)?)
}

/// Opens a file that is there. Every commit is on disk, and what is deleted is overwritten.
pub(super) fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // Taken by a file that is still empty; any other keeps its own.
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", CACHE)?;
    connection.pragma_update(None, "wal_autocheckpoint", WRITE_BACK_PAGES)?;
    Ok(connection)
}

/// The hub's secrets, of a file that this version made.
pub(super) fn secrets(connection: &Connection) -> Result<Wrapped, StoreError> {
    if version(connection)? != VERSION {
        return Err(StoreError::NotAStore);
    }
    let mut rows = connection.prepare("SELECT name, wrapped FROM hub")?;
    let secrets = rows.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(secrets.collect::<Result<_, _>>()?)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

pub(super) fn find(connection: &Connection, id: &KeyId) -> rusqlite::Result<Held> {
    let mut row = connection.prepare_cached(
        "SELECT (SELECT wrapped FROM keys WHERE id = ?1), \
         EXISTS (SELECT 1 FROM destroyed WHERE id = ?1)",
    )?;
    row.query_row([id.row()], |row| {
        Ok(match (row.get(0)?, row.get(1)?) {
            (_, true) => Held::Destroyed,
            (Some(wrapped), false) => Held::Key(wrapped),
            (None, false) => Held::Nothing,
        })
    })
}

pub(super) fn is_destroyed(connection: &Connection, id: &KeyId) -> rusqlite::Result<bool> {
    let mut row = connection.prepare_cached("SELECT 1 FROM destroyed WHERE id = ?")?;
    row.exists([id.row()])
}

/// True where there was no such key before.
pub(super) fn insert(tx: &Transaction<'_>, id: &KeyId, wrapped: &[u8]) -> rusqlite::Result<bool> {
    let made = tx
        .prepare_cached("INSERT INTO keys VALUES (?, ?) ON CONFLICT DO NOTHING")?
        .execute((id.row(), wrapped))?;
    Ok(made > 0)
}

pub(super) fn erase(tx: &Transaction<'_>, id: &KeyId, at: Timestamp) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM keys WHERE id = ?")?
        .execute([id.row()])?;
    tx.prepare_cached("INSERT INTO destroyed VALUES (?, ?) ON CONFLICT DO NOTHING")?
        .execute((id.row(), at.to_string()))?;
    Ok(())
}

/// The ledger as the file has it.
pub(super) fn ledger(connection: &Connection) -> Result<Vec<(KeyId, String)>, StoreError> {
    let mut rows = connection.prepare("SELECT id, at FROM destroyed")?;
    let entries = rows.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let named = |(id, at)| Ok((KeyId::from_row(id).map_err(|_| StoreError::NotAStore)?, at));
    entries.map(|entry| named(entry?)).collect()
}

/// Empties the write-ahead log, where earlier editions of pages still show what was deleted since.
pub(super) fn empty_the_log(connection: &Connection) -> Result<(), StoreError> {
    let busy: Option<i64> = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |row| row.get(0))
        .optional()?;
    match busy {
        Some(0) => Ok(()),
        Some(_) | None => Err(StoreError::BeingRead),
    }
}
