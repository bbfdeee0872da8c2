//! Copies of a running hub that is one process.

use super::{HubError, Stores, part, pause::Pause};
use crate::journals::OpenJournal;
use host::{
    problem::{Code, Problem},
    report::report,
};
use schools::reference::Reference;
use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Everything that is copied.
pub(crate) struct Copies {
    pub(crate) stores: Arc<Stores>,
    pub(crate) reference: Arc<Reference>,
    pub(crate) pause: Pause,
}

// === impl Copies ===

impl Copies {
    /// Copies everything into a new folder of this name; the folder and how many bytes it takes.
    pub(crate) async fn copy(&self, name: &str) -> Result<(PathBuf, u64), Problem> {
        self.has_its_journals()?;
        let folder = self.new_folder(name)?;
        let copied = self.copy_to(&folder).await;
        let copied = copied.and_then(|()| size_of(&folder).map_err(part("a backup folder")));
        match copied {
            Ok(bytes) => Ok((folder, bytes)),
            Err(error) => {
                remove(&folder);
                Err(fault(&error))
            }
        }
    }

    /// What is elsewhere cannot be copied from here.
    fn has_its_journals(&self) -> Result<(), Problem> {
        let elsewhere = self.stores.opened().iter();
        let elsewhere = elsewhere.filter(|opened| opened.embedded().is_none());
        let names: Vec<_> = elsewhere.map(OpenJournal::stored_as).collect();
        if names.is_empty() {
            return Ok(());
        }
        Err(Problem::new(
            Code::Conflict,
            format!(
                "this hub's journals are not in its data folder: have whoever runs their store copy \
                 {}, in this order, and after them copy the folders keys and views of the stopped hub",
                names.join(", then ")
            ),
        ))
    }

    /// Makes it, so that of two backups with one name only one begins, and only that one may take it
    /// away again.
    fn new_folder(&self, name: &str) -> Result<PathBuf, Problem> {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !(1..=64).contains(&name.len()) || !name.bytes().all(plain) {
            return Err(Problem::invalid_field(
                "name",
                "is no plain name",
                "use 1 to 64 of a-z, 0-9 and -",
            ));
        }
        let backups = &self.stores.folders.backups;
        let folder = backups.join(name);
        let made = fs::create_dir_all(backups).and_then(|()| fs::create_dir(&folder));
        match made {
            Ok(()) => Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(Problem::new(
                Code::Conflict,
                "a backup of this name is there already: choose another",
            )),
            Err(error) => Err(fault(&error)),
        }
    }

    /// Consumers first, producers next, keys last: so every cursor points at or before its source,
    /// and every key is there. Keys go into a folder of their own, to be kept elsewhere. Meanwhile
    /// police does not listen to schools, which would make it a consumer of its own consumer.
    async fn copy_to(&self, folder: &Path) -> Result<(), HubError> {
        let keys = folder.join("keys");
        fs::create_dir(&keys).map_err(part("a backup folder"))?;
        self.reference
            .backup_to(&folder.join("schools-reference.sqlite3"))
            .map_err(part("a copy of reference data"))?;
        let stores = &self.stores;
        let held = self.pause.hold().await;
        for opened in stores.opened() {
            let target = folder.join(format!("{}.sqlite3", opened.service()));
            // None is elsewhere: asked before anything was copied.
            if let Some(journal) = opened.embedded() {
                let copied = journal.back_up(&target).await;
                copied.map_err(part("a copy of a journal"))?;
            }
        }
        drop(held);
        let store = stores.keys.clone();
        let target = keys.join("keys.db");
        tokio::task::spawn_blocking(move || store.backup_to(&target))
            .await
            .map_err(part("a copy of the keys"))?
            .map_err(part("a copy of the keys"))
    }
}

fn size_of(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let meta = entry.metadata()?;
        bytes += if meta.is_dir() {
            size_of(&entry.path())?
        } else {
            meta.len()
        };
    }
    Ok(bytes)
}

/// What is no whole backup must not look like one, nor keep its name.
fn remove(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder) {
        tracing::error!(error = %report(&error), "what is there of a failed backup stays there");
    }
}

fn fault(error: &(dyn std::error::Error + 'static)) -> Problem {
    tracing::error!(error = %report(error), "a copy of the hub failed");
    Problem::of(Code::Internal)
}
