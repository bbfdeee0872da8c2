//! One service a process: they reach each other over mutual TLS, and callers reach them by the door.
//!
//! In reading order: [`Part`] is which process it is; each is put together in a file of its own, on the
//! ground ([`ground`]) that all share. `keys` needs nobody; the others wait for it, and for whatever
//! else they need, as long as it takes: in which order they are started does not matter.

mod access;
mod door;
mod ground;
mod keys;
mod operators;
mod police;
mod schools;

use crate::{
    hub::{HubError, listen, tasks::Tasks},
    journals::OpenJournal,
};
use ground::Ground;
use host::{config::Config, readiness::Readiness, server};
use std::net::SocketAddr;
use tokio_util::sync::CancellationToken;

/// Which process of a hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Holds the keys; whoever seals or opens anything asks it.
    Keys,
    /// Organisations, people, contacts, tokens.
    Access,
    /// Notifications from forces.
    Police,
    /// Matching, alerts, telling.
    Schools,
    /// What callers reach: gRPC and REST, passed on to the others.
    Door,
}

/// A process of a hub that runs.
pub struct Process {
    /// Where it answers: the door callers, the others each other.
    pub address: SocketAddr,
    tasks: Tasks,
    journal: Option<OpenJournal>,
    stop: CancellationToken,
}

/// What a part is once it is put together.
struct Begun {
    address: SocketAddr,
    tasks: Tasks,
    journal: Option<OpenJournal>,
}

// === impl Process ===

impl Process {
    /// Puts one part of a hub together and runs it until [`Process::stop`]. Waits for the others that
    /// it needs; dropped meanwhile, it begins nothing.
    pub async fn start(
        which: Part,
        config: &Config,
        readiness: Readiness,
    ) -> Result<Self, HubError> {
        let stop = CancellationToken::new();
        let ends = stop.clone().drop_guard();
        show_health(config, &readiness, &stop).await?;
        let starting = readiness.check("starting");
        let ground = Ground::new(which, config, readiness, stop.clone())?;
        let begun = match which {
            Part::Keys => keys::begin(ground).await?,
            Part::Access => access::begin(ground).await?,
            Part::Police => police::begin(ground).await?,
            Part::Schools => schools::begin(ground).await?,
            Part::Door => door::begin(ground).await?,
        };
        starting.ready();
        ends.disarm();
        Ok(Self {
            address: begun.address,
            tasks: begun.tasks,
            journal: begun.journal,
            stop,
        })
    }

    /// Completes when something in the process has ended, which nothing does before [`Process::stop`].
    pub async fn ended(&self) {
        self.stop.cancelled().await;
    }

    /// Finishes what is in hand, makes the last checkpoint, and closes what is open.
    pub async fn stop(mut self) {
        self.stop.cancel();
        self.tasks.end().await;
        if let Some(journal) = &self.journal {
            journal.close().await;
        }
    }
}

/// From the very first moment on, so that whoever looks after the process sees what it waits for.
async fn show_health(
    config: &Config,
    readiness: &Readiness,
    stop: &CancellationToken,
) -> Result<(), HubError> {
    let Ok(address) = config.health.listen.parse() else {
        return Ok(());
    };
    let (listener, _) = listen::on(address).await?;
    tokio::spawn(server::serve_health(
        listener,
        readiness.clone(),
        stop.clone(),
    ));
    Ok(())
}

// === impl Part ===

impl Part {
    /// As in certificates and at the broker, e.g. `police`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys",
            Self::Access => "access",
            Self::Police => "police",
            Self::Schools => "schools",
            Self::Door => "door",
        }
    }
}
