//! A copy of a journal while it is written to.

use super::{
    EmbeddedJournal, OpenError,
    readers::{last_hash, store},
    schema::{connect_to_read, identity, tail},
};
use crate::{EventHash, JournalIdentity, Position, ReadError};
use rusqlite::{
    Connection,
    backup::{Backup, StepResult},
};
use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

/// What a copy holds: everything up to here, nothing after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// Which journal and which life of it.
    pub identity: JournalIdentity,
    /// Its last event.
    pub position: Position,
    /// Its last public event.
    pub public_sequence: u64,
    /// Hash of its last event; none where it is empty.
    pub last_hash: Option<EventHash>,
}

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// A file is there already; a backup never writes over one.
    #[error("back up the journal: the target file exists")]
    Exists,
    /// The source could not be read.
    #[error("read the journal to back it up")]
    Read(#[source] ReadError),
    /// The copy could not be opened again.
    #[error("check the backup of the journal")]
    Check(#[source] OpenError),
    /// The target's folder did not take it.
    #[error("put the backup of the journal in place")]
    Io(#[source] io::Error),
}

// === impl EmbeddedJournal ===

impl EmbeddedJournal {
    /// Copies the journal to the new file `target`, as it is at one moment, while appends go on.
    pub async fn back_up(&self, target: &Path) -> Result<BackedUp, BackupError> {
        if target.exists() {
            return Err(BackupError::Exists);
        }
        let target = target.to_owned();
        let work = move |file: &Connection| Ok(copy(file, &target));
        self.readers.run(work).await.map_err(BackupError::Read)?
    }
}

fn copy(source: &Connection, target: &Path) -> Result<BackedUp, BackupError> {
    let unfinished = with(target, ".unfinished");
    let copied = copy_all(source, &unfinished).and_then(|()| look(&unfinished));
    if copied.is_err() {
        // Nothing of it is a backup; the first error is the one to tell.
        let _ = fs::remove_file(&unfinished);
    }
    // Looking at the copy leaves both beside it, and nothing in them.
    for beside in ["-wal", "-shm"] {
        let _ = fs::remove_file(with(&unfinished, beside));
    }
    let copied = copied?;
    put_in_place(&unfinished, target).map_err(BackupError::Io)?;
    Ok(copied)
}

fn with(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// One step: it reads in one transaction, which in WAL mode neither waits for the writer nor stops it.
fn copy_all(source: &Connection, target: &Path) -> Result<(), BackupError> {
    if target.exists() {
        fs::remove_file(target).map_err(BackupError::Io)?;
    }
    let mut copy = Connection::open(target).map_err(|error| BackupError::Read(store(error)))?;
    let backup = Backup::new(source, &mut copy).map_err(|error| BackupError::Read(store(error)))?;
    loop {
        match backup
            .step(-1)
            .map_err(|error| BackupError::Read(store(error)))?
        {
            StepResult::Done => return Ok(()),
            _ => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

fn look(copy: &Path) -> Result<BackedUp, BackupError> {
    let connection = connect_to_read(copy).map_err(BackupError::Check)?;
    let end = tail(&connection).map_err(BackupError::Check)?;
    Ok(BackedUp {
        identity: identity(&connection).map_err(BackupError::Check)?,
        position: Position(end.position),
        public_sequence: end.public,
        last_hash: last_hash(&connection).map_err(BackupError::Read)?,
    })
}

/// Durable, and whole or not at all: the name stands for the old file or for the new one.
pub(super) fn put_in_place(unfinished: &Path, target: &Path) -> io::Result<()> {
    File::open(unfinished)?.sync_all()?;
    fs::rename(unfinished, target)?;
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}
