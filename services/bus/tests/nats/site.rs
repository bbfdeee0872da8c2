//! A producer with its journal, a relay, a broker, and consumers that write down what they hear.

use async_nats::jetstream::{self, stream::State};
use async_trait::async_trait;
use broker::Broker;
use bus::{
    Consumer, HandleError, Handler, Inbox, JournalFeed, PublicEvent, SharedFeed,
    nats::{CarriedFeed, Nats, NatsSettings, Relay, RelayState, stream},
};
use clock::SystemClock;
use journal::{
    Append, CommandId, Expected, Journal as _, NewEvent, PublicAs, Recorded, Reserve, StreamName,
    embedded::{EmbeddedJournal, Settings},
};
use std::{
    ops::RangeInclusive,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{sync::watch, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub(crate) struct Site {
    pub(crate) broker: Broker,
    folder: TempDir,
    journal: Arc<EmbeddedJournal>,
    commands: AtomicU64,
    /// The producer's way to the broker, and the consumers'.
    nats: Nats,
    nats_of_consumers: Nats,
    relay: Mutex<Option<watch::Receiver<RelayState>>>,
    stop: CancellationToken,
    life: u64,
}

pub(crate) struct Listener {
    heard: Arc<Mutex<Vec<PublicEvent>>>,
    stop: CancellationToken,
    tasks: Vec<JoinHandle<()>>,
}

/// A name and a password.
pub(crate) type Login = (&'static str, &'static str);

struct Ear(Arc<Mutex<Vec<PublicEvent>>>);

const KIND: &str = "firstbell.v1.police.thing.happened";
const LONGEST: Duration = Duration::from_secs(60);

/// Looks again and again until it is so; only a test that fails waits this long.
pub(crate) async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    let until = Instant::now() + LONGEST;
    while !is_so().await {
        assert!(Instant::now() < until, "never came about: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

// === impl Site ===

impl Site {
    pub(crate) async fn start() -> Self {
        Self::with("").await
    }

    /// With more lines for the broker's configuration.
    pub(crate) async fn with(more: &str) -> Self {
        Self::of(
            Broker::start_with(more),
            [("producer", None), ("consumer", None)],
        )
        .await
    }

    /// With a broker that lets in only who it knows: a producer and consumers of these names.
    pub(crate) async fn guarded(users: &str, producer: Login, consumer: Login) -> Self {
        let [producer, consumer] = [producer, consumer].map(|(name, word)| (name, Some(word)));
        Self::of(Broker::start_with(users), [producer, consumer]).await
    }

    async fn of(broker: Broker, who: [(&'static str, Option<&'static str>); 2]) -> Self {
        let settings = who.map(|(name, word)| NatsSettings {
            url: broker.url(),
            name: name.to_owned(),
            login: word.map(|word| (name.to_owned(), word.to_owned())),
            ca_file: None,
            certificate: None,
            replicas: 1,
        });
        Self::connected(broker, settings).await
    }

    /// A producer and consumers with settings of their own.
    pub(crate) async fn connected(broker: Broker, settings: [NatsSettings; 2]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [producer, consumer] = settings;
        Self {
            journal: open(folder.path(), 1),
            nats: Nats::connect(&producer).await.unwrap(),
            nats_of_consumers: Nats::connect(&consumer).await.unwrap(),
            broker,
            folder,
            commands: AtomicU64::new(0),
            relay: Mutex::default(),
            stop: CancellationToken::new(),
            life: 1,
        }
    }

    pub(crate) fn feed(&self) -> SharedFeed {
        let publish = |event: &Recorded| Some(event.frame.payload.to_vec());
        Arc::new(JournalFeed::new("police", self.journal.clone(), publish))
    }

    /// Lets events happen: every third is a private one.
    pub(crate) async fn produce(&self, public: u64) {
        for number in 0..public {
            self.append(true, 40).await;
            if number % 3 == 0 {
                self.append(false, 40).await;
            }
        }
    }

    pub(crate) async fn produce_sized(&self, bytes: usize) {
        self.append(true, bytes).await;
    }

    async fn append(&self, is_public: bool, bytes: usize) {
        let number = self.commands.fetch_add(1, Ordering::Relaxed);
        let life = self.life.to_be_bytes();
        let command = CommandId::derive(&[&life, &number.to_be_bytes()]);
        let event = NewEvent {
            id: command.event(0),
            kind: "police.thing_happened",
            version: 1,
            public_as: is_public.then_some(PublicAs {
                kind: KIND,
                version: 1,
            }),
            occurred_at: "2026-11-20T01:00:00Z".parse().unwrap(),
            actor: String::new(),
            causation: *command.as_bytes(),
            // Four matters, each to be heard in order.
            correlation: [u8::try_from(number % 4).unwrap(); 16],
            traceparent: String::new(),
            payload: vec![0x5a; bytes],
        };
        let append = Append {
            stream: StreamName::of("thing", *command.as_bytes()),
            expected: Expected::NoStream,
            reserve: Reserve::Keep,
            events: vec![event],
        };
        self.journal.append(append).await.unwrap();
    }

    pub(crate) fn relay(&self) {
        let relay = Relay::new(self.feed(), self.nats.clone(), Arc::new(SystemClock));
        *self.relay.lock().unwrap() = Some(relay.state());
        tokio::spawn(relay.run(self.stop.clone()));
    }

    pub(crate) fn relay_state(&self) -> RelayState {
        *self.relay.lock().unwrap().as_ref().unwrap().borrow()
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.nats.is_connected()
    }

    pub(crate) async fn relayed(&self, sequence: u64) {
        eventually("it is relayed", async || {
            self.relay_state() == RelayState::Relayed(sequence)
        })
        .await;
    }

    /// Ends the relay and puts a journal that knows nothing in the place of the one there was.
    pub(crate) async fn restore_journal(&mut self) {
        self.stop.cancel();
        self.stop = CancellationToken::new();
        self.journal.close().await;
        self.life += 1;
        self.journal = open(self.folder.path(), self.life);
    }

    /// A consumer that keeps its cursor under this name.
    pub(crate) fn consumer(&self, name: &str) -> Listener {
        self.consumer_of(name, self.feed())
    }

    /// The same where the producer's own feed is another than the one here.
    pub(crate) fn consumer_of(&self, name: &str, truth: SharedFeed) -> Listener {
        let feed = Arc::new(CarriedFeed::new(truth, self.nats_of_consumers.clone()));
        let inbox = self.folder.path().join(format!("{name}.sqlite3"));
        let heard = Arc::new(Mutex::new(Vec::new()));
        let stop = CancellationToken::new();
        let consumer = Consumer {
            feed: feed.clone(),
            handler: Arc::new(Ear(heard.clone())),
            inbox: Arc::new(Inbox::open(&inbox).unwrap()),
            clock: Arc::new(SystemClock),
        };
        let tasks = vec![
            tokio::spawn(feed.run(stop.clone())),
            tokio::spawn(consumer.run(stop.clone())),
        ];
        Listener { heard, stop, tasks }
    }

    pub(crate) async fn stream_state(&self) -> State {
        let context = self.context().await;
        let stream = context.get_stream(stream::name("police")).await;
        let mut stream = stream.unwrap();
        stream.info().await.unwrap().state.clone()
    }

    pub(crate) async fn delete_stream(&self) {
        let context = self.context().await;
        let name = stream::name("police");
        context.delete_stream(name).await.unwrap();
    }

    /// What somebody publishes who should not.
    pub(crate) async fn publish_rubbish(&self) {
        let context = self.context().await;
        let sent = context.publish(KIND, "rubbish".into()).await.unwrap();
        sent.await.unwrap();
    }

    async fn context(&self) -> jetstream::Context {
        let client = async_nats::ConnectOptions::new().retry_on_initial_connect();
        jetstream::new(client.connect(self.broker.url()).await.unwrap())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn open(folder: &Path, life: u64) -> Arc<EmbeddedJournal> {
    let path = folder.join(format!("journal-{life}.sqlite3"));
    let settings = Settings {
        free_space_reserve_bytes: 0,
    };
    Arc::new(EmbeddedJournal::open(&path, settings, Arc::new(SystemClock)).unwrap())
}

// === impl Listener ===

impl Listener {
    /// Waits for all of these, then makes sure that each came once and every matter's in order.
    pub(crate) async fn has_heard(&self, sequences: RangeInclusive<u64>) {
        let (first, last) = (*sequences.start(), *sequences.end());
        let count = usize::try_from(last - first + 1).unwrap();
        eventually(&format!("{first} to {last} are heard"), async || {
            self.heard.lock().unwrap().len() >= count
        })
        .await;
        let heard = self.heard.lock().unwrap().clone();
        let mut all: Vec<_> = heard.iter().map(|event| event.sequence).collect();
        for matter in 0..4 {
            let of_it = heard.iter().filter(|event| event.correlation[0] == matter);
            let of_it: Vec<_> = of_it.map(|event| event.sequence).collect();
            assert!(of_it.is_sorted(), "out of order: {of_it:?}");
        }
        all.sort_unstable();
        assert_eq!(all, sequences.collect::<Vec<_>>());
    }

    pub(crate) fn count(&self) -> usize {
        self.heard.lock().unwrap().len()
    }

    pub(crate) fn largest(&self) -> usize {
        let heard = self.heard.lock().unwrap();
        let sizes = heard.iter().map(|event| event.payload.len());
        sizes.max().unwrap_or_default()
    }

    pub(crate) async fn stop(self) {
        self.stop.cancel();
        for task in self.tasks {
            task.await.unwrap();
        }
    }
}

#[async_trait]
impl Handler for Ear {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        self.0.lock().unwrap().push(event.clone());
        Ok(())
    }
}
