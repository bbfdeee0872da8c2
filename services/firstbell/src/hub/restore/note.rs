//! What a restore writes down before it replaces anything, and takes away when it is done.

use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{self, ErrorKind, Write as _},
    path::{Path, PathBuf},
};

/// For each journal, names of streams.
pub type Lost = BTreeMap<String, BTreeSet<String>>;

/// The note. Stream names and paths only: nothing of what happened.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Note {
    /// The backup that is put in place.
    pub(super) backup: String,
    /// What it does not hold of what stood there before.
    pub(super) lost: Lost,
    /// The last life of each journal that it replaces.
    epochs: BTreeMap<String, u64>,
}

/// A restore in this folder was begun and not finished.
#[derive(Debug, thiserror::Error)]
#[error(
    "this folder is half restored: run `firstbell restore {backup}` again; it finishes and names what was lost"
)]
pub struct Unfinished {
    backup: String,
}

const NAME: &str = "restoring.json";

// === impl Note ===

impl Note {
    /// What an unfinished restore wrote down; an empty note where there is none.
    pub(super) fn read(data: &Path) -> io::Result<Self> {
        match fs::read(path(data)) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Fails where there is a note, even one that cannot be read.
    pub(super) fn check_absent(data: &Path) -> Result<(), Unfinished> {
        if !path(data).exists() {
            return Ok(());
        }
        let note = Self::read(data).unwrap_or_default();
        let backup = if note.backup.is_empty() {
            "BACKUP".to_owned()
        } else {
            note.backup
        };
        Err(Unfinished { backup })
    }

    /// Adds streams that will be lost to those that already are.
    pub(super) fn loses(&mut self, service: &str, streams: impl Iterator<Item = String>) {
        let lost = self.lost.entry(service.to_owned()).or_default();
        lost.extend(streams);
    }

    /// A journal in this life will be replaced.
    pub(super) fn replaces(&mut self, service: &str, epoch: u64) {
        let last = self.epochs.entry(service.to_owned()).or_default();
        *last = epoch.max(*last);
    }

    /// The last life of a journal that is replaced.
    pub(super) fn replaced(&self, service: &str) -> u64 {
        self.epochs.get(service).copied().unwrap_or_default()
    }

    /// On disk when answered; whole or not there at all.
    pub(super) fn write(&self, data: &Path) -> io::Result<()> {
        let unfinished = data.join("restoring.part");
        let mut file = File::create(&unfinished)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        fs::rename(&unfinished, path(data))?;
        File::open(data)?.sync_all()
    }

    /// Gone for good when answered.
    pub(super) fn remove(data: &Path) -> io::Result<()> {
        fs::remove_file(path(data))?;
        File::open(data)?.sync_all()
    }
}

fn path(data: &Path) -> PathBuf {
    data.join(NAME)
}
