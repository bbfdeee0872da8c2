//! Keeps a second process, or a second opener in this one, away from a journal's file.

use super::OpenError;
use std::{
    fs::{File, TryLockError},
    path::Path,
};

/// Held as long as the journal may write; given back by the system even after a kill.
///
/// A file of its own: closing any second handle of the database's file would drop SQLite's own locks.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

// === impl Lock ===

impl Lock {
    /// Takes the lock beside `path`, or says at once that another holds it.
    pub(super) fn take(path: &Path) -> Result<Self, OpenError> {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(name)
            .map_err(OpenError::Io)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse),
            Err(TryLockError::Error(error)) => Err(OpenError::Io(error)),
        }
    }
}
