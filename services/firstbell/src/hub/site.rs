//! What every process of a hub has, whichever services run in it, and how each service is set up there.

use super::{
    Ear, Folders, HubError,
    carriage::Carriage,
    catching_up, figures, mail,
    operator::Operator,
    pace::Pace,
    part,
    pause::Pause,
    standing::{Record, Records},
    tasks::{Tasks, until_end},
};
use access::Access;
use bus::{Consumer, Handler, Inbox, SharedFeed};
use clock::SharedClock;
use host::{
    config::Config,
    readiness::Readiness,
    server::{Server, Services},
};
use journal::{
    Position, SharedJournal,
    checkpoint::{Checkpointer, Rhythm, SigningKey},
};
use keys::{Sealer, Service, SharedKeys};
use policy::{Signer, Verifier};
use proto::{
    operator::v1::operator_service_server::OperatorServiceServer,
    schools::v1::{
        coordinator_service_server::CoordinatorServiceServer,
        directory_service_server::DirectoryServiceServer, inbox_service_server::InboxServiceServer,
        matching_service_server::MatchingServiceServer,
        quality_service_server::QualityServiceServer,
    },
};
use schools::{reference::Reference, views::View};
use std::sync::Arc;
use tokio::{net::TcpListener, sync::watch};
use tokio_util::sync::CancellationToken;

/// One process: what it is given, and what has been set up in it so far.
pub(crate) struct Site {
    pub(crate) folders: Folders,
    pub(crate) clock: SharedClock,
    pub(crate) verifier: Arc<Verifier>,
    pub(crate) readiness: Readiness,
    pub(crate) stop: CancellationToken,
    pub(crate) tasks: Tasks,
    pace: Pace,
    carriage: Carriage,
    services: Services,
    ears: Vec<Ear>,
    records: Vec<Record>,
}

/// What a service keeps its events in, and under which keys.
pub(crate) struct Kept<'a> {
    pub(crate) journal: SharedJournal,
    pub(crate) keys: SharedKeys,
    /// Signs checkpoints.
    pub(crate) checkpoints: &'a keys::SigningKey,
}

/// What the others need of the police service.
pub(crate) struct PoliceRoom {
    pub(crate) feed: SharedFeed,
    handler: Arc<dyn Handler>,
}

/// What the others need of the schools service.
pub(crate) struct SchoolsRoom {
    pub(crate) feed: SharedFeed,
    pub(crate) reference: Arc<Reference>,
    pub(crate) view: Arc<View>,
}

// === impl Site ===

impl Site {
    /// An empty one. `name` is who the process is at the broker.
    pub(crate) async fn new(
        config: &Config,
        name: &str,
        clock: SharedClock,
        verifier: Arc<Verifier>,
        readiness: Readiness,
        stop: CancellationToken,
    ) -> Result<Self, HubError> {
        Ok(Self {
            folders: Folders::below(&config.data),
            clock,
            verifier,
            readiness,
            stop,
            tasks: Tasks::new().map_err(part("its threads"))?,
            pace: Pace::default(),
            carriage: Carriage::new(&config.nats, name).await?,
            services: Services::new(),
            ears: Vec::new(),
            records: Vec::new(),
        })
    }

    /// Organisations, people, tokens.
    pub(crate) async fn access(
        &mut self,
        kept: Kept<'_>,
        signer: Signer,
    ) -> Result<Access, HubError> {
        let access = access::build(access::Config {
            journal: kept.journal.clone(),
            keys: kept.keys.clone(),
            clock: self.clock.clone(),
            signer,
        });
        let access = access.await.map_err(part("the access service"))?;
        self.record(&kept, access.feed(), None, None)?;
        let service = access.service(self.verifier.clone());
        self.serve(|all| all.with(service));
        Ok(access)
    }

    /// Notifications. Hears what became of them once [`Site::police_hears`].
    pub(crate) fn police(&mut self, kept: Kept<'_>) -> Result<PoliceRoom, HubError> {
        let police = police::build(police::Config {
            view_file: self.folders.views.join("police-view.sqlite3"),
            journal: kept.journal.clone(),
            keys: kept.keys.clone(),
            clock: self.clock.clone(),
            verifier: self.verifier.clone(),
            rules: police::Rules::default(),
            intake: self.pace.intake(),
        });
        let police = police.map_err(part("the police service"))?;
        self.record(&kept, police.feed(), Some(police.shown()), None)?;
        self.serve(|all| all.with(police.service()));
        let room = PoliceRoom {
            feed: police.feed(),
            handler: police.handler(),
        };
        let stop = self.stop.clone();
        self.backstage(async move { police.run(stop).await });
        Ok(room)
    }

    /// Lets police hear how delivery stands, save while `pause` is held.
    pub(crate) fn police_hears(
        &mut self,
        police: &PoliceRoom,
        schools: SharedFeed,
        pause: &Pause,
    ) -> Result<(), HubError> {
        let cursors = self.folders.views.join("police-inbox.sqlite3");
        let cursors = Inbox::open(&cursors).map_err(part("the police service's cursors"))?;
        let deliveries = Consumer {
            feed: self.carriage.carry(schools.clone()),
            handler: self.pace.around(pause.around(police.handler.clone())),
            inbox: Arc::new(cursors),
            clock: self.clock.clone(),
        };
        self.ears.push(Ear {
            service: "police",
            truth: schools,
            consumer: deliveries.clone(),
        });
        self.backstage(deliveries.run(self.stop.clone()));
        Ok(())
    }

    /// Matching, alerts, telling.
    pub(crate) async fn schools(
        &mut self,
        config: &Config,
        kept: Kept<'_>,
        police: SharedFeed,
        access: SharedFeed,
    ) -> Result<SchoolsRoom, HubError> {
        let schools = schools::build(schools::Config {
            data: self.folders.views.clone(),
            journal: kept.journal.clone(),
            sealer: Sealer::new(kept.keys.clone(), Service::Schools),
            clock: self.clock.clone(),
            verifier: self.verifier.clone(),
            mailer: mail::mailer(&config.smtp)?,
            police: self.carriage.carry(police.clone()),
            access: self.carriage.carry(access.clone()),
        });
        let schools = schools.await.map_err(part("the schools service"))?;
        let schools = schools.hearing(|handler| self.pace.around(handler));
        let view = schools.view();
        let shown = Some(view.shown());
        self.record(&kept, schools.feed(), shown, Some(view.clone()))?;
        let (inbox, coordinator, directory, quality, matching) = schools.doors();
        self.serve(|all| {
            all.with(InboxServiceServer::new(inbox))
                .with(CoordinatorServiceServer::new(coordinator))
                .with(DirectoryServiceServer::new(directory))
                .with(QualityServiceServer::new(quality))
                .with(MatchingServiceServer::new(matching))
        });
        for (truth, consumer) in [police, access].into_iter().zip(schools.consumers()) {
            self.ears.push(Ear {
                service: "schools",
                truth,
                consumer,
            });
        }
        let room = SchoolsRoom {
            feed: schools.feed(),
            reference: schools.reference(),
            view,
        };
        self.backstage(schools.run(self.stop.clone()));
        Ok(room)
    }

    /// Adds what else answers in this process.
    pub(crate) fn serve(&mut self, add: impl FnOnce(Services) -> Services) {
        self.services = add(std::mem::take(&mut self.services));
    }

    /// Who listens in this process, and how each of its journals stands.
    pub(crate) fn records(&self) -> Records {
        Records {
            ears: Arc::new(self.ears.clone()),
            all: Arc::new(self.records.clone()),
        }
    }

    /// The door of those who run the hub, for what is set up here so far.
    pub(crate) fn serve_operator(&mut self) {
        let operator = Operator {
            keys: None,
            copies: None,
            records: self.records(),
            verifier: self.verifier.clone(),
            clock: self.clock.clone(),
        };
        self.serve(|all| all.with(OperatorServiceServer::new(operator)));
    }

    /// Everything is set up: runs it behind the server that `open` makes of its services.
    pub(crate) fn begin(
        mut self,
        listener: TcpListener,
        open: impl FnOnce(Services, Readiness, CancellationToken) -> Server,
    ) -> Tasks {
        let ears = Arc::new(self.ears);
        let (stop, tasks) = (&self.stop, &mut self.tasks);
        catching_up::hear(&ears, &self.readiness, stop, tasks);
        figures::tell(&ears, self.carriage.view(), &self.readiness, stop, tasks);
        self.carriage.run(stop, tasks);
        let server = open(self.services, self.readiness, stop.clone());
        tasks.spawn(until_end(stop, server.serve(listener)));
        self.tasks
    }

    /// A journal of this process: its public events are relayed, its checkpoints made, and nobody is
    /// told that the process is ready before its view shows what it holds.
    fn record(
        &mut self,
        kept: &Kept<'_>,
        feed: SharedFeed,
        shown: Option<watch::Receiver<Position>>,
        view: Option<Arc<View>>,
    ) -> Result<(), HubError> {
        let relay = self.carriage.relay(feed.clone(), &self.clock);
        if let Some(shown) = shown.clone() {
            let name = format!("{}.view", feed.producer());
            let (stop, tasks) = (&self.stop, &mut self.tasks);
            catching_up::watch(&name, &*kept.journal, shown, &self.readiness, stop, tasks);
        }
        self.records.push(Record {
            journal: kept.journal.clone(),
            feed,
            shown,
            view,
            relay,
        });
        self.checkpoint(kept)
    }

    /// The checkpointer of a journal, signing with its service's key.
    fn checkpoint(&mut self, kept: &Kept<'_>) -> Result<(), HubError> {
        let key = SigningKey::from_pkcs8(kept.checkpoints.pkcs8());
        let key = key.map_err(part("its checkpoint key"))?;
        let checkpointer = Checkpointer::new(kept.journal.clone(), key, self.clock.clone());
        let stop = self.stop.clone();
        self.tasks.spawn_backstage(async move {
            let made = checkpointer.run(Rhythm::default(), stop.cancelled_owned());
            if let Err(error) = made.await {
                tracing::warn!(error = %host::report::report(&error), "no last checkpoint");
            }
        });
        Ok(())
    }

    fn backstage(&mut self, part: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_backstage(until_end(&self.stop, part));
    }
}
