//! The KurrentDB adapter keeps the contract, and what only a server can be asked.
//!
//! The server is a small one of the same protocol; where `FIRSTBELL_TEST_KURRENTDB` holds a connection
//! string, it is that server instead, and each test uses a journal of its own in it.

use clock::SharedClock;
use futures::future::join_all;
use journal::{
    AppendError, EventHash, Expected, Journal, KurrentDbJournal, SharedJournal,
    contract::{Fresh, append, everything, load, stands_once, stream, wobbling_clock},
    kurrentdb::{OpenError, Settings},
};
use kurrent::{Fault, Server};
use prost::Message;
use std::{sync::Arc, time::Duration};

journal::contract!(make);

async fn make(clock: SharedClock) -> Fresh {
    if let Ok(connection) = std::env::var("FIRSTBELL_TEST_KURRENTDB") {
        return Fresh {
            journal: Arc::new(open(&connection, &unused_name(), clock).await),
            keep: Box::new(()),
        };
    }
    let server = Server::start().await;
    Fresh {
        journal: Arc::new(open(&server.url(), "contract", clock).await),
        keep: Box::new(server),
    }
}

async fn open(connection: &str, name: &str, clock: SharedClock) -> KurrentDbJournal {
    let settings = Settings {
        name: name.to_owned(),
    };
    let journal = KurrentDbJournal::open(connection, settings, clock).await;
    journal.expect("the journal opens")
}

/// A name that no run before this one has used.
fn unused_name() -> String {
    let folder = tempfile::tempdir().expect("a folder, for its name");
    let name = folder.path().to_string_lossy();
    let plain = name.bytes().filter(u8::is_ascii_alphanumeric);
    let plain: String = plain.map(|b| char::from(b.to_ascii_lowercase())).collect();
    let process = std::process::id();
    format!("c{process}{}", &plain[plain.len().saturating_sub(10)..])
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_whose_answers_were_lost_or_that_met_no_leader_stand_once() {
    let server = Server::start().await;
    let journal = open(&server.url(), "contract", wobbling_clock()).await;
    let mut expected = Expected::NoStream;
    let faults = [Fault::AnswerLost, Fault::NotLeader, Fault::Unavailable];
    for (round, fault) in faults.iter().cycle().take(9).enumerate() {
        server.next_appends([*fault]);
        let next = append(&stream("s"), expected, &format!("c-{round}"), 2);
        let appended = journal.append(next).await.unwrap();
        assert_eq!(appended.repeated, *fault == Fault::AnswerLost);
        expected = Expected::Revision(appended.revision);
    }
    let journal: SharedJournal = Arc::new(journal);
    assert_eq!(everything(&journal, 100).await.len(), 18);
}

#[tokio::test(flavor = "multi_thread")]
async fn appends_outlast_a_server_that_goes_and_comes_back() {
    let mut server = Server::start().await;
    let journal: SharedJournal = Arc::new(open(&server.url(), "contract", wobbling_clock()).await);
    let load = tokio::spawn(load(journal.clone(), 4, 30));
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(50)).await;
        server.restart().await;
    }
    load.await.unwrap();
    stands_once(&journal, 240).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_that_race_exactly_one_wins_each_revision() {
    let server = Server::start().await;
    let journals = [
        open(&server.url(), "contract", wobbling_clock()).await,
        open(&server.cluster_url(), "contract", wobbling_clock()).await,
    ];
    assert_eq!(journals[0].identity(), journals[1].identity());
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
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_command_in_two_processes_stands_once_and_its_stream_goes_on() {
    let server = Server::start().await;
    // One clock for both, else they would write the very same bytes.
    let clock = wobbling_clock();
    let journals = [
        open(&server.url(), "contract", clock.clone()).await,
        open(&server.url(), "contract", clock).await,
    ];
    for round in 0..20_u64 {
        let expected = (2 * round).checked_sub(1);
        let expected = expected.map_or(Expected::NoStream, Expected::Revision);
        let same = append(&stream("same"), expected, &format!("same-{round}"), 2);
        let answers = join_all(journals.iter().map(|each| each.append(same.clone()))).await;
        let answers: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
        assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
        assert_eq!(answers[0].position, answers[1].position);
    }
    let mut before = EventHash::ZERO;
    for event in journals[0].read(&stream("same")).await.unwrap() {
        assert_eq!(event.hash, before.next(&event.frame.encode_to_vec()));
        before = event.hash;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn journals_of_other_names_and_the_servers_own_events_are_not_seen() {
    let server = Server::start().await;
    let one = open(&server.url(), "one", wobbling_clock()).await;
    let other = open(&server.url(), "on", wobbling_clock()).await;
    assert_ne!(one.identity().id, other.identity().id);
    let first = append(&stream("s"), Expected::NoStream, "c", 2);
    let first = one.append(first).await.unwrap();
    assert!(other.read(&stream("s")).await.unwrap().is_empty());
    drop((one, other));

    let again: SharedJournal = Arc::new(open(&server.url(), "one", wobbling_clock()).await);
    assert_eq!(*again.head().borrow(), first.position);
    assert_eq!(everything(&again, 1).await.len(), 2);
    let other: SharedJournal = Arc::new(open(&server.url(), "on", wobbling_clock()).await);
    assert!(everything(&other, 10).await.is_empty());
}

#[tokio::test]
async fn names_and_connection_strings_that_are_none_are_refused() {
    let named = |name: &str| Settings {
        name: name.to_owned(),
    };
    for bad in ["", "a-b", "A", "a_b", &"a".repeat(33)] {
        let refused = KurrentDbJournal::open("kurrentdb://x", named(bad), wobbling_clock()).await;
        assert!(matches!(refused, Err(OpenError::Name)), "{bad}");
    }
    let refused = KurrentDbJournal::open("nonsense", named("a"), wobbling_clock()).await;
    assert!(matches!(refused, Err(OpenError::Connection(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_journal_refuses_appends_and_still_reads() {
    let server = Server::start().await;
    let journal = open(&server.url(), "contract", wobbling_clock()).await;
    let first = append(&stream("s"), Expected::NoStream, "c", 1);
    journal.append(first).await.unwrap();
    let mut head = journal.head();
    journal.close().await;
    let refused = journal
        .append(append(&stream("t"), Expected::NoStream, "d", 1))
        .await;
    assert!(matches!(refused, Err(AppendError::Store(_))));
    assert_eq!(journal.read(&stream("s")).await.unwrap().len(), 1);
    head.mark_unchanged();
    assert!(head.changed().await.is_err(), "followers end");
}
