//! A journal moves between all adapters and stays the same, byte for byte; cut off, it is moved on.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use async_trait::async_trait;
use broker::Broker;
use journal::{
    AppendError, EmbeddedJournal, Expected, JetStreamJournal, KurrentDbJournal, Position,
    SharedJournal, Verbatim,
    contract::{append, public, stream, wobbling_clock},
    copy::{Copied, CopyError, Fill, FillError, Standing, copy},
    embedded::{self, EmbeddedFill, Held},
    jetstream::{self, JetStreamFill},
    kurrentdb::{self, KurrentDbFill},
};
use kurrent::Server;
use rusqlite::Connection;
use std::{error::Error, path::PathBuf, sync::Arc, time::Duration};
use tempfile::TempDir;

/// Where a journal may be.
enum Place {
    Embedded(TempDir),
    JetStream(Broker),
    KurrentDb(Server),
}

/// One that breaks off after so many additions.
struct BreaksOff(Box<dyn Fill>, usize);

const NAME: &str = "moved";

// === impl Place ===

impl Place {
    async fn all() -> [Self; 3] {
        [
            Self::embedded(),
            Self::in_broker(),
            Self::in_kurrentdb().await,
        ]
    }

    fn embedded() -> Self {
        Self::Embedded(tempfile::tempdir().unwrap())
    }

    fn in_broker() -> Self {
        Self::JetStream(Broker::start())
    }

    async fn in_kurrentdb() -> Self {
        Self::KurrentDb(Server::start().await)
    }

    fn file(&self) -> PathBuf {
        match self {
            Self::Embedded(folder) => folder.path().join("journal.sqlite3"),
            _ => unreachable!("only one of them is a file"),
        }
    }

    async fn try_open(&self) -> Result<SharedJournal, Box<dyn Error>> {
        let clock = wobbling_clock();
        Ok(match self {
            Self::Embedded(_) => {
                let settings = embedded::Settings {
                    free_space_reserve_bytes: 0,
                };
                Arc::new(EmbeddedJournal::open(&self.file(), settings, clock)?)
            }
            Self::JetStream(broker) => {
                let client = async_nats::connect(broker.url()).await?;
                Arc::new(JetStreamJournal::open(client, in_stream(), clock).await?)
            }
            Self::KurrentDb(server) => {
                Arc::new(KurrentDbJournal::open(&server.url(), in_streams(), clock).await?)
            }
        })
    }

    async fn open(&self) -> SharedJournal {
        self.try_open().await.unwrap()
    }

    async fn fill(&self) -> Box<dyn Fill> {
        match self {
            Self::Embedded(_) => {
                let place = Held::take(&self.file()).unwrap();
                Box::new(EmbeddedFill::open(place).unwrap())
            }
            Self::JetStream(broker) => {
                let client = async_nats::connect(broker.url()).await.unwrap();
                Box::new(JetStreamFill::open(client, in_stream()).await.unwrap())
            }
            Self::KurrentDb(server) => Box::new(
                KurrentDbFill::open(&server.url(), in_streams())
                    .await
                    .unwrap(),
            ),
        }
    }

    async fn filled_from(&self, source: &SharedJournal) -> Result<Copied, CopyError> {
        copy(&**source, &mut *self.fill().await).await
    }

    /// With a journal of more events than go at once, of streams that take turns.
    async fn with_events(self) -> Self {
        let journal = self.open().await;
        for round in 0..8_u64 {
            for name in ["a", "b", "c"] {
                let expected = (50 * round).checked_sub(1);
                let expected = expected.map_or(Expected::NoStream, Expected::Revision);
                let command = format!("{name}-{round}");
                let mut append = append(&stream(name), expected, &command, 50);
                let last = append.events.pop().unwrap();
                append.events.push(public(last));
                journal.append(append).await.unwrap();
            }
        }
        drop(journal);
        self
    }
}

fn in_stream() -> jetstream::Settings {
    jetstream::Settings {
        name: NAME.to_owned(),
        replicas: 1,
    }
}

fn in_streams() -> kurrentdb::Settings {
    kurrentdb::Settings {
        name: NAME.to_owned(),
    }
}

/// All that is kept, without positions.
async fn kept(journal: &SharedJournal) -> Vec<Verbatim> {
    let mut all: Vec<Verbatim> = Vec::new();
    let mut after = Position::START;
    loop {
        let page = journal.read_verbatim(after, 300).await.unwrap();
        let Some(last) = page.last() else { return all };
        after = last.position;
        all.extend(page.into_iter().map(|event| Verbatim {
            position: Position::START,
            ..event
        }));
    }
}

async fn same(one: &SharedJournal, other: &SharedJournal) {
    let (ours, theirs) = (kept(one).await, kept(other).await);
    assert_eq!(ours.len(), theirs.len());
    assert!(ours == theirs, "byte for byte");
    assert_eq!(*one.public_head().borrow(), *other.public_head().borrow());
    assert_eq!(
        one.last_hash().await.unwrap(),
        other.last_hash().await.unwrap()
    );
}

#[async_trait]
impl Fill for BreaksOff {
    fn standing(&self) -> Option<Standing> {
        self.0.standing()
    }

    async fn read(&mut self, after: Position, limit: usize) -> Result<Vec<Verbatim>, FillError> {
        self.0.read(after, limit).await
    }

    async fn say(&mut self, standing: Standing) -> Result<(), FillError> {
        self.0.say(standing).await
    }

    async fn add(&mut self, events: &[Verbatim]) -> Result<(), FillError> {
        match self.1.checked_sub(1) {
            Some(left) => self.1 = left,
            None => return Err(FillError::NoSpace),
        }
        self.0.add(events).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_moves_through_all_adapters_and_back_and_stays_the_same() {
    let home = Place::embedded().with_events().await;
    let (broker, kurrentdb) = (Place::in_broker(), Place::in_kurrentdb().await);
    let first = home.open().await;
    let before = kept(&first).await;
    let identity = first.identity();
    let mut from = first;
    for (place, epoch) in [(&broker, 2), (&kurrentdb, 3), (&home, 4)] {
        if epoch == 4 {
            // What is left at home is the beginning of what comes back.
            let next = append(&stream("d"), Expected::NoStream, "elsewhere", 3);
            from.append(next).await.unwrap();
        }
        let copied = place.filled_from(&from).await.unwrap();
        assert_eq!(
            (copied.identity.id, copied.identity.epoch),
            (identity.id, epoch)
        );
        let there = place.open().await;
        assert_eq!(there.identity(), copied.identity);
        same(&from, &there).await;
        from = there;
        if epoch == 2 {
            // Else nobody could open the file at home when it comes to that.
            assert_eq!(kept(&from).await.len(), before.len());
        }
    }
    assert!(kept(&from).await[..before.len()] == before[..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_goes_on_writing_where_its_journal_was_moved_to() {
    let source = Place::embedded().with_events().await;
    let source = source.open().await;
    for place in Place::all().await {
        place.filled_from(&source).await.unwrap();
        let journal = place.open().await;
        let known = append(&stream("a"), Expected::NoStream, "a-0", 1);
        let part = journal.append(known).await;
        assert!(part.unwrap().repeated, "what was done is recognised");
        let late = append(&stream("a"), Expected::Revision(3), "late", 1);
        let late = journal.append(late).await;
        assert!(matches!(
            late,
            Err(AppendError::Conflict { actual: Some(399) })
        ));
        let mut next = append(&stream("a"), Expected::Revision(399), "next", 2);
        next.events = next.events.into_iter().map(public).collect();
        assert_eq!(journal.append(next).await.unwrap().revision, 401);
        let newest = journal.read_public(24, 9).await.unwrap();
        let numbers: Vec<_> = newest.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, [25, 26]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_anywhere_it_is_not_opened_and_goes_on_from_there() {
    let source = Place::embedded().with_events().await;
    let source = source.open().await;
    for place in Place::all().await {
        for additions in 0..3 {
            let mut cut_off = BreaksOff(place.fill().await, 1);
            let refused = copy(&*source, &mut cut_off).await;
            let through = additions == 2;
            assert_eq!(refused.is_err(), !through);
            drop(cut_off);
            if !through {
                assert!(place.try_open().await.is_err(), "half a journal is none");
            }
        }
        let copied = place.filled_from(&source).await.unwrap();
        assert_eq!((copied.events, copied.added), (1200, 0));
        same(&source, &place.open().await).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_is_found_and_nothing_behind_it_is_copied() {
    let source = Place::embedded().with_events().await;
    let file = Connection::open(source.file()).unwrap();
    let frame = "SELECT frame FROM events WHERE position = 700";
    let mut frame: Vec<u8> = file.query_row(frame, [], |row| row.get(0)).unwrap();
    *frame.last_mut().unwrap() ^= 1;
    let change = "UPDATE events SET frame = ?1 WHERE position = 700";
    assert_eq!(file.execute(change, [frame]).unwrap(), 1);
    drop(file);
    let source = source.open().await;
    for place in Place::all().await {
        let refused = place.filled_from(&source).await.unwrap_err();
        let CopyError::Broken(broken) = refused else {
            panic!("{refused}")
        };
        assert_eq!(broken.0, Position(700));
        assert!(place.try_open().await.is_err());
        let there = place.fill().await.read(Position::START, 2000).await;
        assert!(there.unwrap().len() < 700);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_since_is_added_and_what_has_gone_on_by_itself_is_left_alone() {
    let source = Place::embedded().with_events().await;
    let source = source.open().await;
    for (round, place) in Place::all().await.into_iter().enumerate() {
        let first = place.filled_from(&source).await.unwrap();
        let command = format!("since-{round}");
        let since = append(&stream(&command), Expected::NoStream, &command, 2);
        source.append(since).await.unwrap();
        let again = place.filled_from(&source).await.unwrap();
        assert_eq!((again.identity, again.added), (first.identity, 2));

        let own = append(&stream("own"), Expected::NoStream, "own", 1);
        place.open().await.append(own).await.unwrap();
        let refused = place.filled_from(&source).await.unwrap_err();
        assert!(
            matches!(refused, CopyError::Apart(events) if events == again.events),
            "{refused}"
        );
        place.open().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_is_put_over_an_empty_one_and_never_over_another() {
    let source = Place::embedded().with_events().await;
    let source = source.open().await;
    for place in Place::all().await {
        let empty = place.open().await;
        assert_ne!(empty.identity().id, source.identity().id);
        drop(empty);
        place.filled_from(&source).await.unwrap();
        assert_eq!(place.open().await.identity().id, source.identity().id);
    }
    for place in Place::all().await {
        let own = append(&stream("own"), Expected::NoStream, "own", 1);
        place.open().await.append(own).await.unwrap();
        let refused = place.filled_from(&source).await.unwrap_err();
        assert!(matches!(refused, CopyError::Another), "{refused}");
        place.open().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_that_is_written_to_meanwhile_is_not_moved() {
    let source = Place::in_broker();
    let journal = source.open().await;
    let first = append(&stream("a"), Expected::NoStream, "first", 2);
    journal.append(first).await.unwrap();
    // Another process, such as the service itself on another machine.
    let service = source.open().await;
    let place = Place::embedded();
    let copying = place.filled_from(&journal);
    let writing = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let next = append(&stream("a"), Expected::Revision(1), "next", 1);
        service.append(next).await.unwrap();
    };
    let (copied, ()) = tokio::join!(copying, writing);
    assert!(matches!(copied, Err(CopyError::InUse)));
    assert!(place.try_open().await.is_err());
    assert_eq!(place.filled_from(&journal).await.unwrap().events, 3);
}
