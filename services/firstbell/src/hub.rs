//! Everything in one process: the services over their journals, both doors on one port.
//!
//! This is the only place that knows every service. They share the contract, the bus between them
//! runs inside the process, and each keeps its own journal, views and cursors.

mod catching_up;
mod listen;
mod make;
mod operator;
mod pause;
pub mod promises;
pub mod restore;
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
    config::{Config, Smtp},
    readiness::Readiness,
    server::{Server, Services},
};
use jiff::Timestamp;
use journal::Journal;
use journal::checkpoint::{Checkpointer, Rhythm, SigningKey};
use keys::{Sealer, Service};
use operator::Operator;
use pause::Pause;
use policy::{Signer, Verifier};
use proto::{
    operator::v1::operator_service_server::OperatorServiceServer,
    schools::v1::{
        coordinator_service_server::CoordinatorServiceServer,
        directory_service_server::DirectoryServiceServer, inbox_service_server::InboxServiceServer,
    },
};
use schools::{
    telling::{MailSettings, Mailer},
    views::View,
};
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
    consumed: Vec<(SharedFeed, Arc<bus::Inbox>)>,
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

/// The services of one hub, built and not yet running.
struct Parts {
    access: Access,
    police: police::Police,
    schools: schools::Schools,
    verifier: Arc<Verifier>,
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
        let heard = |(feed, inbox): &(SharedFeed, Arc<bus::Inbox>)| {
            let last = *feed.head().borrow();
            inbox
                .cursor(feed.producer())
                .is_ok_and(|cursor| cursor >= last)
        };
        let view = &self.work.view;
        let shown = *view.shown().borrow() >= *self.stores.schools.head().borrow();
        let told = view.pending_steps(1).is_ok_and(|steps| steps.is_empty());
        let waits = self.next_due().is_none_or(|due| due > now);
        shown && told && waits && self.work.consumed.iter().all(heard)
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

    /// Everything that a consumer could not apply.
    pub fn set_aside(&self) -> Vec<bus::inbox::SetAside> {
        let inboxes = self.work.consumed.iter().map(|(_, inbox)| inbox);
        inboxes
            .filter_map(|inbox| inbox.list_set_aside().ok())
            .flatten()
            .collect()
    }

    /// Finishes what is in hand, makes the last checkpoints, and closes the stores.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.tasks.end().await;
        self.stores.close().await;
    }
}

async fn build(
    config: &Config,
    stores: &Arc<Stores>,
    clock: &SharedClock,
) -> Result<Parts, HubError> {
    let signer = Signer::from_pkcs8(stores.keys.signing_key(keys::Purpose::Assertions).pkcs8())
        .map_err(|error| part("its signing key")(error.to_string()))?;
    let verifier = Verifier::new([signer.verifying_key()])
        .map_err(|error| part("its signing key")(error.to_string()))?;
    let verifier = Arc::new(verifier);
    let access = access::build(access::Config {
        journal: stores.access.clone(),
        keys: stores.keys.clone(),
        clock: clock.clone(),
        signer,
    })
    .await
    .map_err(part("the access service"))?;
    let police = police::build(police::Config {
        view_file: stores.folders.views.join("police-view.sqlite3"),
        journal: stores.police.clone(),
        keys: stores.keys.clone(),
        clock: clock.clone(),
        verifier: verifier.clone(),
        rules: police::Rules::default(),
    })
    .map_err(part("the police service"))?;
    let schools = schools::build(schools::Config {
        data: stores.folders.views.clone(),
        journal: stores.schools.clone(),
        sealer: Sealer::new(stores.keys.clone(), Service::Schools),
        clock: clock.clone(),
        verifier: verifier.clone(),
        mailer: mailer(&config.smtp)?,
        police: police.feed(),
        access: access.feed(),
    })
    .await
    .map_err(part("the schools service"))?;
    Ok(Parts {
        access,
        police,
        schools,
        verifier,
    })
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
    } = parts;
    let (inbox, coordinator, directory) = schools.doors();
    let pause = Pause::default();
    let operator = Operator {
        stores: stores.clone(),
        reference: schools.reference(),
        verifier: verifier.clone(),
        clock: clock.clone(),
        pause: pause.clone(),
    };
    let services = Services::new()
        .with(police.service())
        .with(InboxServiceServer::new(inbox))
        .with(CoordinatorServiceServer::new(coordinator))
        .with(DirectoryServiceServer::new(directory))
        .with(access.service(verifier))
        .with(OperatorServiceServer::new(operator));
    let cursors = stores.folders.views.join("police-inbox.sqlite3");
    let cursors = bus::Inbox::open(&cursors).map_err(part("the police service's cursors"))?;
    let deliveries = Consumer {
        feed: schools.feed(),
        handler: pause.around(police.handler()),
        inbox: Arc::new(cursors),
        clock: clock.clone(),
    };
    let work = Work {
        view: schools.view(),
        consumed: vec![
            (schools.feed(), deliveries.inbox.clone()),
            (police.feed(), schools.cursors()),
            (access.feed(), schools.cursors()),
        ],
    };
    watch_views(&police, &schools, stores, &readiness, stop, tasks);
    let server = Server::new(services, access.authenticate(), readiness, stop.clone());
    let ends = || stop.clone().drop_guard();
    tasks.spawn_backstage(until_end(ends(), deliveries.run(stop.clone())));
    tasks.spawn_backstage(until_end(ends(), schools.run(stop.clone())));
    let police_stop = stop.clone();
    let views = async move { police.run(police_stop).await };
    tasks.spawn_backstage(until_end(ends(), views));
    tasks.spawn(until_end(ends(), server.serve(listener)));
    Ok(work)
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
        tasks.spawn(async move {
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

fn mailer(smtp: &Smtp) -> Result<Mailer, HubError> {
    if smtp.host.is_empty() {
        tracing::warn!("no SMTP server is configured: every step that needs mail fails visibly");
        return Ok(Mailer::none());
    }
    let read = |path: &std::path::Path| std::fs::read(path).map_err(part("a file of smtp"));
    let password = smtp.password_file.as_deref().map(read).transpose()?;
    let password = password.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
    let settings = MailSettings {
        host: smtp.host.clone(),
        port: smtp.port,
        from: smtp.from.clone(),
        credentials: password
            .filter(|_| !smtp.user.is_empty())
            .map(|password| (smtp.user.clone(), password)),
        starttls: smtp.starttls,
        authority: smtp.ca_file.as_deref().map(read).transpose()?,
    };
    Mailer::smtp(&settings).map_err(part("mail"))
}
