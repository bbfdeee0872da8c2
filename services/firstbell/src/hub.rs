//! Everything in one process: the services over their journals, both doors on one port.
//!
//! This is the only place that knows every service. They share the contract, the bus between them
//! runs inside the process, and each keeps its own journal, views and cursors.

mod carriage;
mod catching_up;
mod listen;
mod make;
mod operator;
mod parts;
mod pause;
pub mod promises;
pub mod restore;
mod set_aside;
mod stores;
mod tasks;

pub use make::{made, make, new_operator_token};
pub use promises::Promises;
pub(crate) use stores::master_key;
pub use stores::{Folders, JOURNALS, Stores};

use access::Access;
use bus::{Consumer, SharedFeed};
use clock::SharedClock;
use host::{
    config::Config,
    readiness::Readiness,
    server::{Server, Services},
};
use jiff::Timestamp;
use journal::Journal;
use journal::checkpoint::{Checkpointer, Rhythm, SigningKey};
use operator::Operator;
use parts::{Parts, build};
use pause::Pause;
use proto::{
    operator::v1::operator_service_server::OperatorServiceServer,
    schools::v1::{
        coordinator_service_server::CoordinatorServiceServer,
        directory_service_server::DirectoryServiceServer, inbox_service_server::InboxServiceServer,
        matching_service_server::MatchingServiceServer,
        quality_service_server::QualityServiceServer,
    },
};
use schools::views::View;
use std::{error::Error, net::SocketAddr, sync::Arc};
use tasks::Tasks;
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A hub that runs.
pub struct Hub {
    /// Where both doors are open.
    pub address: SocketAddr,
    /// The access service, for whoever runs the hub.
    pub access: Access,
    /// Keys and journals, for whoever looks at them.
    pub stores: Arc<Stores>,
    work: Work,
    tasks: Tasks,
    stop: CancellationToken,
}

/// What the services still have to do.
struct Work {
    view: Arc<View>,
    ears: Arc<Vec<Ear>>,
}

/// One service's ear for another.
struct Ear {
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
fn part<E: Into<BoxError>>(what: &'static str) -> impl FnOnce(E) -> HubError {
    move |source| HubError {
        what,
        source: source.into(),
    }
}

// === impl Hub ===

impl Hub {
    /// Opens the stores of an initialised hub and runs every service until [`Hub::stop`].
    pub async fn start(
        config: &Config,
        clock: SharedClock,
        readiness: Readiness,
    ) -> Result<Self, HubError> {
        let stores = Arc::new(Stores::open(config, clock.clone())?);
        let parts = build(config, &stores, &clock).await?;
        let stop = CancellationToken::new();
        let mut tasks = Tasks::new().map_err(part("its threads"))?;
        checkpoint(&stores, &clock, &stop, &mut tasks)?;
        let (listener, address) = listen::on(config.listen).await?;
        let access = parts.access.clone();
        let work = run(
            parts, &stores, &clock, readiness, listener, &stop, &mut tasks,
        )?;
        Ok(Self {
            address,
            access,
            stores,
            work,
            tasks,
            stop,
        })
    }

    /// Whether nothing is left to do until somebody calls or the clock moves on.
    pub fn is_settled(&self, now: Timestamp) -> bool {
        let view = &self.work.view;
        let shown = *view.shown().borrow() >= *self.stores.schools.head().borrow();
        let told = view.pending_steps(1).is_ok_and(|steps| steps.is_empty());
        let waits = self.next_due().is_none_or(|due| due > now);
        shown && told && waits && self.work.ears.iter().all(Ear::has_heard_all)
    }

    /// Completes when a part of the hub has ended, which none does before [`Hub::stop`].
    pub async fn ended(&self) {
        self.stop.cancelled().await;
    }

    /// When the ladder next does something by itself.
    pub fn next_due(&self) -> Option<Timestamp> {
        let due = self.work.view.next_due().ok().flatten()?;
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

fn run(
    parts: Parts,
    stores: &Arc<Stores>,
    clock: &SharedClock,
    readiness: Readiness,
    listener: TcpListener,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> Result<Work, HubError> {
    let Parts {
        access,
        police,
        schools,
        verifier,
        mut carriage,
    } = parts;
    let (inbox, coordinator, directory, quality, matching) = schools.doors();
    let pause = Pause::default();
    let deliveries = Consumer {
        feed: carriage.carry(schools.feed()),
        handler: pause.around(police.handler()),
        inbox: police_inbox(stores)?,
        clock: clock.clone(),
    };
    let ears = ears(&access, &police, &schools, &deliveries);
    let operator = Operator {
        stores: stores.clone(),
        reference: schools.reference(),
        verifier: verifier.clone(),
        clock: clock.clone(),
        pause,
        ears: ears.clone(),
    };
    let services = Services::new()
        .with(police.service())
        .with(InboxServiceServer::new(inbox))
        .with(CoordinatorServiceServer::new(coordinator))
        .with(DirectoryServiceServer::new(directory))
        .with(QualityServiceServer::new(quality))
        .with(MatchingServiceServer::new(matching))
        .with(access.service(verifier))
        .with(OperatorServiceServer::new(operator));
    catching_up::hear(&ears, &readiness, stop, tasks);
    let work = Work {
        view: schools.view(),
        ears,
    };
    watch_views(&police, &schools, stores, &readiness, stop, tasks);
    let server = Server::new(services, access.authenticate(), readiness, stop.clone());
    carriage.run(stop, tasks);
    let ends = || stop.clone().drop_guard();
    tasks.spawn_backstage(until_end(ends(), deliveries.run(stop.clone())));
    tasks.spawn_backstage(until_end(ends(), schools.run(stop.clone())));
    let police_stop = stop.clone();
    let views = async move { police.run(police_stop).await };
    tasks.spawn_backstage(until_end(ends(), views));
    tasks.spawn(until_end(ends(), server.serve(listener)));
    Ok(work)
}

fn police_inbox(stores: &Stores) -> Result<Arc<bus::Inbox>, HubError> {
    let cursors = stores.folders.views.join("police-inbox.sqlite3");
    let cursors = bus::Inbox::open(&cursors);
    cursors
        .map(Arc::new)
        .map_err(part("the police service's cursors"))
}

/// Who listens to whom.
fn ears(
    access: &Access,
    police: &police::Police,
    schools: &schools::Schools,
    deliveries: &Consumer,
) -> Arc<Vec<Ear>> {
    let [of_police, of_access] = schools.consumers();
    let ear = |service, truth, consumer: &Consumer| Ear {
        service,
        truth,
        consumer: consumer.clone(),
    };
    Arc::new(vec![
        ear("police", schools.feed(), deliveries),
        ear("schools", police.feed(), &of_police),
        ear("schools", access.feed(), &of_access),
    ])
}

/// Nobody is told that the hub is ready before both views show what their journals hold.
fn watch_views(
    police: &police::Police,
    schools: &schools::Schools,
    stores: &Stores,
    readiness: &Readiness,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) {
    for (name, journal, shown) in [
        ("police.view", &stores.police, police.shown()),
        ("schools.view", &stores.schools, schools.view().shown()),
    ] {
        catching_up::watch(name, &**journal, shown, readiness, stop, tasks);
    }
}

/// With the end of a part, however it comes, the hub ends: it must not look as if it still worked.
async fn until_end(ends: DropGuard, part: impl Future<Output = ()>) {
    part.await;
    drop(ends);
}

/// One checkpointer for each journal, all signing with the hub's key.
fn checkpoint(
    stores: &Stores,
    clock: &SharedClock,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) -> Result<(), HubError> {
    for (_, journal) in stores.journals() {
        let key = stores.keys.signing_key(keys::Purpose::Checkpoints);
        let key = SigningKey::from_pkcs8(key.pkcs8()).map_err(part("its checkpoint key"))?;
        let checkpointer = Checkpointer::new(journal, key, clock.clone());
        let stop = stop.clone();
        tasks.spawn_backstage(async move {
            if let Err(error) = checkpointer
                .run(Rhythm::default(), stop.cancelled_owned())
                .await
            {
                tracing::warn!(error = %host::report::report(&error), "no last checkpoint");
            }
        });
    }
    Ok(())
}
