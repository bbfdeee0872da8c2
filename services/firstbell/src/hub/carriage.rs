//! How public events get from one service to another: inside the process, or over a broker.

use super::{HubError, Tasks, part};
use bus::{
    SharedFeed,
    nats::{CarriedFeed, Nats, NatsSettings, Relay},
};
use clock::SharedClock;
use host::config;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The way from every producer to every consumer of this process.
#[derive(Default)]
pub(super) struct Carriage {
    /// None: inside the process, straight from the producer's journal.
    nats: Option<Nats>,
    relays: Vec<Relay>,
    feeds: Vec<Arc<CarriedFeed>>,
}

// === impl Carriage ===

impl Carriage {
    pub(super) async fn new(config: &config::Nats) -> Result<Self, HubError> {
        if config.url.is_empty() {
            return Ok(Self::default());
        }
        let settings = settings(config)?;
        let nats = Nats::connect(&settings).await;
        Ok(Self {
            nats: Some(nats.map_err(part("the broker"))?),
            ..Self::default()
        })
    }

    /// Sees that the events of a service of this process get to the broker.
    pub(super) fn relay(&mut self, own: SharedFeed, clock: &SharedClock) {
        if let Some(nats) = &self.nats {
            let relay = Relay::new(own, nats.clone(), clock.clone());
            self.relays.push(relay);
        }
    }

    /// What one consumer is to read instead of the producer's own feed.
    pub(super) fn carry(&mut self, truth: SharedFeed) -> SharedFeed {
        let Some(nats) = &self.nats else {
            return truth;
        };
        let feed = Arc::new(CarriedFeed::new(truth, nats.clone()));
        self.feeds.push(feed.clone());
        feed
    }

    pub(super) fn run(self, stop: &CancellationToken, tasks: &mut Tasks) {
        for relay in self.relays {
            tasks.spawn(relay.run(stop.clone()));
        }
        for feed in self.feeds {
            tasks.spawn(feed.run(stop.clone()));
        }
        if let Some(nats) = self.nats {
            let stop = stop.clone();
            tasks.spawn(async move {
                stop.cancelled().await;
                nats.close().await;
            });
        }
    }
}

fn settings(config: &config::Nats) -> Result<NatsSettings, HubError> {
    let read = |path| std::fs::read_to_string(path).map_err(part("a file of nats"));
    let password = config.password_file.as_ref().map(read).transpose()?;
    let password = password.unwrap_or_default().trim().to_owned();
    Ok(NatsSettings {
        url: config.url.clone(),
        name: "firstbell".to_owned(),
        login: (!config.user.is_empty()).then(|| (config.user.clone(), password)),
        ca_file: config.ca_file.clone(),
        certificate: config.certificate_file.clone().zip(config.key_file.clone()),
        replicas: config.replicas,
    })
}
