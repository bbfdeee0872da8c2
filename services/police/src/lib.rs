//! The police service: notifications from forces, and what became of each child in them.
//!
//! In reading order: [`api`] takes requests, refuses bad input by name of field, seals what is
//! personal; [`inbox`] hears how delivery stands; [`domain`] holds the rules, pure; [`publish`] says
//! which events leave the house; [`views`] shows where each child stands. [`build`] puts it together.

mod api;
mod domain;
mod inbox;
mod intake;
mod publish;
mod views;
mod wire;

pub use api::{PoliceApi, check::Rules};
pub use intake::{Intake, Taking};
pub use publish::message;
pub use views::ViewError;

use bus::{Handler, JournalFeed, SharedFeed};
use clock::SharedClock;
use domain::Notification;
use jiff::tz::TimeZone;
use journal::{Position, SharedJournal, decider::memory::Memory};
use keys::{Sealer, Service, SharedKeys};
use policy::Verifier;
use proto::police::v1::police_service_server::PoliceServiceServer;
use std::{path::PathBuf, sync::Arc};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use views::Views;

/// The name under which this service's public events go out.
pub const PRODUCER: &str = "police";

/// What the service is built from.
pub struct Config {
    /// Where the status view is kept. The file may be thrown away at any time.
    pub view_file: PathBuf,
    /// The service's own journal.
    pub journal: SharedJournal,
    /// The key holder.
    pub keys: SharedKeys,
    /// The hub's clock.
    pub clock: SharedClock,
    /// Checks who is calling.
    pub verifier: Arc<Verifier>,
    /// Limits on what is accepted.
    pub rules: Rules,
    /// Counts what is being taken in.
    pub intake: Intake,
}

/// Why the service could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The time zone that incidents are dated in is missing.
    #[error("find the time zone Europe/London")]
    TimeZone(#[source] jiff::Error),
    /// The status view cannot be opened.
    #[error("open the status view")]
    View(#[source] ViewError),
}

/// The police service.
pub struct Police {
    api: PoliceApi,
    views: Arc<Views>,
    journal: SharedJournal,
    lately: Arc<Memory<Notification>>,
}

/// Builds the service; [`Police::run`] keeps its view up. Call it inside the runtime.
pub fn build(config: Config) -> Result<Police, BuildError> {
    let london = TimeZone::get("Europe/London").map_err(BuildError::TimeZone)?;
    let journal = config.journal;
    let views = Views::open(&config.view_file, Arc::clone(&journal)).map_err(BuildError::View)?;
    let views = Arc::new(views);
    let lately = Arc::default();
    let parts = api::Parts {
        journal: Arc::clone(&journal),
        sealer: Sealer::new(config.keys, Service::Police),
        clock: config.clock,
        verifier: config.verifier,
        views: Arc::clone(&views),
        rules: config.rules,
        intake: config.intake,
        london,
        lately: Arc::clone(&lately),
    };
    Ok(Police {
        api: PoliceApi::new(Arc::new(parts)),
        views,
        journal,
        lately,
    })
}

// === impl Police ===

impl Police {
    /// The gRPC service.
    pub fn service(&self) -> PoliceServiceServer<PoliceApi> {
        PoliceServiceServer::new(self.api.clone())
    }

    /// The public events, straight from the journal.
    pub fn feed(&self) -> SharedFeed {
        Arc::new(JournalFeed::new(
            PRODUCER,
            Arc::clone(&self.journal),
            publish::message,
        ))
    }

    /// Applies the public events of the schools service.
    pub fn handler(&self) -> Arc<dyn Handler> {
        Arc::new(inbox::Deliveries {
            journal: Arc::clone(&self.journal),
            lately: Arc::clone(&self.lately),
        })
    }

    /// How far into the journal the status view has come.
    pub fn shown(&self) -> watch::Receiver<Position> {
        self.views.shown()
    }

    /// Keeps the status view up until `stop`.
    pub async fn run(&self, stop: CancellationToken) {
        self.views.run(&stop).await;
    }
}
