//! The broker's streams, as whoever runs it sees them.

use super::several::{Between, Several};
use async_nats::jetstream::{self, stream::Stream};

// === impl Several ===

impl Several {
    /// A stream of the broker, as it is now.
    pub(super) async fn stream(&self, name: &str) -> Stream {
        let context = self.jetstream().await;
        context.get_stream(name).await.unwrap()
    }

    pub(super) async fn jetstream(&self) -> jetstream::Context {
        let url = match &self.between {
            Between::One(broker) => broker.url(),
            Between::Three(cluster) => cluster.url(),
        };
        let addresses: Vec<_> = url.split(',').collect();
        jetstream::new(async_nats::connect(addresses).await.unwrap())
    }
}
