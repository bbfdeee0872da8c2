//! Copies of the key store: taken while it works, put back while it does not.

use super::{StoreError, file_path, ledger::Ledger, ledger_path, tables};
use crate::files::{make_folder, owner_only, remove_if_there, sync_folder_of};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};
use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// Copies the store in `from` to `to`, all of it as it is at one moment.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), StoreError> {
    let part = with_ending(to, ".part");
    remove_if_there(&part)?;
    owner_only().create_new(true).open(&part)?;
    let source = tables::connect(from)?;
    let mut target = Connection::open(&part)?;
    // All pages in one step, which is one moment of the source.
    let StepResult::Done = Backup::new(&source, &mut target)?.step(-1)? else {
        return Err(StoreError::BeingWritten);
    };
    target.close().map_err(|(_, error)| error)?;
    put_in_place(&part, to)?;
    Ok(())
}

/// Puts a copy that [`KeyStore::backup_to`](super::KeyStore::backup_to) made in the place of the store
/// in `folder`, which nobody may have open. The ledger of destroyed keys in `folder` stays as it is,
/// and opening the store destroys again what it names; on another machine, bring the ledger there
/// first.
pub fn restore(backup: &Path, folder: &Path) -> Result<(), StoreError> {
    make_folder(folder)?;
    let (_lock, _) = Ledger::open(&ledger_path(folder))?;
    let store = file_path(folder);
    let part = with_ending(&store, ".part");
    remove_if_there(&part)?;
    let mut target = owner_only().create_new(true).open(&part)?;
    io::copy(&mut File::open(backup)?, &mut target)?;
    // What the old store had not yet moved into its file must not be moved into this one.
    remove_if_there(&with_ending(&store, "-wal"))?;
    remove_if_there(&with_ending(&store, "-shm"))?;
    put_in_place(&part, &store)?;
    Ok(())
}

fn put_in_place(part: &Path, to: &Path) -> io::Result<()> {
    File::open(part)?.sync_all()?;
    fs::rename(part, to)?;
    sync_folder_of(to)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    PathBuf::from(name)
}
