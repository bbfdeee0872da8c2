//! How public events get from one service to another: inside the process, or over a broker.

use super::{HubError, Tasks, part, tasks::until_end};
use crate::broker;
use bus::{
    SharedFeed,
    nats::{CarriedFeed, Nats, Relay, RelayView},
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
    /// `name` is who the process is at the broker.
    pub(super) async fn new(config: &config::Nats, name: &str) -> Result<Self, HubError> {
        if config.url.is_empty() {
            return Ok(Self::default());
        }
        let settings = broker::settings(config, name).map_err(part("a file of nats"))?;
        let nats = Nats::connect(&settings).await;
        Ok(Self {
            nats: Some(nats.map_err(part("the broker"))?),
            ..Self::default()
        })
    }

    /// Sees that the events of a service of this process get to the broker.
    pub(super) fn relay(&mut self, own: SharedFeed, clock: &SharedClock) -> Option<RelayView> {
        let relay = Relay::new(own, self.nats.clone()?, clock.clone());
        let view = relay.view();
        self.relays.push(relay);
        Some(view)
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

    /// What is to be seen of the broker and of the relays to it; none inside the process.
    pub(super) fn view(&self) -> Option<(Nats, Vec<RelayView>)> {
        let relays = self.relays.iter().map(Relay::view).collect();
        Some((self.nats.clone()?, relays))
    }

    pub(super) fn run(self, stop: &CancellationToken, tasks: &mut Tasks) {
        for relay in self.relays {
            tasks.spawn(until_end(stop, relay.run(stop.clone())));
        }
        for feed in self.feeds {
            tasks.spawn(until_end(stop, feed.run(stop.clone())));
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
