//! Older copies of journals that were put back: noticed where they can be, and a new life of the
//! journal begun only by whoever is told to, never under a service that runs.

use crate::{Hub, PER_APPEND, append, copy_folder, go_on};
use clock::TurnedClock;
use firstbell::{
    hub::Folders,
    journals::{Journals, JournalsError},
};
use host::config::JournalKind;
use journal::Position;
use std::{fs, sync::Arc, time::Duration};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_new_epoch_begins_under_a_service_that_runs() {
    let hub = Hub::with_appends(0).await;
    for kind in [JournalKind::Embedded, JournalKind::JetStream] {
        let journals = hub.journals(kind).await;
        let opened = journals.open("police").await.unwrap();
        let epoch = opened.shared().identity().epoch;
        let refused = journals.new_epoch("police").await.err().unwrap();
        assert!(matches!(refused, JournalsError::Embedded("police", _)));
        opened.close().await;
        drop(opened);
        assert!(journals.new_epoch("police").await.unwrap().epoch > epoch);
    }
}

/// Appends in order, and goes without closing once the data folder knows of it, while it is open.
async fn go_on_and_be_killed(hub: &Hub, journals: &Journals, numbers: std::ops::Range<u64>) {
    let opened = journals.open("police").await.unwrap();
    for number in numbers {
        opened.shared().append(append(number)).await.unwrap();
    }
    let head = opened.shared().head().borrow().0.to_string();
    let known = Folders::below(&hub.config.data).journal("police");
    let known = known.with_extension("known");
    let is_known = async || {
        while fs::read_to_string(&known)
            .unwrap()
            .split_whitespace()
            .last()
            != Some(&*head)
        {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), is_known()).await;
    waited.expect("what was appended is noted while the journal is open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_copy_is_noticed_and_begins_a_new_epoch_only_when_told_to() {
    let mut hub = Hub::with_appends(0).await;
    let journals = hub.journals(JournalKind::JetStream).await;
    let kept = tempfile::tempdir().unwrap();
    let older = kept.path().join("store");
    go_on(&journals, 0..1).await;
    hub.broker.stop();
    copy_folder(&hub.broker.store(), &older);
    let put_back = |hub: &mut Hub| {
        hub.broker.stop();
        fs::remove_dir_all(hub.broker.store()).unwrap();
        copy_folder(&older, &hub.broker.store());
        hub.broker.restart();
    };
    hub.broker.restart();
    go_on_and_be_killed(&hub, &journals, 1..2).await;
    for epoch in [2, 3] {
        put_back(&mut hub);
        let refused = journals.open("police").await.err().unwrap();
        assert!(
            matches!(refused, JournalsError::Older("police")),
            "{refused}"
        );
        let told = hub.journal(&["new-epoch", "police"]).output().unwrap();
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        assert_eq!(told["epoch"], epoch, "never one that was there before");
        assert_eq!(go_on(&journals, 1..3).await, Position(PER_APPEND as u64));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cold_copy_put_back_in_the_data_folder_begins_an_epoch_that_never_was() {
    let hub = Hub::with_appends(1).await;
    let path = Folders::below(&hub.config.data).journal("police");
    let kept = tempfile::tempdir().unwrap();
    let copy = kept.path().join("police.sqlite3");
    fs::copy(&path, &copy).unwrap();
    let mut epochs = vec![1];
    for at in ["2026-11-20T01:00:00Z", "2026-11-20T01:00:01Z"] {
        let clock = Arc::new(TurnedClock::new(at.parse().unwrap()));
        let journals = Journals::of_kind(JournalKind::Embedded, &hub.config, "tests", clock);
        let journals = journals.await.unwrap();
        go_on(&journals, 1..2).await;
        fs::copy(&copy, &path).unwrap();
        epochs.push(journals.new_epoch("police").await.unwrap().epoch);
        assert_eq!(go_on(&journals, 1..2).await, Position(PER_APPEND as u64));
    }
    assert!(epochs.is_sorted_by(|one, next| one < next), "{epochs:?}");

    let mut command = hub.journal(&["new-epoch", "police"]);
    command.env("FIRSTBELL_JOURNALS_KIND", "embedded");
    let told = command.output().unwrap().stdout;
    let told: serde_json::Value = serde_json::from_slice(&told).unwrap();
    assert!(told["epoch"].as_u64().unwrap() > epochs[2], "{told}");
    fs::remove_file(&path).unwrap();
    assert_eq!(command.output().unwrap().status.code(), Some(64));
    assert!(!path.exists());
}
