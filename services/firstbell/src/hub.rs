//! A hub in one process: the services over their journals, both doors on one port.
//!
//! Each service keeps its own journal, views and cursors; what they tell each other goes through the
//! process, or over a broker. [`site`] sets each of them up, here and in the processes of
//! [`crate::serve`].

mod carriage;
mod catching_up;
mod copies;
pub(crate) mod figures;
pub(crate) mod listen;
mod mail;
mod make;
pub(crate) mod operator;
mod pace;
pub(crate) mod pause;
pub mod promises;
pub mod restore;
mod set_aside;
pub(crate) mod site;
pub(crate) mod standing;
mod stores;
pub(crate) mod tasks;

pub use make::{made, make, new_operator_token};
pub use promises::Promises;
pub(crate) use stores::master_key;
pub use stores::{Folders, JOURNALS, Stores};

use access::Access;
use bus::{Consumer, SharedFeed};
use clock::SharedClock;
use copies::Copies;
use host::{config::Config, readiness::Readiness, server::Server};
use jiff::Timestamp;
use journal::SharedJournal;
use keys::{Purpose, Service};
use operator::Operator;
use pause::Pause;
use policy::{Signer, Verifier, VerifyingKey};
use proto::operator::v1::operator_service_server::OperatorServiceServer;
use schools::views::View;
use site::{Kept, Site};
use standing::Records;
use std::{error::Error, net::SocketAddr, sync::Arc};
use tasks::Tasks;
use tokio_util::sync::CancellationToken;

/// A hub that runs.
pub struct Hub {
    /// Where both doors are open.
    pub address: SocketAddr,
    /// The access service, for whoever runs the hub.
    pub access: Access,
    /// Keys and journals, for whoever looks at them.
    pub stores: Arc<Stores>,
    view: Arc<View>,
    records: Records,
    tasks: Tasks,
    stop: CancellationToken,
}

/// One service's ear for another.
#[derive(Clone)]
pub(crate) struct Ear {
    /// Who listens.
    service: &'static str,
    /// The producer's own feed, however it is carried.
    truth: SharedFeed,
    consumer: Consumer,
}

/// Why the hub could not be started. Its source says what exactly.
#[derive(Debug, thiserror::Error)]
#[error("start the hub: {what}")]
pub struct HubError {
    what: &'static str,
    #[source]
    source: Box<dyn Error + Send + Sync>,
}

type BoxError = Box<dyn Error + Send + Sync>;

/// Names the part of the hub that an error belongs to.
pub(crate) fn part<E: Into<BoxError>>(what: &'static str) -> impl FnOnce(E) -> HubError {
    move |source| HubError {
        what,
        source: source.into(),
    }
}

/// Believes assertions that this key has signed.
pub(crate) fn trusting(key: &keys::VerifyingKey) -> Result<Arc<Verifier>, HubError> {
    let verifier = Verifier::new([VerifyingKey {
        id: key.id.clone(),
        public: key.public.clone(),
    }]);
    let verifier = verifier.map_err(|error| part("its signing key")(error.to_string()))?;
    Ok(Arc::new(verifier))
}

// === impl Hub ===

impl Hub {
    /// Opens the stores of an initialised hub and runs every service until [`Hub::stop`].
    pub async fn start(
        config: &Config,
        clock: SharedClock,
        readiness: Readiness,
    ) -> Result<Self, HubError> {
        let stores = Arc::new(Stores::open(config, clock.clone()).await?);
        let signer = Signer::from_pkcs8(stores.keys.signing_key(Purpose::Assertions).pkcs8());
        let signer = signer.map_err(|error| part("its signing key")(error.to_string()))?;
        let verifier = trusting(stores.keys.signing_key(Purpose::Assertions).verifying())?;
        let stop = CancellationToken::new();
        let ends = stop.clone();
        let mut site = Site::new(config, "firstbell", clock, verifier, readiness, ends).await?;
        let (access, view) = set_up(&mut site, config, &stores, signer).await?;
        let (listener, address) = listen::on(config.listen).await?;
        let authenticate = access.authenticate();
        let records = site.records();
        let tasks = site.begin(listener, |services, readiness, stop| {
            Server::new(services, authenticate, readiness, stop)
        });
        Ok(Self {
            address,
            access,
            stores,
            view,
            records,
            tasks,
            stop,
        })
    }

    /// Whether nothing is left to do until somebody calls or the clock moves on.
    pub fn is_settled(&self, now: Timestamp) -> bool {
        let view = &self.view;
        let shown = *view.shown().borrow() >= *self.stores.schools.head().borrow();
        let told = view.pending_steps(1).is_ok_and(|steps| steps.is_empty());
        let waits = self.next_due().is_none_or(|due| due > now);
        shown && told && waits && self.records.ears.iter().all(Ear::has_heard_all)
    }

    /// Completes when a part of the hub has ended, which none does before [`Hub::stop`].
    pub async fn ended(&self) {
        self.stop.cancelled().await;
    }

    /// When the ladder next does something by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        let due = self.view.next_due().ok().flatten()?;
        Timestamp::from_millisecond(due).ok()
    }

    /// Finishes what is in hand, makes the last checkpoints, and closes the stores.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.tasks.end().await;
        self.stores.close().await;
    }
}

// === impl Ear ===

impl Ear {
    fn has_heard_all(&self) -> bool {
        self.has_heard(*self.truth.head().borrow())
    }

    /// Whether everything up to this public sequence was applied or set aside.
    fn has_heard(&self, last: u64) -> bool {
        let producer = self.truth.producer();
        let life = self.truth.life().ok();
        let cursor = life.and_then(|life| self.consumer.inbox.cursor(producer, life).ok());
        cursor.is_some_and(|cursor| cursor >= last)
    }
}

/// Every service, each hearing those that it needs.
async fn set_up(
    site: &mut Site,
    config: &Config,
    stores: &Arc<Stores>,
    signer: Signer,
) -> Result<(Access, Arc<View>), HubError> {
    let kept = |service, journal: &SharedJournal| Kept {
        journal: journal.clone(),
        keys: stores.keys.clone(),
        checkpoints: stores.keys.signing_key(Purpose::Checkpoints(service)),
    };
    let access = kept(Service::Access, &stores.access);
    let access = site.access(access, signer).await?;
    let police = site.police(kept(Service::Police, &stores.police))?;
    let feeds = (police.feed.clone(), access.feed());
    let schools = kept(Service::Schools, &stores.schools);
    let schools = site.schools(config, schools, feeds.0, feeds.1).await?;
    let pause = Pause::default();
    site.police_hears(&police, schools.feed, &pause)?;
    let operator = Operator {
        keys: Some(stores.keys.clone()),
        copies: Some(Copies {
            stores: stores.clone(),
            reference: schools.reference,
            pause,
        }),
        records: site.records(),
        verifier: site.verifier.clone(),
        clock: site.clock.clone(),
    };
    site.serve(|all| all.with(OperatorServiceServer::new(operator)));
    Ok((access, schools.view))
}
