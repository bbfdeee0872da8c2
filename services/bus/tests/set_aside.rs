//! An event that cannot be applied is kept, holds up no other, and can be tried again.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use async_trait::async_trait;
use bus::{Consumer, HandleError, Handler, Inbox, JournalFeed, PublicEvent, Retried};
use clock::SystemClock;
use journal::{
    Append, CommandId, Expected, Journal as _, NewEvent, PublicAs, Reserve, StreamName,
    embedded::{EmbeddedJournal, Settings},
};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU8, Ordering},
    },
};
use tokio_util::sync::CancellationToken;

/// Applies everything, save what comes second for as long as it is not mended.
#[derive(Default)]
struct Choosy {
    mended: AtomicU8,
    applied: Mutex<Vec<u64>>,
}

const BROKEN: u8 = 0;
const AWAY: u8 = 1;
const MENDED: u8 = 2;

#[async_trait]
impl Handler for Choosy {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        match self.mended.load(Ordering::Relaxed) {
            BROKEN if event.sequence == 2 => Err(HandleError::Poison("it is not understood")),
            AWAY => Err(HandleError::Later("the keys are away".into())),
            _ => {
                self.applied.lock().unwrap().push(event.sequence);
                Ok(())
            }
        }
    }
}

async fn consumer(folder: &Path, handler: Arc<Choosy>) -> Consumer {
    let path = folder.join("journal.sqlite3");
    let settings = Settings {
        free_space_reserve_bytes: 0,
    };
    let journal = EmbeddedJournal::open(&path, settings, Arc::new(SystemClock)).unwrap();
    for number in 0_u8..4 {
        let command = CommandId::derive(&[&[number]]);
        let event = NewEvent {
            id: command.event(0),
            kind: "police.thing_happened",
            version: 1,
            public_as: Some(PublicAs {
                kind: "firstbell.v1.police.thing.happened",
                version: 1,
            }),
            occurred_at: "2026-11-20T01:00:00Z".parse().unwrap(),
            actor: String::new(),
            causation: [0; 16],
            correlation: [7; 16],
            traceparent: String::new(),
            payload: Vec::new(),
        };
        let append = Append {
            stream: StreamName::of("thing", *command.as_bytes()),
            expected: Expected::NoStream,
            reserve: Reserve::Keep,
            events: vec![event],
        };
        journal.append(append).await.unwrap();
    }
    Consumer {
        feed: Arc::new(JournalFeed::new("police", Arc::new(journal), |_| {
            Some(Vec::new())
        })),
        handler,
        inbox: Arc::new(Inbox::open(&folder.join("inbox.sqlite3")).unwrap()),
        clock: Arc::new(SystemClock),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_set_aside_event_waits_until_it_can_be_applied() {
    let folder = tempfile::tempdir().unwrap();
    let choosy = Arc::new(Choosy::default());
    let consumer = consumer(folder.path(), choosy.clone()).await;
    run_until(&consumer, || choosy.applied.lock().unwrap().len() == 3).await;
    assert_eq!(
        *choosy.applied.lock().unwrap(),
        [1, 3, 4],
        "the others go on"
    );
    let set_aside = || consumer.inbox.list_set_aside().unwrap();
    assert_eq!(set_aside().len(), 1);

    let again = consumer.retry(2).await.unwrap();
    assert_eq!(again, Retried::SetAsideAgain("it is not understood"));
    assert_eq!(consumer.retry(3).await.unwrap(), Retried::NotSetAside);
    choosy.mended.store(AWAY, Ordering::Relaxed);
    assert!(consumer.retry(2).await.is_err());
    assert_eq!(set_aside().len(), 1, "it stays where it is");

    choosy.mended.store(MENDED, Ordering::Relaxed);
    assert_eq!(consumer.retry(2).await.unwrap(), Retried::Applied);
    assert!(set_aside().is_empty());
    assert_eq!(consumer.retry(2).await.unwrap(), Retried::NotSetAside);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_of_another_life_tries_no_other_event() {
    let folder = tempfile::tempdir().unwrap();
    let choosy = Arc::new(Choosy::default());
    let before = consumer(folder.path(), choosy.clone()).await;
    run_until(&before, || choosy.applied.lock().unwrap().len() == 3).await;
    assert_eq!(before.inbox.list_set_aside().unwrap().len(), 1);

    choosy.mended.store(MENDED, Ordering::Relaxed);
    let elsewhere = tempfile::tempdir().unwrap();
    let after = Consumer {
        inbox: before.inbox.clone(),
        ..consumer(elsewhere.path(), choosy.clone()).await
    };
    assert_eq!(after.retry(2).await.unwrap(), Retried::NotSetAside);
    run_until(&after, || choosy.applied.lock().unwrap().len() == 7).await;
    assert!(after.inbox.list_set_aside().unwrap().is_empty());
}

async fn run_until(consumer: &Consumer, is_so: impl Fn() -> bool) {
    let stop = CancellationToken::new();
    let running = tokio::spawn(consumer.clone().run(stop.clone()));
    while !is_so() {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    running.await.unwrap();
}
