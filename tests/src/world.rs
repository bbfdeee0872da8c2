//! A whole hub on real files and real sockets, with a clock that the story turns.
//!
//! [`World::finish`] checks what must hold at the end of every story: nothing was set aside, nobody
//! lags, the journals are sound, and every child is with somebody.

mod cast;
mod history;
mod keeping;
mod quiet;
mod running;
mod standing;

use crate::{
    caller::Caller,
    people::{SCHOOLS, london},
    processes::{Processes, rules_of_the_broker},
};
use broker::{Broker, Cluster};
use clock::{Clock, TurnedClock};
use firstbell::{
    hub::{Folders, Hub, JOURNALS, Promises},
    journals::audited,
};
use host::config::{Config, JournalKind};

use journal::checkpoint::VerifyingKey;
use keys::{KeyStore, MadeFor, MasterKey, Purpose};
use running::Running;
use std::{net::Ipv4Addr, sync::Arc};
use tempfile::TempDir;
use tonic::transport::{Channel, Endpoint};

/// One hub and its folder.
pub struct World {
    /// Where the hub keeps everything.
    pub folders: Folders,
    /// What the hub was told when it started.
    pub config: Config,
    clock: TurnedClock,
    running: Option<Running>,
    channel: Channel,
    operator: Caller,
    is_finished: bool,
    folder: Option<TempDir>,
    broker: Option<Broker>,
    cluster: Option<Cluster>,
}

/// How the hub of a story is put together.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One process, events handed on inside it.
    OneProcess,
    /// One process, events carried by a broker.
    OverNats,
    /// One real process for each service, events carried by a broker.
    Processes,
    /// One real process for each service, events carried and journals kept by a cluster of three.
    Cluster,
}

/// Small hours of a Friday: the next bell is at 08:50.
const NIGHT: &str = "2026-11-20T01:00";

// === impl World ===

impl World {
    /// A new hub in the small hours of 20 November 2026, with the schools of the stories and no mail.
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A new hub with a configuration of its own.
    pub async fn with(configure: impl FnOnce(&mut Config)) -> Self {
        Self::shaped(Shape::OneProcess, configure).await
    }

    /// A new hub of this shape, with a configuration of its own.
    pub async fn shaped(shape: Shape, configure: impl FnOnce(&mut Config)) -> Self {
        let broker = match shape {
            Shape::OverNats => Some(Broker::start()),
            Shape::Processes => Some(Broker::start_with(&rules_of_the_broker())),
            Shape::OneProcess | Shape::Cluster => None,
        };
        let cluster = (shape == Shape::Cluster).then(Cluster::start);
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config {
            data: folder.path().join("data"),
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            free_space_reserve_mib: 1,
            ..Config::default()
        };
        if let Some(broker) = &broker {
            config.nats.url = broker.url();
        }
        if let Some(cluster) = &cluster {
            config.nats.url = cluster.url();
            config.nats.replicas = 3;
            config.journals.kind = JournalKind::JetStream;
            config.journals.replicas = 3;
        }
        configure(&mut config);
        let folders = Folders::below(&config.data);
        folders.make().unwrap();
        let master = MasterKey::generate_file(&folders.master_key()).unwrap();
        KeyStore::init(&folders.keys, &master, MadeFor::Tests).unwrap();
        let clock = TurnedClock::new(london(NIGHT));
        let (running, token) = match shape {
            Shape::OneProcess | Shape::OverNats => Running::inside(&config, &clock).await,
            Shape::Processes | Shape::Cluster => {
                Running::processes(&config, &clock, folder.path()).await
            }
        };
        // Started again it is found in the same place.
        config.listen = running.address();
        let address = format!("http://{}", config.listen);
        let channel = Endpoint::from_shared(address.clone())
            .unwrap()
            .connect_lazy();
        let operator = Caller::new(channel.clone(), address, String::new(), token);
        operator.import_schools(SCHOOLS).await;
        Self {
            folders,
            config,
            clock,
            running: Some(running),
            channel,
            operator,
            is_finished: false,
            folder: Some(folder),
            broker,
            cluster,
        }
    }

    /// Turns the clock, by a clock on a wall in London; then waits until the hub has done what is due.
    pub async fn turn_to(&self, wall: &str) {
        self.clock.turn_to(london(wall));
        if let Some(Running::Processes(processes)) = &self.running {
            processes.turn_to(self.clock.now());
        }
        self.settled().await;
    }

    /// Ends the hub in order, does `between`, and starts it again on what is there.
    pub async fn restart(&mut self, between: impl FnOnce(&Folders)) {
        let running = self.running.take().expect("the hub runs");
        let stopped = running.stop().await;
        between(&self.folders);
        self.running = Some(stopped.start(&self.config, &self.clock).await);
    }

    /// As [`World::restart`], with the hub down until this hour.
    pub async fn restart_at(&mut self, wall: &str) {
        let clock = self.clock.clone();
        self.restart(|_| clock.turn_to(london(wall))).await;
    }

    /// What carries the events, in a shape that has it.
    pub fn broker(&mut self) -> &mut Broker {
        self.broker.as_mut().expect("the story has a broker")
    }

    /// What carries the events and keeps the journals, in a shape that has it.
    pub fn cluster(&mut self) -> &mut Cluster {
        self.cluster.as_mut().expect("the story has a cluster")
    }

    /// The hub's operator.
    pub fn operator(&self) -> &Caller {
        &self.operator
    }

    /// Ends the story: fails it if anything was lost, left over or told to nobody.
    pub async fn finish(self) {
        self.end().await;
    }

    /// Ends the story and gives back the folder that the hub leaves behind.
    pub async fn end(mut self) -> TempDir {
        self.settled().await;
        assert_eq!(self.set_aside(), Vec::<String>::new(), "set aside");
        let running = self.running.take().expect("the hub runs");
        running.stop().await;
        let said = self.broker.as_ref().map(Broker::log).unwrap_or_default();
        assert!(!said.contains("Violation"), "beyond its rights: {said}");
        self.check_journals().await;
        let promises = Promises::check(&self.config).await.unwrap();
        assert!(promises.is_kept(), "{promises:?}");
        assert_eq!(promises.in_transit, 0, "still in transit");
        self.is_finished = true;
        self.folder.take().expect("a story ends once")
    }

    /// The processes, in a shape that has them.
    pub fn processes(&mut self) -> &mut Processes {
        match &mut self.running {
            Some(Running::Processes(processes)) => processes,
            _ => panic!("the story has one process"),
        }
    }

    /// The hub, in a shape that has it in this process.
    fn hub(&self) -> &Hub {
        match &self.running {
            Some(Running::Inside(hub)) => hub,
            _ => panic!("the hub is elsewhere"),
        }
    }

    async fn check_journals(&self) {
        let master = MasterKey::from_file(&self.folders.master_key()).unwrap();
        let clock = Arc::new(self.clock.clone());
        let keys = KeyStore::open(&self.folders.keys, &master, clock).unwrap();
        for service in JOURNALS {
            let signs =
                |purpose| matches!(purpose, Purpose::Checkpoints(own) if own.name() == service);
            let keys = keys.verifying_keys().into_iter();
            let keys: Vec<_> = keys
                .filter(|key| signs(key.purpose))
                .map(|key| VerifyingKey::from_bytes(key.public.as_slice().try_into().unwrap()))
                .collect();
            let report = audited(&self.config, service, &keys).await.unwrap();
            assert!(report.is_sound(), "{service}: {:?}", report.faults);
            let is_covered = report.checkpoints > 0 || report.events == 0;
            assert!(is_covered, "{service}: no checkpoint");
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        assert!(
            self.is_finished || std::thread::panicking(),
            "a story ends with `World::finish`, which checks what the hub leaves behind"
        );
    }
}
