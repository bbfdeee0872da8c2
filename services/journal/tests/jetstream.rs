//! The JetStream adapter keeps the contract, and what only a broker can be asked.

use broker::Broker;
use clock::SharedClock;
use futures::future::join_all;
use journal::{
    AppendError, Expected, JetStreamJournal, Journal, Position, SharedJournal,
    contract::{Fresh, append, everything, load, stands_once, stream, wobbling_clock},
    copy::Fill,
    jetstream::{JetStreamFill, OpenError, Settings, StoreError},
};
use std::{fs, path::Path, process::Command, sync::Arc, time::Duration};

journal::contract!(make);

async fn make(clock: SharedClock) -> Fresh {
    let broker = Broker::start();
    let journal = try_open(&broker, clock).await;
    Fresh {
        journal: Arc::new(journal.expect("a new journal opens")),
        keep: Box::new(broker),
    }
}

async fn try_open(broker: &Broker, clock: SharedClock) -> Result<JetStreamJournal, OpenError> {
    let client = async_nats::connect(broker.url()).await;
    let client = client.expect("the broker takes connections");
    JetStreamJournal::open(client, settings(), clock).await
}

fn settings() -> Settings {
    Settings {
        name: "contract".to_owned(),
        replicas: 1,
    }
}

async fn open(broker: &Broker) -> SharedJournal {
    let journal = try_open(broker, wobbling_clock()).await;
    Arc::new(journal.expect("the journal opens"))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_after_the_broker_was_killed_and_the_journal_opened_again() {
    let mut broker = Broker::start();
    let journal = open(&broker).await;
    let identity = journal.identity();
    let old = append(&stream("s"), Expected::NoStream, "old", 3);
    let first = journal.append(old.clone()).await.unwrap();
    let recorded = journal.read(&stream("s")).await.unwrap()[2].recorded_at();
    drop(journal);
    broker.kill();
    broker.restart();

    let journal = open(&broker).await;
    assert_eq!(journal.identity(), identity);
    assert_eq!(*journal.head().borrow(), first.position);
    let again = journal.append(old).await.unwrap();
    assert_eq!((again.position, again.repeated), (first.position, true));
    let new = append(&stream("s"), Expected::Revision(2), "new", 1);
    journal.append(new).await.unwrap();
    let events = journal.read(&stream("s")).await.unwrap();
    assert!(events[3].recorded_at() >= recorded);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_that_race_exactly_one_wins_each_revision() {
    let broker = Broker::start();
    let journals = [open(&broker).await, open(&broker).await];
    for round in 0..20_u64 {
        let expected = (2 * round).checked_sub(1);
        let expected = expected.map_or(Expected::NoStream, Expected::Revision);
        let racing = journals.iter().enumerate().map(|(who, journal)| {
            let command = format!("race-{round}-{who}");
            journal.append(append(&stream("race"), expected, &command, 2))
        });
        let answers = join_all(racing).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
        let last = 2 * round + 1;
        for lost in answers.into_iter().filter_map(Result::err) {
            assert!(matches!(lost, AppendError::Conflict { actual } if actual == Some(last)));
        }
    }
    assert_eq!(everything(&journals[0], 7).await.len(), 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_writes_moves_the_heads_of_the_other() {
    let broker = Broker::start();
    let (writer, reader) = (open(&broker).await, open(&broker).await);
    let written = append(&stream("s"), Expected::NoStream, "c", 2);
    let written = writer.append(written).await.unwrap();
    let mut head = reader.head();
    head.wait_for(|head| *head == written.position)
        .await
        .unwrap();
    assert_eq!(everything(&reader, 10).await.len(), 2);
    // And a conflict is told by what there is, not by what was known.
    let next = append(&stream("s"), Expected::Revision(1), "d", 1);
    assert_eq!(reader.append(next).await.unwrap().revision, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_outlast_a_broker_that_is_killed_under_them_and_stand_once() {
    let mut broker = Broker::start();
    let journal = open(&broker).await;
    let load = tokio::spawn(load(journal.clone(), 8, 40));
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(60)).await;
        tokio::task::block_in_place(|| {
            broker.kill();
            broker.restart();
        });
    }
    load.await.unwrap();
    stands_once(&journal, 640).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_from_one_life_into_the_next() {
    let broker = Broker::start();
    let journal = open(&broker).await;
    let old = append(&stream("s"), Expected::NoStream, "old", 2);
    journal.append(old).await.unwrap();
    let client = async_nats::connect(broker.url()).await.unwrap();
    let mut there = JetStreamFill::open(client, settings()).await.unwrap();
    let mut standing = there.standing().unwrap();
    standing.identity.epoch += 1;
    there.say(standing).await.unwrap();
    // The refusal of the first makes the journal look; from then on all are refused.
    for expected in [Expected::Revision(7), Expected::NoStream] {
        let new = append(&stream("new"), expected, "new", 1);
        let AppendError::Store(error) = journal.append(new).await.unwrap_err() else {
            panic!("refused for another reason")
        };
        let error = error.downcast::<StoreError>().unwrap();
        assert!(matches!(*error, StoreError::Another), "{error}");
    }
    assert_eq!(everything(&open(&broker).await, 10).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_rolled_back_to_an_older_copy_is_not_written_to() {
    let mut broker = Broker::start();
    let journal = open(&broker).await;
    let old = append(&stream("s"), Expected::NoStream, "old", 2);
    journal.append(old).await.unwrap();
    broker.stop();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("store");
    copy_folder(&broker.store(), &copy);
    broker.restart();
    let lost = append(&stream("s"), Expected::Revision(1), "lost", 2);
    journal.append(lost).await.unwrap();
    broker.stop();
    fs::remove_dir_all(broker.store()).unwrap();
    copy_folder(&copy, &broker.store());
    broker.restart();

    let new = append(&stream("t"), Expected::NoStream, "new", 1);
    let refused = journal.append(new).await;
    assert!(matches!(refused, Err(AppendError::Store(_))));
    assert_eq!(*journal.head().borrow(), Position(4));
    let opened_again = open(&broker).await;
    assert_eq!(*opened_again.head().borrow(), Position(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_no_journals_or_would_lose_events_are_refused() {
    let broker = Broker::start();
    let client = async_nats::connect(broker.url()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    let mut stream = async_nats::jetstream::stream::Config {
        name: "journal-contract".to_owned(),
        subjects: vec!["firstbell.journal.contract.*".to_owned()],
        ..Default::default()
    };
    context.create_stream(stream.clone()).await.unwrap();
    let refused = try_open(&broker, wobbling_clock()).await;
    assert!(matches!(refused, Err(OpenError::NotAJournal)));

    context.delete_stream("journal-contract").await.unwrap();
    drop(try_open(&broker, wobbling_clock()).await.unwrap());
    let made = context.get_stream("journal-contract").await.unwrap();
    stream = made.cached_info().config.clone();
    stream.max_age = Duration::from_secs(3600);
    context.update_stream(stream).await.unwrap();
    let refused = try_open(&broker, wobbling_clock()).await;
    assert!(matches!(refused, Err(OpenError::Unfit)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_journal_refuses_appends_and_still_reads() {
    let broker = Broker::start();
    let journal = try_open(&broker, wobbling_clock()).await.unwrap();
    let first = append(&stream("s"), Expected::NoStream, "c", 1);
    journal.append(first).await.unwrap();
    journal.close().await;
    let refused = journal
        .append(append(&stream("t"), Expected::NoStream, "d", 1))
        .await;
    assert!(matches!(refused, Err(AppendError::Store(_))));
    assert_eq!(journal.read(&stream("s")).await.unwrap().len(), 1);
    assert!(journal.head().has_changed().is_err(), "followers end");
}

fn copy_folder(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(copied.expect("the machine can copy").success());
}
