//! Who can be reached follows the access service, also where an older copy of its journal was put back.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use bus::{Handler as _, JournalFeed, PublicEvent, SharedFeed};
use clock::{SharedClock, TurnedClock};
use jiff::{Timestamp, civil::date};
use journal::{
    Append, CommandId, Expected, Journal as _, NewEvent, PublicAs, Reserve, StreamName,
    embedded::{EmbeddedJournal, Settings},
};
use keys::{KeyId, KeyKind, KeyStore, Keys as _, MadeFor, MasterKey, Sealer, Service};
use prost::Message;
use proto::{
    access::v1::{
        ContactRemoved, ContactRole, ContactSet, OrganisationKind, WebhookSet, WebhookTarget,
    },
    sealing::{FieldClass, Sealed},
};
use schools::contacts::ContactBook;
use std::sync::Arc;
use tempfile::TempDir;

/// The folder and keys of a schools service.
struct Place {
    folder: TempDir,
    keys: Arc<KeyStore>,
    clock: SharedClock,
}

/// An event's type and message.
type Said = (&'static str, Vec<u8>);

const SCHOOL: OrganisationKind = OrganisationKind::School;

// === impl Place ===

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: SharedClock = Arc::new(TurnedClock::new(Timestamp::UNIX_EPOCH));
        let master = MasterKey::generate_file(&folder.path().join("master.key")).unwrap();
        let path = folder.path().join("keys");
        KeyStore::init(&path, &master, MadeFor::Tests).unwrap();
        let keys = Arc::new(KeyStore::open(&path, &master, clock.clone()).unwrap());
        Self {
            folder,
            keys,
            clock,
        }
    }

    /// The feed of an access service in whose journal this is said, in a life of its own.
    async fn access(&self, name: &str, said: Vec<Said>) -> SharedFeed {
        let path = self.folder.path().join(name);
        let settings = Settings::default();
        let journal = EmbeddedJournal::open(&path, settings, self.clock.clone()).unwrap();
        for (number, (kind, message)) in said.into_iter().enumerate() {
            let command = CommandId::derive(&[&number.to_be_bytes()]);
            let event = NewEvent {
                id: command.event(0),
                kind: "access.said",
                version: 1,
                public_as: Some(PublicAs { kind, version: 1 }),
                occurred_at: self.clock.now(),
                actor: String::new(),
                causation: [0; 16],
                correlation: [7; 16],
                traceparent: String::new(),
                payload: message,
            };
            let append = Append {
                stream: StreamName::of("thing", *command.as_bytes()),
                expected: Expected::NoStream,
                reserve: Reserve::Keep,
                events: vec![event],
            };
            journal.append(append).await.unwrap();
        }
        let publish = |event: &journal::Recorded| Some(event.frame.payload.to_vec());
        Arc::new(JournalFeed::new("access", Arc::new(journal), publish))
    }

    fn book(&self, access: &SharedFeed) -> ContactBook {
        let sealer = Sealer::new(self.keys.clone(), Service::Schools);
        let path = self.folder.path().join("contacts.sqlite3");
        ContactBook::open(&path, sealer, access.clone()).unwrap()
    }

    async fn target(&self, url: &str) -> Sealed {
        let key = KeyId::of(KeyKind::Contact, [1; 16]);
        self.keys
            .create(Service::Access, std::slice::from_ref(&key))
            .await
            .unwrap();
        let access = Sealer::new(self.keys.clone(), Service::Access);
        let target = WebhookTarget {
            url: url.to_owned(),
            ..WebhookTarget::default()
        };
        access
            .seal(&key, FieldClass::Identity, &target)
            .await
            .unwrap()
    }
}

async fn all(feed: &SharedFeed) -> Vec<PublicEvent> {
    feed.read(0, 100).await.unwrap()
}

async fn hear(book: &ContactBook, events: &[PublicEvent]) {
    for event in events {
        book.handle(event).await.unwrap();
    }
}

/// The only contact of the school with this code.
fn set(code: &str) -> Said {
    let set = ContactSet {
        contact_id: format!("contact-{code}"),
        kind: SCHOOL.into(),
        code: code.to_owned(),
        roles: vec![ContactRole::KeyAdult.into()],
        ..ContactSet::default()
    };
    ("firstbell.v1.access.contact.set", set.encode_to_vec())
}

fn removed(code: &str) -> Said {
    let removed = ContactRemoved {
        contact_id: format!("contact-{code}"),
        kind: SCHOOL.into(),
        code: code.to_owned(),
    };
    (
        "firstbell.v1.access.contact.removed",
        removed.encode_to_vec(),
    )
}

fn webhook(code: &str, target: Sealed) -> Said {
    let set = WebhookSet {
        kind: SCHOOL.into(),
        code: code.to_owned(),
        target: Some(target),
    };
    ("firstbell.v1.access.webhook.set", set.encode_to_vec())
}

/// Which of the three schools have somebody.
fn covered(book: &ContactBook) -> Vec<&'static str> {
    let day = date(2026, 11, 23);
    let roles = [ContactRole::KeyAdult];
    let mut schools = vec!["900001", "900002", "900003"];
    schools.retain(|code| book.covers(SCHOOL, code, &roles, day));
    schools
}

async fn url(book: &ContactBook, code: &str) -> Option<String> {
    let target = book.webhook(SCHOOL, code).await.unwrap();
    target.map(|target| target.url)
}

#[tokio::test]
async fn another_life_takes_the_place_of_the_one_before_as_a_whole_when_it_is_heard_to_its_end() {
    let place = Place::new();
    let (first, second) = ("900001", "900002");
    let before = vec![set(first), set(first), set(first), set(second)];
    let before = place.access("before", before).await;
    let book = place.book(&before);
    hear(&book, &all(&before).await).await;
    assert_eq!(covered(&book), [first, second]);
    drop(book);

    // The second school's contact was in the lost window only; the first one's is removed again.
    let after = vec![set(first), removed(first), set("900003")];
    let after = place.access("after", after).await;
    let events = all(&after).await;
    let book = place.book(&after);
    hear(&book, &events[..1]).await;
    drop(book);
    let book = place.book(&after);
    hear(&book, &events[1..2]).await;
    assert_eq!(covered(&book), [first, second], "shown as it was meanwhile");
    hear(&book, &events[2..]).await;
    assert_eq!(covered(&book), ["900003"]);
    drop(book);
    assert_eq!(covered(&place.book(&after)), ["900003"], "also on disk");
}

#[tokio::test]
async fn what_only_a_lost_window_told_is_gone_also_where_nobody_was_told_of_since() {
    let place = Place::new();
    let before = place.access("before", vec![set("900001")]).await;
    let book = place.book(&before);
    hear(&book, &all(&before).await).await;
    drop(book);
    let other = ("firstbell.v1.access.other", Vec::new());
    let after = place.access("after", vec![other]).await;
    let book = place.book(&after);
    hear(&book, &all(&after).await).await;
    assert!(covered(&book).is_empty());
}

#[tokio::test]
async fn what_is_heard_again_changes_nothing_of_what_was_said_later() {
    let place = Place::new();
    let code = "900001";
    let (old, new) = ("https://old.example.org/", "https://new.example.org/");
    let said = vec![
        set(code),
        webhook(code, place.target(old).await),
        webhook(code, place.target(new).await),
        removed(code),
        set(code),
        removed("900002"),
    ];
    let access = place.access("access", said).await;
    let events = all(&access).await;
    let book = place.book(&access);
    hear(&book, &events).await;
    hear(&book, &events[..4]).await;
    for book in [&book, &place.book(&access)] {
        assert_eq!(covered(book), [code], "the removal is not the last word");
        assert_eq!(url(book, code).await.as_deref(), Some(new));
    }
}
