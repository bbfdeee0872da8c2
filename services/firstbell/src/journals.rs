//! The journals of the services, wherever the configuration has them.
//!
//! Whatever holds them, the place of a service's journal in the data folder is locked as long as it
//! is open: one hub for one data folder. A broker or a KurrentDB that is away is waited for; what
//! waiting does not mend is an error.

mod audit;
mod error;
mod known;
mod noting;
mod timed;

pub use audit::audited;
pub use error::JournalsError;

use crate::{broker, hub::Folders, patience::patiently};
use bus::nats::Nats;
use clock::SharedClock;
use host::config::{Config, JournalKind};
use journal::{
    EmbeddedJournal, JetStreamJournal, JournalIdentity, KurrentDbJournal, SharedJournal,
    copy::{Fill, Standing},
    embedded::{self, EmbeddedFill, Held},
    jetstream::{self, JetStreamFill},
    kurrentdb::{self, KurrentDbFill},
};
use known::Known;
use noting::Noting;
use std::{fs, io, sync::Arc};
use timed::Timed;

/// Where the journals are, ready to open them.
pub struct Journals {
    folders: Folders,
    clock: SharedClock,
    store: Store,
}

/// What holds them.
enum Store {
    Embedded(embedded::Settings),
    JetStream { nats: Box<Nats>, replicas: usize },
    KurrentDb { connection: String },
}

/// The journal of one service, open.
pub struct OpenJournal {
    service: &'static str,
    adapter: Adapter,
    /// Keeps others from the journal's place, where no file that is open does.
    place: Option<Held>,
    /// Remembers how far one goes that is kept elsewhere.
    noting: Option<Noting>,
}

enum Adapter {
    Embedded(Arc<EmbeddedJournal>),
    JetStream(Arc<JetStreamJournal>),
    KurrentDb(Arc<KurrentDbJournal>),
}

const MIB: u64 = 1024 * 1024;

// === impl Journals ===

impl Journals {
    /// Where the configuration has them. `name` is who this process is at the broker.
    pub async fn new(
        config: &Config,
        name: &str,
        clock: SharedClock,
    ) -> Result<Self, JournalsError> {
        Self::of_kind(config.journals.kind, config, name, clock).await
    }

    /// The same for another kind than the configured one.
    pub async fn of_kind(
        kind: JournalKind,
        config: &Config,
        name: &str,
        clock: SharedClock,
    ) -> Result<Self, JournalsError> {
        let store = match kind {
            JournalKind::Embedded => Store::Embedded(embedded::Settings {
                free_space_reserve_bytes: config.free_space_reserve_mib.saturating_mul(MIB),
            }),
            JournalKind::JetStream => {
                let settings = broker::settings(&config.nats, name);
                let settings =
                    settings.map_err(|error| JournalsError::File("nats.password_file", error))?;
                let nats = Box::pin(Nats::connect(&settings)).await;
                Store::JetStream {
                    nats: Box::new(nats.map_err(JournalsError::Broker)?),
                    replicas: config.journals.replicas,
                }
            }
            JournalKind::KurrentDb => Store::KurrentDb {
                connection: connection(config)?,
            },
        };
        Ok(Self {
            folders: Folders::below(&config.data),
            clock,
            store,
        })
    }

    /// Opens the journal of a service, making a new one where none was ever known. Waits for as long
    /// as what holds it is away.
    pub async fn open(&self, service: &'static str) -> Result<OpenJournal, JournalsError> {
        if let Store::Embedded(_) = &self.store {
            return Ok(OpenJournal {
                service,
                adapter: Box::pin(self.adapter(service)).await?,
                place: None,
                noting: None,
            });
        }
        let path = self.folders.journal(service);
        let place = Held::take(&path);
        let place = place.map_err(|error| JournalsError::Embedded(service, error))?;
        let mut known = Known::read(service, &path)?;
        if known.is_there() {
            // Opening would make one.
            known.expect(Box::pin(self.look(service)).await?.standing())?;
        }
        let adapter = Box::pin(self.adapter(service)).await?;
        let journal = adapter.shared();
        let head = *journal.head().borrow();
        known.learn(journal.identity(), head).await?;
        Ok(OpenJournal {
            service,
            adapter,
            place: Some(place),
            noting: Some(Noting::begin(known, &*journal, head)),
        })
    }

    /// The same for a journal that must be there; makes none.
    pub async fn open_there(&self, service: &'static str) -> Result<OpenJournal, JournalsError> {
        let is_there = match &self.store {
            Store::Embedded(_) => self.folders.journal(service).exists(),
            _ => Box::pin(self.look(service)).await?.standing().is_some(),
        };
        if !is_there {
            return Err(JournalsError::Absent(service));
        }
        self.open(service).await
    }

    /// Opens the place where the journal `source` is to be copied to. Waits as [`Journals::open`]
    /// does.
    pub async fn fill(&self, source: &mut OpenJournal) -> Result<Box<dyn Fill>, JournalsError> {
        let service = source.service;
        match (&self.store, source.place.take()) {
            (Store::Embedded(_), Some(place)) => {
                let fill = EmbeddedFill::open(place);
                let failed = |error| JournalsError::Embedded(service, error);
                Ok(Box::new(fill.map_err(failed)?))
            }
            (_, place) => {
                source.place = place;
                self.look(service).await
            }
        }
    }

    /// Begins a new life of a journal of which an older copy was put back: cursors, views and marks
    /// of the one before are then not mistaken for its own. Refused where a hub of this data folder
    /// has it open.
    pub async fn new_epoch(&self, service: &'static str) -> Result<JournalIdentity, JournalsError> {
        let path = self.folders.journal(service);
        let embedded = |error| JournalsError::Embedded(service, error);
        let place = Held::take(&path).map_err(embedded)?;
        if let Store::Embedded(_) = &self.store {
            // Lives that were lost with the folder are not known; none of them began later than now.
            let replaced = u64::try_from(self.clock.now().as_second()).unwrap_or_default();
            return place.begin_new_epoch(replaced).map_err(embedded);
        }
        let known = Known::read(service, &path)?;
        let mut fill = self.look(service).await?;
        let identity = known.next_life(fill.standing())?;
        let is_whole = true;
        let said = fill.say(Standing { identity, is_whole }).await;
        said.map_err(|error| JournalsError::Epoch(service, error))?;
        Ok(identity)
    }

    /// What stands where the journal is kept; makes nothing.
    async fn look(&self, service: &'static str) -> Result<Box<dyn Fill>, JournalsError> {
        let name = service.to_owned();
        match &self.store {
            Store::Embedded(_) => {
                let failed = |error| JournalsError::Embedded(service, error);
                let place = Held::take(&self.folders.journal(service)).map_err(failed)?;
                Ok(Box::new(EmbeddedFill::open(place).map_err(failed)?))
            }
            Store::JetStream { nats, replicas } => {
                let replicas = *replicas;
                let settings = jetstream::Settings { name, replicas };
                let opened = patiently(
                    holder_of(service),
                    jetstream::OpenError::may_pass,
                    || async {
                        let client = nats.client().ok_or(jetstream::StoreError::Silent)?;
                        JetStreamFill::open(client, settings.clone()).await
                    },
                );
                let failed = |error| JournalsError::JetStream(service, error);
                Ok(Box::new(opened.await.map_err(failed)?))
            }
            Store::KurrentDb { connection } => {
                let settings = kurrentdb::Settings { name };
                let opened = patiently(
                    holder_of(service),
                    kurrentdb::OpenError::may_pass,
                    || async { KurrentDbFill::open(connection, settings.clone()).await },
                );
                let failed = |error| JournalsError::KurrentDb(service, error);
                Ok(Box::new(opened.await.map_err(failed)?))
            }
        }
    }

    async fn adapter(&self, service: &'static str) -> Result<Adapter, JournalsError> {
        let name = service.to_owned();
        match &self.store {
            Store::Embedded(settings) => {
                let path = self.folders.journal(service);
                let journal = EmbeddedJournal::open(&path, *settings, self.clock.clone());
                let failed = |error| JournalsError::Embedded(service, error);
                Ok(Adapter::Embedded(Arc::new(journal.map_err(failed)?)))
            }
            Store::JetStream { nats, replicas } => {
                let replicas = *replicas;
                let settings = jetstream::Settings { name, replicas };
                let opened = patiently(
                    holder_of(service),
                    jetstream::OpenError::may_pass,
                    || async {
                        let client = nats.client().ok_or(jetstream::StoreError::Silent)?;
                        JetStreamJournal::open(client, settings.clone(), self.clock.clone()).await
                    },
                );
                let failed = |error| JournalsError::JetStream(service, error);
                Ok(Adapter::JetStream(Arc::new(opened.await.map_err(failed)?)))
            }
            Store::KurrentDb { connection } => {
                let settings = kurrentdb::Settings { name };
                let opened = patiently(
                    holder_of(service),
                    kurrentdb::OpenError::may_pass,
                    || async {
                        KurrentDbJournal::open(connection, settings.clone(), self.clock.clone())
                            .await
                    },
                );
                let failed = |error| JournalsError::KurrentDb(service, error);
                Ok(Adapter::KurrentDb(Arc::new(opened.await.map_err(failed)?)))
            }
        }
    }
}

// === impl OpenJournal ===

impl OpenJournal {
    /// Whose it is.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// The journal, whatever holds it.
    pub fn shared(&self) -> SharedJournal {
        Timed::shared(self.adapter.shared(), self.service)
    }

    /// The journal in the data folder, which can be backed up from here; none where it is elsewhere.
    pub fn embedded(&self) -> Option<&Arc<EmbeddedJournal>> {
        match &self.adapter {
            Adapter::Embedded(journal) => Some(journal),
            Adapter::JetStream(_) | Adapter::KurrentDb(_) => None,
        }
    }

    /// What to ask for where it is held.
    pub fn stored_as(&self) -> String {
        let service = self.service;
        match &self.adapter {
            Adapter::Embedded(journal) => journal.path().display().to_string(),
            Adapter::JetStream(_) => format!("the stream journal-{service} of the broker"),
            Adapter::KurrentDb(_) => format!("the streams firstbell_{service}-* of KurrentDB"),
        }
    }

    /// Commits what is queued; nothing is taken after it.
    pub async fn close(&self) {
        match &self.adapter {
            Adapter::Embedded(journal) => journal.close().await,
            Adapter::JetStream(journal) => journal.close().await,
            Adapter::KurrentDb(journal) => journal.close().await,
        }
        if let Some(noting) = &self.noting {
            noting.finish().await;
        }
    }
}

// === impl Adapter ===

impl Adapter {
    fn shared(&self) -> SharedJournal {
        match self {
            Self::Embedded(journal) => journal.clone(),
            Self::JetStream(journal) => journal.clone(),
            Self::KurrentDb(journal) => journal.clone(),
        }
    }
}

fn connection(config: &Config) -> Result<String, JournalsError> {
    let file = config.journals.kurrentdb_url_file.as_deref();
    let failed = |error| JournalsError::File("journals.kurrentdb_url_file", error);
    let file = file.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
    let text = fs::read_to_string(file).map_err(failed)?;
    Ok(text.trim().to_owned())
}

/// What is waited for where it is away.
fn holder_of(service: &str) -> String {
    format!("what holds the journal of {service}")
}
