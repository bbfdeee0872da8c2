//! A hub of several processes, events carried by a real broker, on a folder that outlives them all.

use super::site::{Hub, Site};
use broker::{Broker, Cluster};
use clock::{Clock, SystemClock};
use host::config::{Config, JournalKind};
use jiff::Timestamp;
use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};
use tests::{
    processes::{PARTS, Processes},
    program::run,
};

/// Longer than all of them take to start, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(90);

/// One process for each service, up or down, and what is between them.
pub(super) struct Several {
    pub(super) parts: Processes,
    pub(super) between: Between,
    data: PathBuf,
    url: String,
    /// What its clock was turned to, if it was.
    hour: Option<Timestamp>,
}

/// What carries the events.
pub(super) enum Between {
    /// One server.
    One(Broker),
    /// Three, which keep the journals as well.
    Three(Cluster),
}

// === impl Site ===

impl Site<Several> {
    /// A hub of several processes over one server, in a town that it knows.
    pub(super) async fn of_processes() -> Self {
        Self::over(Between::One(Broker::start())).await
    }

    /// The same over whatever is between them.
    pub(super) async fn over(between: Between) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hub = Several::init(folder.path(), between, |_| {});
        Self::furnished(hub, folder).await
    }

    /// The server, where there is one.
    pub(super) fn broker(&mut self) -> &mut Broker {
        match &mut self.hub.between {
            Between::One(broker) => broker,
            Between::Three(_) => panic!("there are three"),
        }
    }

    /// The three of them, where there are three.
    pub(super) fn nodes(&mut self) -> &mut [Broker; 3] {
        match &mut self.hub.between {
            Between::Three(cluster) => cluster.nodes(),
            Between::One(_) => panic!("there is one"),
        }
    }
}

// === impl Several ===

impl Several {
    /// Makes a hub in `folder`, with a configuration of its own, and leaves it down.
    pub(super) fn init(
        folder: &Path,
        between: Between,
        configure: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = Config {
            data: folder.join("data"),
            free_space_reserve_mib: 1,
            ..Config::default()
        };
        match &between {
            Between::One(broker) => config.nats.url = broker.url(),
            Between::Three(cluster) => {
                config.nats.url = cluster.url();
                config.nats.replicas = 3;
                config.journals.kind = JournalKind::JetStream;
                config.journals.replicas = 3;
            }
        }
        configure(&mut config);
        let parts = Processes::prepare(&config, folder);
        run(
            parts.command().args(["--json", "init", "--for-tests"]),
            &[0],
        );
        Self {
            url: format!("http://{}", parts.address()),
            data: config.data,
            parts,
            between,
            hour: None,
        }
    }

    /// Turns its clock. The first time it must be down.
    pub(super) fn turn_to(&mut self, hour: Timestamp) {
        self.hour = Some(hour);
        self.parts.turn_to(hour);
    }

    async fn answers(&self) -> bool {
        let asked = reqwest::get(format!("{}/readyz", self.url)).await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }

    /// Waits until all of them are ready; none may have ended by itself.
    pub(super) async fn ready(&mut self) {
        let begun = Instant::now();
        while !self.answers().await {
            for part in PARTS {
                assert!(
                    self.parts.lives(part),
                    "{part} ended\n{}",
                    self.last_words()
                );
            }
            let waited = begun.elapsed();
            assert!(waited < PATIENCE, "never ready\n{}", self.last_words());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Hub for Several {
    fn url(&self) -> &str {
        &self.url
    }

    fn data(&self) -> &Path {
        &self.data
    }

    async fn start(&mut self) {
        self.parts.start_all();
        self.ready().await;
    }

    fn stop(&mut self) {
        self.parts.stop_all();
    }

    #[track_caller]
    fn audit(&self) {
        let audit = run(self.parts.command().args(["--json", "audit"]), &[0, 2]);
        assert!(
            audit.status.success(),
            "the audit found something: {}\n{}",
            String::from_utf8_lossy(&audit.stdout),
            self.last_words(),
        );
    }

    fn now(&self) -> Timestamp {
        self.hour.unwrap_or_else(|| SystemClock.now())
    }

    fn lives(&mut self) -> bool {
        PARTS.iter().all(|part| self.parts.lives(part))
    }

    fn last_words(&self) -> String {
        self.parts.last_words()
    }
}
