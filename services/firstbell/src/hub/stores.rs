//! Keys and journals of one hub, and where everything is kept.

use super::{HubError, part, restore};
use crate::journals::{Journals, OpenJournal};
use clock::SharedClock;
use host::config::Config;
use journal::SharedJournal;
use keys::{KeyStore, MasterKey};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// Where a hub keeps what.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The data folder itself.
    pub data: PathBuf,
    /// Keys, apart from everything they open.
    pub keys: PathBuf,
    /// One journal for each service.
    pub journals: PathBuf,
    /// Read models, reference data, cursors.
    pub views: PathBuf,
    /// Copies.
    pub backups: PathBuf,
}

/// Keys and journals, open.
pub struct Stores {
    /// Where everything is.
    pub folders: Folders,
    /// The key holder.
    pub keys: Arc<KeyStore>,
    /// The journal of the access service.
    pub access: SharedJournal,
    /// The journal of the police service.
    pub police: SharedJournal,
    /// The journal of the schools service.
    pub schools: SharedJournal,
    /// As they were opened, consumers first.
    opened: [OpenJournal; 3],
}

/// Names of the journals, consumers first: the order in which they are copied.
pub const JOURNALS: [&str; 3] = ["schools", "police", "access"];

// === impl Folders ===

impl Folders {
    /// Below this data folder.
    pub fn below(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            keys: data.join("keys"),
            journals: data.join("journals"),
            views: data.join("views"),
            backups: data.join("backups"),
        }
    }

    /// The file of a service's journal.
    pub fn journal(&self, service: &str) -> PathBuf {
        self.journals.join(format!("{service}.sqlite3"))
    }

    /// Where the master key is, unless the configuration says otherwise.
    pub fn master_key(&self) -> PathBuf {
        self.data.join("master.key")
    }

    /// The note that is there while the hub is being made.
    pub fn being_made(&self) -> PathBuf {
        self.data.join("init.unfinished")
    }

    /// Where `init` leaves the operator's token.
    pub fn operator_token(&self) -> PathBuf {
        self.data.join("operator.token")
    }

    /// Makes the folders, readable by their owner only.
    pub fn make(&self) -> std::io::Result<()> {
        use std::os::unix::fs::DirBuilderExt;
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true).mode(0o700);
        [&self.data, &self.keys, &self.journals, &self.views]
            .into_iter()
            .try_for_each(|folder| builder.create(folder))
    }
}

// === impl Stores ===

impl Stores {
    /// Opens the stores of a hub that `init` has made. Waits for what holds the journals.
    pub async fn open(config: &Config, clock: SharedClock) -> Result<Self, HubError> {
        let folders = Folders::below(&config.data);
        restore::check_finished(&folders).map_err(part("its data folder"))?;
        let master = master_key(config, &folders)?;
        let keys =
            KeyStore::open(&folders.keys, &master, clock.clone()).map_err(part("its keys"))?;
        let journals = Journals::new(config, "firstbell", clock).await;
        let journals = journals.map_err(part("what holds its journals"))?;
        let [schools, police, access] = JOURNALS;
        let opened = tokio::try_join!(
            journals.open(schools),
            journals.open(police),
            journals.open(access),
        );
        let opened: [OpenJournal; 3] = opened.map_err(part("a journal"))?.into();
        let [schools, police, access] = opened.each_ref().map(OpenJournal::shared);
        let stores = Self {
            keys: Arc::new(keys),
            access,
            police,
            schools,
            opened,
            folders,
        };
        // From here on no restore can begin; one may have begun and died in between.
        restore::check_finished(&stores.folders).map_err(part("its data folder"))?;
        Ok(stores)
    }

    /// Every journal with the name of its service, consumers first.
    pub fn journals(&self) -> [(&'static str, SharedJournal); 3] {
        let [schools, police, access] = JOURNALS;
        [
            (schools, self.schools.clone()),
            (police, self.police.clone()),
            (access, self.access.clone()),
        ]
    }

    /// The same as they were opened.
    pub fn opened(&self) -> &[OpenJournal] {
        &self.opened
    }

    /// Commits what is queued; nothing is taken after it.
    pub async fn close(&self) {
        for journal in &self.opened {
            journal.close().await;
        }
    }
}

/// From the environment, from the configured file, or from beside the data.
pub(crate) fn master_key(config: &Config, folders: &Folders) -> Result<MasterKey, HubError> {
    std::fs::metadata(&folders.keys).map_err(part(
        "its data folder: make one with `firstbell init`, or name it with --data",
    ))?;
    if let Some(secret) = &config.master_key {
        return MasterKey::from_text(&secret.0).map_err(part("its master key"));
    }
    let path = config.master_key_file.clone();
    let path = path.unwrap_or_else(|| folders.master_key());
    MasterKey::from_file(&path).map_err(part("its master key"))
}
