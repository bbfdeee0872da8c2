//! What a destroyed key showed is shown no more, even where nobody heard of its destruction.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use bus::PublicEvent;
use clock::TurnedClock;
use jiff::Timestamp;
use journal::{
    CommandId, EventId, SharedJournal,
    embedded::{EmbeddedJournal, Settings},
    id::hex,
};
use keys::{KeyId, KeyKind, KeyStore, Keys as _, MadeFor, MasterKey, Sealer, Service};
use proto::{
    police::v1::{Party, SealedChild, SealedShared, SharedContent},
    schools::v1::{SchoolRef, SchoolType},
    sealing::FieldClass,
};
use rusqlite::Connection;
use schools::{
    domain::{AlertPlan, Command, Routing},
    lines::{Cause, Lines},
    seals::Seals,
    views::{Projector, View},
    wire::stored as s,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tempfile::TempDir;
use tokio::{task::JoinHandle, time::Instant};
use tokio_util::sync::CancellationToken;

const LINE: [u8; 16] = [7; 16];
const NOTIFICATION: [u8; 16] = [9; 16];
/// More destructions than anybody hears of who was busy meanwhile.
const FLOOD: u128 = 3_000;

/// A journal with one line that one school holds, the keys it is sealed under, and nobody's view.
struct Place {
    folder: TempDir,
    keys: Arc<KeyStore>,
    lines: Lines,
}

/// A view that follows the journal.
struct Following {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

fn line_key() -> KeyId {
    KeyId::of(KeyKind::ChildLine, LINE)
}

fn area_key() -> KeyId {
    KeyId::of(KeyKind::Area, LINE)
}

fn notification_key() -> KeyId {
    KeyId::of(KeyKind::Notification, NOTIFICATION)
}

// === impl Place ===

impl Place {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let clock = Arc::new(TurnedClock::new(Timestamp::UNIX_EPOCH));
        let master = MasterKey::generate_file(&path.join("master.key")).unwrap();
        KeyStore::init(&path.join("keys"), &master, MadeFor::Tests).unwrap();
        let keys = KeyStore::open(&path.join("keys"), &master, clock.clone()).unwrap();
        let keys = Arc::new(keys);
        let journal = path.join("journal.sqlite3");
        let journal = EmbeddedJournal::open(&journal, Settings::default(), clock.clone()).unwrap();
        let journal: SharedJournal = Arc::new(journal);
        let seals = Seals::new(Sealer::new(keys.clone(), Service::Schools));
        let lines = Lines {
            journal,
            clock,
            seals,
            lately: Arc::default(),
        };
        let place = Self {
            folder,
            keys,
            lines,
        };
        place.receive().await;
        place
    }

    /// The line arrives, with one party, and goes to one school.
    async fn receive(&self) {
        let all = [line_key(), area_key(), notification_key()];
        self.keys.create(Service::Police, &all).await.unwrap();
        let seals = &self.lines.seals;
        let party = Party {
            forename: "Testy".to_owned(),
            surname: "McTestface".to_owned(),
            ..Party::default()
        };
        let content = SharedContent {
            parties: vec![party],
            ..SharedContent::default()
        };
        let sealer = seals.sealer();
        let key = notification_key();
        let content = sealer.seal(&key, FieldClass::Content, &content);
        let shared = SealedShared {
            content: Some(content.await.unwrap()),
            ..SealedShared::default()
        };
        let school = SchoolRef {
            urn: "900001".to_owned(),
            ..SchoolRef::default()
        };
        let plan = AlertPlan {
            alert_id: hex(&[3; 16]),
            school: seals.school(LINE, &school).await.unwrap(),
            area: Some(seals.council(LINE, "825").await.unwrap()),
            school_type: SchoolType::Primary,
            deadline: s::Deadline::default(),
            rungs: Vec::new(),
        };
        let command = Command::Receive {
            received: s::LineReceived {
                line_id: hex(&LINE),
                notification_id: hex(&NOTIFICATION),
                force: "43".to_owned(),
                shared: Some(shared),
                child: Some(SealedChild::default()),
                version: 1,
            },
            routing: Routing {
                raise: vec![plan],
                ..Routing::default()
            },
            now_ms: 0,
        };
        let id = CommandId::derive(&[b"receive"]);
        let cause = PublicEvent {
            id: EventId::from_bytes([1; 16]),
            producer: "police",
            kind: String::new(),
            version: 1,
            sequence: 1,
            occurred_at: Timestamp::UNIX_EPOCH,
            recorded_at: Timestamp::UNIX_EPOCH,
            correlation: NOTIFICATION,
            traceparent: String::new(),
            payload: Vec::new().into(),
        };
        let cause = Cause::Event(&cause);
        let lines = &self.lines;
        lines.run(&hex(&LINE), id, cause, &command).await.unwrap();
    }

    fn follow(&self) -> Following {
        let projector = Projector {
            journal: self.lines.journal.clone(),
            view: Arc::new(View::open(&self.view()).unwrap()),
            seals: self.lines.seals.clone(),
        };
        let stop = CancellationToken::new();
        Following {
            task: tokio::spawn(projector.run(stop.clone())),
            stop,
        }
    }

    fn view(&self) -> PathBuf {
        self.folder.path().join("view.sqlite3")
    }

    /// Waits until the view has so many alerts, alerts of a known council, and parties.
    async fn shows(&self, expected: [i64; 3]) {
        let until = Instant::now() + Duration::from_secs(15);
        loop {
            let rows = rows(&self.view());
            if rows == expected {
                return;
            }
            assert!(Instant::now() < until, "{rows:?}, not {expected:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn rows(view: &Path) -> [i64; 3] {
    let view = Connection::open(view).unwrap();
    ["alert", "alert WHERE council_tag IS NOT NULL", "party"].map(|table| {
        let count = format!("SELECT count(*) FROM {table}");
        view.query_row(&count, (), |row| row.get(0)).unwrap()
    })
}

// === impl Following ===

impl Following {
    async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

#[tokio::test]
async fn what_was_destroyed_while_nobody_followed_is_gone_at_the_next_start() {
    for (key, left) in [
        (notification_key(), [1, 1, 0]),
        (area_key(), [1, 0, 1]),
        (line_key(), [0, 0, 1]),
    ] {
        let place = Place::new().await;
        let following = place.follow();
        place.shows([1, 1, 1]).await;
        following.end().await;
        place.keys.destroy(&[key]).await.unwrap();
        let following = place.follow();
        place.shows(left).await;
        following.end().await;
    }
}

#[tokio::test]
async fn what_is_destroyed_is_gone_at_once() {
    let place = Place::new().await;
    let following = place.follow();
    place.shows([1, 1, 1]).await;
    place.keys.destroy(&[notification_key()]).await.unwrap();
    place.shows([1, 1, 0]).await;
    place.keys.destroy(&[area_key()]).await.unwrap();
    place.shows([1, 0, 0]).await;
    place.keys.destroy(&[line_key()]).await.unwrap();
    place.shows([0, 0, 0]).await;
    following.end().await;
}

#[tokio::test]
async fn what_is_destroyed_with_more_than_can_be_heard_at_once_is_gone_too() {
    let place = Place::new().await;
    let following = place.follow();
    place.shows([1, 1, 1]).await;
    let others = (0..FLOOD).map(|n| KeyId::of(KeyKind::Record, n.to_be_bytes()));
    let all: Vec<_> = [line_key(), notification_key()]
        .into_iter()
        .chain(others)
        .collect();
    // This test has one thread: while it waits here nobody hears anything.
    let keys = Arc::clone(&place.keys);
    let runtime = tokio::runtime::Handle::current();
    let destroyed = std::thread::spawn(move || runtime.block_on(keys.destroy(&all)));
    destroyed.join().unwrap().unwrap();
    place.shows([0, 0, 0]).await;
    following.end().await;
}
