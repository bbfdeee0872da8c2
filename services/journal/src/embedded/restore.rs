//! A journal that is kept shut while a copy is put in its place, and the new life that begins with it.

use super::{
    OpenError,
    backup::put_in_place,
    lock::Lock,
    schema::{connect_to_read, connect_to_write, identity, tail, to_sql},
};
use crate::JournalIdentity;
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// A journal's place that nobody can open until this is dropped, whether or not a journal is there.
pub struct Held {
    pub(super) path: PathBuf,
    _lock: Lock,
}

/// Why a copy is not in the journal's place. What stood there before still does, or part of it.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The copy is no sound journal or could not be given its new epoch, or the old one is damaged.
    #[error("make ready the copy of a journal, and its place")]
    Open(#[from] OpenError),
    /// The disk did not take it.
    #[error("put the copy of a journal in place")]
    Io(#[from] io::Error),
}

// === impl Held ===

impl Held {
    /// Keeps the journal at `path` shut; refused where a hub has it open.
    pub fn take(path: &Path) -> Result<Self, OpenError> {
        Ok(Self {
            path: path.to_owned(),
            _lock: Lock::take(path)?,
        })
    }

    /// Which life of the journal stands there; 0 where there is none.
    pub fn epoch(&self) -> Result<u64, OpenError> {
        if !self.path.exists() {
            return Ok(0);
        }
        Ok(identity(&connect_to_read(&self.path)?)?.epoch)
    }

    /// Puts `copy` in the journal's place, with an epoch above its own and above `replaced`, that of
    /// the journal that stood there, so that nobody mistakes its positions for the lost ones. The
    /// epoch is raised first: at no moment does the copy stand there under its old one.
    pub fn replace(&self, copy: &Path, replaced: u64) -> Result<JournalIdentity, RestoreError> {
        let ready = with_ending(&self.path, ".restoring");
        for file in of(&ready) {
            remove_if_there(&file)?;
        }
        fs::copy(copy, &ready)?;
        let identity = begin_new_epoch(&ready, replaced)?;
        self.empty_the_log()?;
        put_in_place(&ready, &self.path)?;
        Ok(identity)
    }

    /// Gives the journal that stands there, an older copy of it, an epoch above its own and above
    /// `replaced`.
    pub fn begin_new_epoch(&self, replaced: u64) -> Result<JournalIdentity, OpenError> {
        if !self.path.exists() {
            return Err(OpenError::Io(io::ErrorKind::NotFound.into()));
        }
        begin_new_epoch(&self.path, replaced)
    }

    /// What the old journal had not yet moved into its file must not be moved into the new one; and
    /// until the new one is there, the old one has to stay whole.
    fn empty_the_log(&self) -> Result<(), RestoreError> {
        if self.path.exists() {
            let old = connect_to_write(&self.path)?;
            old.close().map_err(|(_, error)| OpenError::Sqlite(error))?;
        }
        let [_, log, index] = of(&self.path);
        remove_if_there(&log)?;
        Ok(remove_if_there(&index)?)
    }
}

/// Leaves everything in the file itself: closing the only connection empties its log.
fn begin_new_epoch(path: &Path, replaced: u64) -> Result<JournalIdentity, OpenError> {
    let connection = connect_to_write(path)?;
    let before = identity(&connection)?;
    tail(&connection)?;
    let epoch = before.epoch.max(replaced).saturating_add(1);
    connection.execute("UPDATE identity SET epoch = ?1", [to_sql(epoch)])?;
    connection.close().map_err(|(_, error)| error)?;
    Ok(JournalIdentity { epoch, ..before })
}

/// A database's file, its log and the log's index.
fn of(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|ending| with_ending(path, ending))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
