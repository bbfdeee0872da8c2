//! The embedded adapter keeps the contract, and what only a file can be asked.

use clock::SharedClock;
use futures::StreamExt;
use journal::{
    Append, AppendError, EmbeddedJournal, Expected, Journal, Position, Reserve, SharedJournal,
    contract::{Fresh, append, event, everything, public, stream, wobbling_clock},
    embedded::{JournalFile, OpenError, Settings},
    follow::follow,
};
use std::{path::Path, pin::pin, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep};

journal::contract!(make);

const ROOMY: Settings = Settings {
    free_space_reserve_bytes: 0,
};

async fn make(clock: SharedClock) -> Fresh {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("events.db");
    let journal = tokio::task::spawn_blocking(move || EmbeddedJournal::open(&path, ROOMY, clock))
        .await
        .expect("opening ends well")
        .expect("a new journal opens");
    Fresh {
        journal: Arc::new(journal),
        keep: Box::new(folder),
    }
}

fn open(path: &Path) -> Result<EmbeddedJournal, OpenError> {
    EmbeddedJournal::open(path, ROOMY, wobbling_clock())
}

#[tokio::test]
async fn everything_is_there_after_it_is_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let journal = open(&path).unwrap();
    let identity = journal.identity();
    let old = Append {
        events: vec![public(event("old", 0)), event("old", 1)],
        ..append(&stream("s"), Expected::NoStream, "old", 0)
    };
    let first = journal.append(old.clone()).await.unwrap();
    let recorded = journal.read(&stream("s")).await.unwrap()[1].recorded_at();
    drop(journal);

    let long_ago = Arc::new(clock::TurnedClock::new(jiff::Timestamp::UNIX_EPOCH));
    let journal = EmbeddedJournal::open(&path, ROOMY, long_ago).unwrap();
    assert_eq!(journal.identity(), identity);
    assert_eq!(*journal.head().borrow(), first.position);
    assert_eq!(*journal.public_head().borrow(), 1);
    let again = journal.append(old).await.unwrap();
    assert_eq!((again.position, again.repeated), (first.position, true));
    let new = append(&stream("s"), Expected::Revision(1), "new", 1);
    journal.append(new).await.unwrap();
    let events = journal.read(&stream("s")).await.unwrap();
    assert_eq!(
        events[2].recorded_at(),
        recorded,
        "never before the event before it"
    );
}

/// A journal of 3,000 events, 500 in each stream, and where each stands.
async fn long(path: &Path) -> (SharedJournal, Vec<Position>) {
    let journal: SharedJournal = Arc::new(open(path).expect("a new journal opens"));
    for i in 0..6 {
        let (name, command) = (stream(&format!("long-{i}")), format!("long-{i}"));
        let events = append(&name, Expected::NoStream, &command, 500);
        let taken = journal.append(events).await;
        taken.expect("a right append is taken");
    }
    let positions = positions(&journal, 1).await;
    assert_eq!(positions.len(), 3_000);
    (journal, positions)
}

async fn positions(journal: &SharedJournal, page: usize) -> Vec<Position> {
    let all = everything(journal, page).await;
    all.iter().map(|event| event.position).collect()
}

#[tokio::test]
async fn long_pages_hold_what_short_ones_do() {
    let folder = tempfile::tempdir().unwrap();
    let (journal, positions) = long(&folder.path().join("events.db")).await;
    for page in [255, 256, 257, 999, 1_500, 5_000] {
        assert_eq!(self::positions(&journal, page).await, positions, "{page}");
    }
    let page = journal.read_all(positions[10], 1_001).await.unwrap();
    let page: Vec<_> = page.iter().map(|event| event.position).collect();
    assert_eq!(page, positions[11..1_012]);
}

#[tokio::test]
async fn where_positions_have_gaps_nothing_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let (journal, mut positions) = long(&path).await;
    let gaps = [400..900, 1_200..1_201, 2_000..2_600];
    let file = rusqlite::Connection::open(&path).unwrap();
    for gap in gaps.iter().rev() {
        for position in positions.drain(gap.clone()) {
            let delete = "DELETE FROM events WHERE position = ?1";
            file.execute(delete, [i64::try_from(position.0).unwrap()])
                .unwrap();
        }
    }
    for page in [100, 256, 300, 1_000, 5_000] {
        assert_eq!(self::positions(&journal, page).await, positions, "{page}");
    }
}

#[tokio::test]
async fn a_second_opener_is_refused_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let journal = open(&path).unwrap();
    assert!(matches!(open(&path), Err(OpenError::InUse)));
    journal
        .append(append(&stream("s"), Expected::NoStream, "c", 1))
        .await
        .unwrap();
    journal.close().await;
    assert!(open(&path).is_ok());
}

#[tokio::test]
async fn a_closed_journal_ends_its_followers_and_refuses_appends() {
    let folder = tempfile::tempdir().unwrap();
    let journal = Arc::new(open(&folder.path().join("events.db")).unwrap());
    let shared: SharedJournal = journal.clone();
    journal
        .append(append(&stream("s"), Expected::NoStream, "c", 1))
        .await
        .unwrap();
    let mut pages = pin!(follow(shared.clone(), Position::START));
    assert_eq!(pages.next().await.unwrap().unwrap().len(), 1);
    journal.close().await;
    assert!(pages.next().await.is_none());
    let refused = journal
        .append(append(&stream("t"), Expected::NoStream, "d", 1))
        .await;
    assert!(matches!(refused, Err(AppendError::Store(_))));
    assert_eq!(everything(&shared, 10).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_follower_rests_as_long_as_its_page_took_and_longer_after_many_events() {
    let folder = tempfile::tempdir().unwrap();
    let shared: SharedJournal = Arc::new(open(&folder.path().join("events.db")).unwrap());
    let write = async |name: &str, events| {
        let new = append(&stream(name), Expected::NoStream, name, events);
        shared.append(new).await.unwrap();
    };
    let mut pages = pin!(follow(shared.clone(), Position::START));
    write("first", 1).await;
    pages.next().await.unwrap().unwrap();
    // Events of the page before, for how long it was in hand, and the rest that follows.
    let mut before = 1;
    for (took, least, most, events) in [(3, 3, 5, 63), (5_000, 5, 7, 64), (3, 25, 27, 1)] {
        sleep(Duration::from_millis(took)).await;
        write(&format!("after-{before}"), events).await;
        let asked = Instant::now();
        assert_eq!(pages.next().await.unwrap().unwrap().len(), events);
        let rest = asked.elapsed().as_millis();
        assert!((least..=most).contains(&rest), "{rest} ms after {before}");
        before = events;
    }
}

#[tokio::test]
async fn files_that_are_no_journals_of_this_format_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "not a database at all, but long enough to look like one".repeat(99),
    )
    .unwrap();
    assert!(open(&text).is_err());

    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE t (x)")
        .unwrap();
    assert!(matches!(open(&other), Err(OpenError::NotAJournal)));
    assert!(matches!(
        JournalFile::open(&other),
        Err(OpenError::NotAJournal)
    ));

    let newer = folder.path().join("newer.db");
    drop(open(&newer).unwrap());
    rusqlite::Connection::open(&newer)
        .unwrap()
        .execute_batch("PRAGMA user_version = 2")
        .unwrap();
    assert!(matches!(open(&newer), Err(OpenError::Format(2))));
}

#[tokio::test]
async fn a_damaged_last_event_is_noticed_on_opening() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let journal = open(&path).unwrap();
    journal
        .append(append(&stream("s"), Expected::NoStream, "c", 3))
        .await
        .unwrap();
    drop(journal);
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute(
        "UPDATE events SET hash = zeroblob(32) WHERE position = 3",
        [],
    )
    .unwrap();
    drop(file);
    assert!(matches!(open(&path), Err(OpenError::Tail(Position(3)))));
}

#[tokio::test]
async fn below_the_reserve_only_what_must_not_wait_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let standing = append(&stream("s"), Expected::NoStream, "standing", 1);
    let journal = open(&path).unwrap();
    journal.append(standing.clone()).await.unwrap();
    drop(journal);

    let settings = Settings {
        free_space_reserve_bytes: u64::MAX,
    };
    let journal = EmbeddedJournal::open(&path, settings, wobbling_clock()).unwrap();
    let new = append(&stream("t"), Expected::NoStream, "new", 1);
    let refused = journal.append(new.clone()).await;
    assert!(matches!(refused, Err(AppendError::NoSpace)));
    assert!(journal.append(standing).await.unwrap().repeated);
    let urgent = Append {
        reserve: Reserve::MayUse,
        ..new
    };
    assert!(!journal.append(urgent).await.unwrap().repeated);
}
