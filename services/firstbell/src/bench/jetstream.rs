//! Durable appends a second to a journal in JetStream, beside plain publishing to the same broker.

use super::{
    BoxError, Figure, entry,
    entry::Ours,
    load::{Load, Store, drive},
};
use async_nats::{
    Client, HeaderMap,
    jetstream::{self, Context, stream},
};
use bus::nats::{Nats, NatsSettings};
use clock::SystemClock;
use jiff::Timestamp;
use journal::{EventHash, JetStreamJournal, Stored, id::hex, jetstream::Settings};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::time::{sleep, timeout};

const WRITERS: [usize; 3] = [1, 16, 64];
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(10);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

const RAW: &str = "the same frames and headers published to a plain stream of the same broker, each \
                   writer waiting for its answer";
pub(super) const NO_BROKER: &str =
    "no broker answers: name one that takes messages of 8 MB with --nats";

/// A stream that takes whatever is published to it.
struct Plain {
    context: Context,
    name: String,
}

/// One contest of the two for each number of writers, in streams that are taken away again.
pub(super) async fn run(url: Option<&str>) -> Result<Vec<Figure>, BoxError> {
    let (_, client) = connect(url.ok_or(NO_BROKER)?).await?;
    let context = jetstream::new(client.clone());
    let unused = format!("bench{}", std::process::id());
    let settings = Settings {
        name: unused.clone(),
        replicas: 1,
    };
    let journal = JetStreamJournal::open(client, settings, Arc::new(SystemClock)).await?;
    let journal = Arc::new(journal);
    let ours = Arc::new(Ours(journal.clone()));
    let plain = Arc::new(Plain::make(context.clone(), &unused).await?);
    let figures = contest(&ours, &plain).await;
    journal.close().await;
    context.delete_stream(format!("journal-{unused}")).await?;
    context.delete_stream(&plain.name).await?;
    figures
}

async fn contest(ours: &Arc<Ours>, plain: &Arc<Plain>) -> Result<Vec<Figure>, BoxError> {
    let next = Arc::new(AtomicU64::new(0));
    let numbers = move || next.fetch_add(1, Ordering::Relaxed);
    let mut figures = Vec::new();
    for writers in WRITERS {
        let (mut our, mut raw) = (Load::default(), Load::default());
        for _ in 0..ROUNDS {
            drive(ours, writers, ROUND, numbers.clone(), &mut our).await?;
            drive(plain, writers, ROUND, numbers.clone(), &mut raw).await?;
        }
        let name = format!("jetstream.{writers}");
        let rate = Figure::new(name.clone(), our.rate(), "events/s", raw.rate(), RAW);
        figures.push(rate);
        figures.extend(Figure::times(&name, our.times(), raw.times(), RAW));
    }
    Ok(figures)
}

/// A connection to the broker, and its client.
pub(super) async fn connect(url: &str) -> Result<(Nats, Client), BoxError> {
    let settings = NatsSettings {
        url: url.to_owned(),
        name: "firstbell".to_owned(),
        login: None,
        ca_file: None,
        certificate: None,
        replicas: 1,
    };
    let nats = Nats::connect(&settings).await?;
    let connected = async {
        loop {
            match nats.client() {
                Some(client) => return client,
                None => sleep(BETWEEN_LOOKS).await,
            }
        }
    };
    let client = timeout(PATIENCE, connected).await.map_err(|_| NO_BROKER)?;
    Ok((nats, client))
}

// === impl Plain ===

impl Plain {
    async fn make(context: Context, unused: &str) -> Result<Self, BoxError> {
        let name = format!("plain-{unused}");
        let config = stream::Config {
            name: name.clone(),
            subjects: vec![format!("{name}.*")],
            storage: stream::StorageType::File,
            allow_direct: true,
            ..stream::Config::default()
        };
        context.create_stream(config).await?;
        Ok(Self { context, name })
    }
}

impl Store for Plain {
    async fn put(&self, number: u64) -> Result<(), BoxError> {
        let command = entry::command(number);
        let stream = entry::stream(command);
        let event = entry::event(command, 0, None);
        let stored = Stored::encode(&stream, 0, EventHash::ZERO, Timestamp::UNIX_EPOCH, event);
        let mut header = HeaderMap::new();
        header.insert("Firstbell-Hash", hex(&stored.hash.0));
        header.insert("Firstbell-Public", "0");
        let subject = format!("{}.{stream}", self.name);
        let sent = self
            .context
            .publish_with_headers(subject, header, stored.frame.into());
        sent.await?.await?;
        Ok(())
    }
}
