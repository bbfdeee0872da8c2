//! Puts a backup in the place of a hub's stores, step by step.
//!
//! What will be lost is written down before anything is replaced, and the note goes away last. As
//! long as it is there the folder is half restored: no hub starts on it, and restoring again goes
//! through all steps once more and still names what was lost the first time.

mod note;

use super::{Folders, JOURNALS};
use journal::{
    ReadError,
    embedded::{Held, JournalFile, OpenError, RestoreError as JournalError},
};
use note::Note;
use std::{
    fs::{self, File},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

pub use note::{Lost, Unfinished};

/// A restore that is under way. Dropping it between two steps is what a crash would do.
pub struct Restore {
    folders: Folders,
    backup: PathBuf,
    note: Note,
    /// Nobody opens the journals meanwhile.
    journals: Vec<(&'static str, Held)>,
    steps: std::vec::IntoIter<Step>,
}

/// What is done at once.
enum Step {
    /// Write down what will be lost.
    Note,
    /// Views and cursors are made from the journals. They go first, so that none ever stands beside
    /// an older journal.
    Views,
    /// The journal of this place in [`JOURNALS`].
    Journal(usize),
    Reference,
    Keys,
    /// Nothing is half done any more.
    Finish,
}

/// Why a restore did not begin, or stopped on the way. Doing it again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The backup lacks a file.
    #[error("read the backup: {0} is missing or cannot be read")]
    Backup(String, #[source] io::Error),
    /// A journal, there or in the backup, cannot be opened; or the hub runs.
    #[error("open the journal of {0}")]
    Open(&'static str, #[source] OpenError),
    /// A journal, there or in the backup, cannot be read.
    #[error("find what the backup does not hold of {0}")]
    Compare(&'static str, #[source] ReadError),
    /// A journal could not be replaced.
    #[error("restore the journal of {0}")]
    Journal(&'static str, #[source] JournalError),
    /// The keys could not be replaced.
    #[error("restore the keys")]
    Keys(#[source] keys::StoreError),
    /// What an earlier restore wrote down cannot be read.
    #[error("go on with an unfinished restore")]
    Note(#[source] io::Error),
    /// A file or folder could not be written.
    #[error("write to the data folder")]
    Write(#[from] io::Error),
}

const REFERENCE: &str = "schools-reference.sqlite3";

// === impl Restore ===

impl Restore {
    /// Finds out what the backup in this folder does not hold. Changes nothing yet, save that no hub
    /// can start from here on until this is dropped.
    pub fn prepare(folders: Folders, backup: &Path) -> Result<Self, RestoreError> {
        check(backup)?;
        folders.make()?;
        let mut note = Note::read(&folders.data).map_err(RestoreError::Note)?;
        note.backup = fs::canonicalize(backup)?.display().to_string();
        let mut journals = Vec::new();
        for service in JOURNALS {
            let open = |error| RestoreError::Open(service, error);
            let held = Held::take(&folders.journal(service)).map_err(open)?;
            note.replaces(service, held.epoch().map_err(open)?);
            note.loses(service, beyond(service, &folders, backup)?);
            journals.push((service, held));
        }
        let steps = [Step::Note, Step::Views]
            .into_iter()
            .chain((0..journals.len()).map(Step::Journal))
            .chain([Step::Reference, Step::Keys, Step::Finish]);
        Ok(Self {
            steps: steps.collect::<Vec<_>>().into_iter(),
            backup: backup.to_owned(),
            folders,
            note,
            journals,
        })
    }

    /// For each journal the streams with events that the backup does not hold: those that stand
    /// there now, and those that an unfinished restore has already taken away.
    pub fn lost(&self) -> &Lost {
        &self.note.lost
    }

    /// Takes the next step, durably; false where none was left and all is done.
    pub fn step(&mut self) -> Result<bool, RestoreError> {
        let Some(step) = self.steps.next() else {
            return Ok(false);
        };
        let folders = &self.folders;
        match step {
            Step::Note => self.note.write(&folders.data)?,
            Step::Views => {
                remove_all(&folders.views)?;
                folders.make()?;
                sync(&folders.data)?;
            }
            Step::Journal(at) => self.journal(at)?,
            Step::Reference => {
                put(&self.backup.join(REFERENCE), &folders.views.join(REFERENCE))?;
                sync(&folders.views)?;
            }
            Step::Keys => {
                let keys = self.backup.join("keys").join("keys.db");
                // They may be kept apart from the backup; then those that are there stay.
                if keys.exists() {
                    keys::store::restore(&keys, &folders.keys).map_err(RestoreError::Keys)?;
                }
            }
            Step::Finish => Note::remove(&folders.data)?,
        }
        Ok(true)
    }

    fn journal(&self, at: usize) -> Result<(), RestoreError> {
        let Some((service, held)) = self.journals.get(at) else {
            return Ok(());
        };
        let copy = journal_in(&self.backup, service);
        held.replace(&copy, self.note.replaced(service))
            .map(drop)
            .map_err(|error| RestoreError::Journal(service, error))
    }
}

/// Refuses a folder in which a restore was begun and not finished.
pub fn check_finished(folders: &Folders) -> Result<(), Unfinished> {
    Note::check_absent(&folders.data)
}

fn check(backup: &Path) -> Result<(), RestoreError> {
    let mut files = JOURNALS.map(|service| journal_in(backup, service)).to_vec();
    files.push(backup.join(REFERENCE));
    for file in files {
        File::open(&file)
            .map_err(|error| RestoreError::Backup(file.display().to_string(), error))?;
    }
    Ok(())
}

fn journal_in(backup: &Path, service: &str) -> PathBuf {
    backup.join(format!("{service}.sqlite3"))
}

fn beyond(
    service: &'static str,
    folders: &Folders,
    backup: &Path,
) -> Result<impl Iterator<Item = String> + use<>, RestoreError> {
    let open =
        |path: &Path| JournalFile::open(path).map_err(|error| RestoreError::Open(service, error));
    let copy = open(&journal_in(backup, service))?;
    let now = folders.journal(service);
    let streams = if now.exists() {
        open(&now)?
            .streams_beyond(&copy)
            .map_err(|error| RestoreError::Compare(service, error))?
    } else {
        std::collections::BTreeSet::new()
    };
    Ok(streams.into_iter())
}

fn remove_all(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Copies a file into place, whole or not at all.
fn put(from: &Path, to: &Path) -> io::Result<()> {
    let unfinished = to.with_extension("restoring");
    fs::copy(from, &unfinished)?;
    File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, to)
}

/// Makes the names in a folder survive a power cut.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
