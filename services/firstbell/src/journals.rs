//! The journals of the services, wherever the configuration has them.
//!
//! Whatever holds them, the place of a service's journal in the data folder is locked as long as it
//! is open: one hub for one data folder. A broker or a KurrentDB that is away is waited for; what
//! waiting does not mend is an error.

mod audit;
mod timed;

pub use audit::audited;

use crate::{broker, hub::Folders};
use bus::nats::{BadNatsSettings, Nats};
use clock::SharedClock;
use host::{
    config::{Config, JournalKind},
    report::report,
};
use journal::{
    EmbeddedJournal, JetStreamJournal, KurrentDbJournal, ReadError, SharedJournal,
    copy::Fill,
    embedded::{self, EmbeddedFill, Held},
    jetstream::{self, JetStreamFill},
    kurrentdb::{self, KurrentDbFill},
};
use std::{error::Error, fs, io, sync::Arc, time::Duration};
use timed::Timed;
use tokio::time::{Instant, sleep};

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
}

enum Adapter {
    Embedded(Arc<EmbeddedJournal>),
    JetStream(Arc<JetStreamJournal>),
    KurrentDb(Arc<KurrentDbJournal>),
}

/// Why a journal could not be opened, and waiting would not help.
#[derive(Debug, thiserror::Error)]
pub enum JournalsError {
    /// A file that the configuration names cannot be read.
    #[error("read the file of {0}")]
    File(&'static str, #[source] io::Error),
    /// The broker's settings cannot be used.
    #[error("reach the broker that holds the journals")]
    Broker(#[source] BadNatsSettings),
    /// Its events cannot be read.
    #[error("read the journal of {0}")]
    Read(&'static str, #[source] ReadError),
    /// Its place in the data folder, or the file there.
    #[error("open the journal of {0}")]
    Embedded(&'static str, #[source] embedded::OpenError),
    /// Its stream in the broker.
    #[error("open the journal of {0} in the broker")]
    JetStream(&'static str, #[source] jetstream::OpenError),
    /// Its streams in KurrentDB.
    #[error("open the journal of {0} in KurrentDB")]
    KurrentDb(&'static str, #[source] kurrentdb::OpenError),
}

const MIB: u64 = 1024 * 1024;
/// Between two tries to open a journal whose store is away.
const PAUSE: Duration = Duration::from_millis(500);
/// Between two words about it.
const BETWEEN_WORDS: Duration = Duration::from_secs(15);

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

    /// Opens the journal of a service, making a new one where there is none. Waits for as long as
    /// what holds it is away.
    pub async fn open(&self, service: &'static str) -> Result<OpenJournal, JournalsError> {
        let path = self.folders.journal(service);
        let failed = |error| JournalsError::Embedded(service, error);
        let (adapter, place) = match &self.store {
            Store::Embedded(settings) => {
                let journal = EmbeddedJournal::open(&path, *settings, self.clock.clone());
                (Adapter::Embedded(Arc::new(journal.map_err(failed)?)), None)
            }
            Store::JetStream { nats, replicas } => {
                let place = Held::take(&path).map_err(failed)?;
                let journal = Box::pin(self.in_broker(service, nats, *replicas)).await?;
                (Adapter::JetStream(Arc::new(journal)), Some(place))
            }
            Store::KurrentDb { connection } => {
                let place = Held::take(&path).map_err(failed)?;
                let journal = Box::pin(self.in_kurrentdb(service, connection)).await?;
                (Adapter::KurrentDb(Arc::new(journal)), Some(place))
            }
        };
        Ok(OpenJournal {
            service,
            adapter,
            place,
        })
    }

    /// Opens the place where the journal `source` is to be copied to. Waits as [`Journals::open`]
    /// does.
    pub async fn fill(&self, source: &mut OpenJournal) -> Result<Box<dyn Fill>, JournalsError> {
        let service = source.service;
        let name = service.to_owned();
        match &self.store {
            Store::Embedded(_) => {
                let failed = |error| JournalsError::Embedded(service, error);
                let place = match source.place.take() {
                    Some(place) => place,
                    None => Held::take(&self.folders.journal(service)).map_err(failed)?,
                };
                Ok(Box::new(EmbeddedFill::open(place).map_err(failed)?))
            }
            Store::JetStream { nats, replicas } => {
                let replicas = *replicas;
                let settings = jetstream::Settings { name, replicas };
                let opened = patiently(service, jetstream::OpenError::may_pass, || async {
                    let client = nats.client().ok_or(jetstream::StoreError::Silent)?;
                    JetStreamFill::open(client, settings.clone()).await
                });
                let failed = |error| JournalsError::JetStream(service, error);
                Ok(Box::new(opened.await.map_err(failed)?))
            }
            Store::KurrentDb { connection } => {
                let settings = kurrentdb::Settings { name };
                let opened = patiently(service, kurrentdb::OpenError::may_pass, || async {
                    KurrentDbFill::open(connection, settings.clone()).await
                });
                let failed = |error| JournalsError::KurrentDb(service, error);
                Ok(Box::new(opened.await.map_err(failed)?))
            }
        }
    }

    async fn in_broker(
        &self,
        service: &'static str,
        nats: &Nats,
        replicas: usize,
    ) -> Result<JetStreamJournal, JournalsError> {
        let settings = jetstream::Settings {
            name: service.to_owned(),
            replicas,
        };
        let opened = patiently(service, jetstream::OpenError::may_pass, || async {
            let client = nats.client().ok_or(jetstream::StoreError::Silent)?;
            JetStreamJournal::open(client, settings.clone(), self.clock.clone()).await
        });
        let opened = opened.await;
        opened.map_err(|error| JournalsError::JetStream(service, error))
    }

    async fn in_kurrentdb(
        &self,
        service: &'static str,
        connection: &str,
    ) -> Result<KurrentDbJournal, JournalsError> {
        let settings = kurrentdb::Settings {
            name: service.to_owned(),
        };
        let opened = patiently(service, kurrentdb::OpenError::may_pass, || async {
            KurrentDbJournal::open(connection, settings.clone(), self.clock.clone()).await
        });
        let opened = opened.await;
        opened.map_err(|error| JournalsError::KurrentDb(service, error))
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
        let journal: SharedJournal = match &self.adapter {
            Adapter::Embedded(journal) => journal.clone(),
            Adapter::JetStream(journal) => journal.clone(),
            Adapter::KurrentDb(journal) => journal.clone(),
        };
        Timed::shared(journal, self.service)
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
    }
}

fn connection(config: &Config) -> Result<String, JournalsError> {
    let file = config.journals.kurrentdb_url_file.as_deref();
    let failed = |error| JournalsError::File("journals.kurrentdb_url_file", error);
    let file = file.ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
    let text = fs::read_to_string(file).map_err(failed)?;
    Ok(text.trim().to_owned())
}

/// Tries until it succeeds, or fails in a way that does not pass.
async fn patiently<T, E: Error + 'static, F: Future<Output = Result<T, E>>>(
    service: &str,
    may_pass: fn(&E) -> bool,
    attempt: impl Fn() -> F,
) -> Result<T, E> {
    let mut next_word = Instant::now();
    loop {
        match attempt().await {
            Err(error) if may_pass(&error) => {
                if Instant::now() >= next_word {
                    let error = report(&error);
                    tracing::warn!(service, error, "what holds the journal is waited for");
                    next_word = Instant::now() + BETWEEN_WORDS;
                }
            }
            settled => return settled,
        }
        sleep(PAUSE).await;
    }
}
