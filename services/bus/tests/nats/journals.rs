//! The broker's own rules where it holds the journals: each service has its own, nobody deletes, and
//! only whoever moves journals changes what their streams are like.

use crate::remit::{A_WHILE, LONGEST, connect, users};
use async_nats::jetstream::{
    self, Context,
    stream::{Config, Source},
};
use broker::Broker;
use clock::SystemClock;
use journal::{
    Append, CommandId, Expected, JetStreamJournal, Journal as _, JournalIdentity, NewEvent,
    Position, Reserve, StreamName,
    copy::{Fill as _, Standing},
    jetstream::{JetStreamFill, OpenError, Settings},
};
use std::{sync::Arc, time::Duration};

const JOURNALS: [&str; 3] = ["access", "police", "schools"];

fn settings(of: &str) -> Settings {
    Settings {
        name: of.to_owned(),
        replicas: 1,
    }
}

async fn open(broker: &Broker, user: &str, of: &str) -> Result<JetStreamJournal, OpenError> {
    let client = connect(broker, user).await;
    JetStreamJournal::open(client, settings(of), Arc::new(SystemClock)).await
}

async fn context(broker: &Broker, user: &str, patience: Duration) -> Context {
    let context = jetstream::ContextBuilder::new().timeout(patience);
    let context = context.ack_timeout(patience);
    context.build(connect(broker, user).await)
}

fn append(command: &str, expected: Expected, count: usize) -> Append {
    let command = CommandId::derive(&[command.as_bytes()]);
    let event = |index| NewEvent {
        id: command.event(index),
        kind: "test.thing_happened",
        version: 1,
        public_as: None,
        occurred_at: "2026-11-20T01:00:00Z".parse().unwrap(),
        actor: String::new(),
        causation: *command.as_bytes(),
        correlation: [0; 16],
        traceparent: String::new(),
        payload: vec![0x5a; 40],
    };
    Append {
        stream: StreamName::parse("thing").unwrap(),
        expected,
        reserve: Reserve::Keep,
        events: (0..count).map(event).collect(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ships_is_enough_for_each_services_own_journal() {
    let broker = Broker::start_with(&users());
    for (user, of) in JOURNALS
        .map(|of| (of, of))
        .into_iter()
        .chain(JOURNALS.map(|of| ("firstbell", of)))
    {
        let journal = open(&broker, user, of).await.unwrap();
        let before = journal
            .read(&append("", Expected::NoStream, 1).stream)
            .await;
        let last = before.unwrap().len().checked_sub(1);
        let expected = last.map_or(Expected::NoStream, |last| Expected::Revision(last as u64));
        journal.append(append(user, expected, 3)).await.unwrap();
        let all = journal.read_all(Position::START, 100).await.unwrap();
        assert_eq!(all.len(), last.map_or(3, |_| 6));
        journal.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_or_writes_the_journal_of_another_or_deletes_in_its_own() {
    let broker = Broker::start_with(&users());
    for of in JOURNALS {
        let journal = open(&broker, of, of).await.unwrap();
        let first = append(of, Expected::NoStream, 1);
        journal.append(first).await.unwrap();
        journal.close().await;
    }
    let hasty = context(&broker, "police", A_WHILE).await;
    assert!(hasty.get_stream("journal-schools").await.is_err());
    let sent = hasty.publish("firstbell.journal.schools.thing", "x".into());
    assert!(sent.await.unwrap().await.is_err());
    assert!(hasty.delete_stream("journal-police").await.is_err());

    let police = context(&broker, "police", LONGEST).await;
    let own = police.get_stream("journal-police").await.unwrap();
    let mut shorter = own.cached_info().config.clone();
    shorter.max_messages = 1;
    assert!(hasty.update_stream(shorter).await.is_err());
    assert_eq!(own.get_info().await.unwrap().state.messages, 1);
    let schools = context(&broker, "schools", LONGEST).await;
    let theirs = schools.get_stream("journal-schools").await.unwrap();
    assert_eq!(theirs.cached_info().state.messages, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_moves_journals_makes_finishes_and_reads_them_and_deletes_none() {
    let broker = Broker::start_with(&users());
    let client = connect(&broker, "journals").await;
    let mut fill = JetStreamFill::open(client, settings("police"))
        .await
        .unwrap();
    let identity = JournalIdentity {
        id: [7; 16],
        epoch: 2,
    };
    let standing = |is_whole| Standing { identity, is_whole };
    fill.say(standing(false)).await.unwrap();
    assert!(matches!(
        open(&broker, "police", "police").await,
        Err(OpenError::Unfinished)
    ));
    fill.say(standing(true)).await.unwrap();
    let journal = open(&broker, "police", "police").await.unwrap();
    assert_eq!(journal.identity(), identity);
    let first = append("first", Expected::NoStream, 2);
    journal.append(first).await.unwrap();
    journal.close().await;
    let read = open(&broker, "journals", "police").await.unwrap();
    let events = read.read_verbatim(Position::START, 9).await.unwrap();
    assert_eq!(events.len(), 2);
    let hasty = context(&broker, "journals", A_WHILE).await;
    assert!(hasty.delete_stream("journal-police").await.is_err());
}

/// The users as they ship, where nobody but whoever moves journals makes streams any more.
fn users_that_make_none() -> String {
    let users = users();
    let (services, movers) = users.split_once("user: journals").unwrap();
    let lines = services.lines();
    let kept = lines.filter(|line| !line.contains("STREAM.CREATE"));
    let kept: Vec<_> = kept.collect();
    format!("{}user: journals{movers}", kept.join("\n"))
}

fn with_source(mut config: Config, name: &str) -> Config {
    let source = Source {
        name: name.to_owned(),
        ..Source::default()
    };
    config.sources = Some(vec![source]);
    config
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_is_there_takes_nothing_from_another_and_needs_no_right_to_be_made() {
    for rules in [users(), users_that_make_none()] {
        let broker = Broker::start_with(&rules);
        for of in ["police", "schools"] {
            open(&broker, "journals", of).await.unwrap().close().await;
            let journal = open(&broker, of, of).await.unwrap();
            let first = append(of, Expected::NoStream, 1);
            journal.append(first).await.unwrap();
            journal.close().await;
        }
        let hasty = context(&broker, "police", A_WHILE).await;
        let own = hasty.get_stream("journal-police").await.unwrap();
        let config = own.cached_info().config.clone();
        let made = hasty.create_stream(with_source(config, "journal-schools"));
        assert!(made.await.is_err());
        assert_eq!(own.get_info().await.unwrap().state.messages, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_right_to_make_it_a_stream_that_is_not_there_is_not_made_to_read_anothers() {
    let broker = Broker::start_with(&users_that_make_none());
    let theirs = open(&broker, "journals", "schools").await.unwrap();
    theirs.close().await;
    let hasty = context(&broker, "police", A_WHILE).await;
    let config = Config {
        name: "journal-police".to_owned(),
        subjects: vec!["firstbell.journal.police.*".to_owned()],
        ..Config::default()
    };
    let made = hasty.create_stream(with_source(config, "journal-schools"));
    assert!(made.await.is_err());
    assert!(hasty.get_stream("journal-police").await.is_err());
}
