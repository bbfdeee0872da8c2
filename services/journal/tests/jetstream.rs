//! The JetStream adapter keeps the contract, and what only a broker can be asked.

use broker::Broker;
use clock::SharedClock;
use journal::{JetStreamJournal, contract::Fresh, jetstream::Settings};
use std::sync::Arc;

journal::contract!(make);

async fn make(clock: SharedClock) -> Fresh {
    let broker = Broker::start();
    let journal = open(&broker, clock).await;
    Fresh {
        journal: Arc::new(journal),
        keep: Box::new(broker),
    }
}

async fn open(broker: &Broker, clock: SharedClock) -> JetStreamJournal {
    let client = async_nats::connect(broker.url()).await.unwrap();
    let settings = Settings {
        name: "contract".to_owned(),
        replicas: 1,
    };
    JetStreamJournal::open(client, settings, clock)
        .await
        .unwrap()
}
