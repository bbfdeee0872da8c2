//! Journals wherever the configuration has them: opened whatever starts first, and moved by `firstbell
//! journal copy` that is killed at any moment and run again, so that everything is there, once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod audits;
mod epochs;

use broker::Broker;
use clock::SystemClock;
use firstbell::{
    hub::{Folders, JOURNALS},
    journals::{Journals, JournalsError},
};
use host::config::{Config, JournalKind};
use journal::{
    Append, CommandId, Expected, NewEvent, Position, PublicAs, Reserve, SharedJournal, StreamName,
    Verbatim, jetstream, kurrentdb,
};
use kurrent::Server;
use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread::sleep,
    time::Duration,
};
use tempfile::TempDir;

/// A data folder with three journals, and a broker.
struct Hub {
    config: Config,
    broker: Broker,
    _folder: TempDir,
}

const PER_APPEND: usize = 200;

fn append(number: u64) -> Append {
    let command = CommandId::derive(&[&number.to_be_bytes()]);
    let event = |index: usize| NewEvent {
        id: command.event(index),
        kind: "test.thing_happened",
        version: 1,
        public_as: index.is_multiple_of(7).then_some(PublicAs {
            kind: "firstbell.v1.test.thing.happened",
            version: 1,
        }),
        occurred_at: "2026-11-20T01:00:00Z".parse().unwrap(),
        actor: String::new(),
        causation: *command.as_bytes(),
        correlation: [7; 16],
        traceparent: String::new(),
        payload: vec![0x5a; 300],
    };
    Append {
        stream: StreamName::of("thing", *command.as_bytes()),
        expected: Expected::NoStream,
        reserve: Reserve::Keep,
        events: (0..PER_APPEND).map(event).collect(),
    }
}

// === impl Hub ===

impl Hub {
    async fn with_appends(appends: u64) -> Self {
        let (folder, broker) = (tempfile::tempdir().unwrap(), Broker::start());
        let mut config = Config {
            data: folder.path().join("data"),
            free_space_reserve_mib: 0,
            ..Config::default()
        };
        config.nats.url = broker.url();
        Folders::below(&config.data).make().unwrap();
        let hub = Self {
            config,
            broker,
            _folder: folder,
        };
        for service in JOURNALS {
            let journals = hub.journals(JournalKind::Embedded).await;
            let opened = journals.open(service).await.unwrap();
            for number in 0..appends {
                opened.shared().append(append(number)).await.unwrap();
            }
            opened.close().await;
        }
        hub
    }

    async fn journals(&self, kind: JournalKind) -> Journals {
        let clock = Arc::new(SystemClock);
        let journals = Journals::of_kind(kind, &self.config, "tests", clock).await;
        journals.unwrap()
    }

    async fn kept(&self, kind: JournalKind, service: &'static str) -> Vec<Verbatim> {
        let opened = self.journals(kind).await.open(service).await.unwrap();
        let kept = everything(&opened.shared()).await;
        opened.close().await;
        kept
    }

    fn copy(&self, more: &[&str]) -> Command {
        let mut command = self.journal(&["copy", "--to", "jetstream"]);
        command
            .args(more)
            .env("FIRSTBELL_JOURNALS_KIND", "embedded");
        command
    }

    fn journal(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firstbell"));
        command
            .args(["--json", "journal"])
            .args(arguments)
            .arg("--data")
            .arg(&self.config.data)
            .env("FIRSTBELL_JOURNALS_KIND", "jetstream")
            .env("FIRSTBELL_NATS_URL", self.broker.url())
            .env("FIRSTBELL_FREE_SPACE_RESERVE_MIB", "0")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

async fn everything(journal: &SharedJournal) -> Vec<Verbatim> {
    let mut all: Vec<Verbatim> = Vec::new();
    loop {
        let after = all.last().map_or(Position::START, |last| last.position);
        let page = journal.read_verbatim(after, 1000).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

fn kill(mut child: Child) {
    // It may have ended by itself.
    let _ = child.kill();
    child.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_it_goes_on_and_all_is_there_once() {
    let hub = Hub::with_appends(40).await;
    for after_ms in [80, 150, 300, 600, 1200, 2400] {
        let copying = hub.copy(&[]).spawn().unwrap();
        sleep(Duration::from_millis(after_ms));
        kill(copying);
    }
    let finished = hub.copy(&[]).output().unwrap();
    let said = String::from_utf8_lossy(&finished.stderr);
    assert!(finished.status.success(), "{said}");
    for service in JOURNALS {
        let ours = hub.kept(JournalKind::Embedded, service).await;
        let theirs = hub.kept(JournalKind::JetStream, service).await;
        assert_eq!(ours.len(), 40 * PER_APPEND);
        assert!(
            ours == theirs,
            "{service}: byte for byte, and in the same place"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_service_is_copied_and_none_that_is_open_or_elsewhere() {
    let hub = Hub::with_appends(1).await;
    let opened = hub.journals(JournalKind::Embedded).await;
    let opened = opened.open("police").await.unwrap();
    let refused = hub.copy(&["police"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains("another process has it open"), "{said}");
    opened.close().await;
    drop(opened);

    let copied = hub.copy(&["police"]).output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&copied.stdout).unwrap();
    assert_eq!(said["journal"], "police");
    assert_eq!(
        (&said["events"], &said["epoch"]),
        (&PER_APPEND.into(), &2.into())
    );

    let mut there = hub.copy(&[]);
    there.env("FIRSTBELL_JOURNALS_KIND", "jetstream");
    let refused = there.output().unwrap();
    assert_eq!(refused.status.code(), Some(64));
    fs::remove_file(Folders::below(&hub.config.data).journal("access")).unwrap();
    let refused = hub.copy(&["access"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(64));
    assert!(!Folders::below(&hub.config.data).journal("access").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_starts_later_is_waited_for() {
    let mut hub = Hub::with_appends(0).await;
    hub.broker.stop();
    let journals = hub.journals(JournalKind::JetStream).await;
    let opening = tokio::spawn(async move { journals.open("police").await });
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!opening.is_finished());
    hub.broker.restart();
    let opened = opening.await.unwrap().unwrap();
    let appended = opened.shared().append(append(1)).await.unwrap();
    assert_eq!(appended.revision, PER_APPEND as u64 - 1);
    opened.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kurrentdb_that_starts_later_is_waited_for() {
    let mut hub = Hub::with_appends(0).await;
    let mut server = Server::start().await;
    let file = hub.config.data.join("kurrentdb.url");
    fs::write(&file, format!("{}\n", server.url())).unwrap();
    hub.config.journals.kurrentdb_url_file = Some(file);
    server.stop().await;
    let journals = hub.journals(JournalKind::KurrentDb).await;
    let opening = tokio::spawn(async move { journals.open("police").await });
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert!(!opening.is_finished());
    server.restart().await;
    let opened = opening.await.unwrap().unwrap();
    let appended = opened.shared().append(append(1)).await.unwrap();
    assert_eq!(appended.revision, PER_APPEND as u64 - 1);
    opened.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waiting_does_not_mend_is_said_at_once() {
    let mut hub = Hub::with_appends(0).await;
    let small = Broker::start_with("max_payload: 1MB");
    hub.config.nats.url = small.url();
    let journals = hub.journals(JournalKind::JetStream).await;
    let refused = journals.open("police").await.err().unwrap();
    let JournalsError::JetStream("police", jetstream::OpenError::MaxPayload { .. }) = refused
    else {
        panic!("{refused}")
    };
    let file = hub.config.data.join("kurrentdb.url");
    fs::write(&file, "nonsense").unwrap();
    hub.config.journals.kurrentdb_url_file = Some(file);
    let journals = hub.journals(JournalKind::KurrentDb).await;
    let refused = journals.open("police").await.err().unwrap();
    let JournalsError::KurrentDb("police", kurrentdb::OpenError::Connection(_)) = refused else {
        panic!("{refused}")
    };
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_data_folder_has_one_hub_wherever_its_journals_are() {
    let hub = Hub::with_appends(0).await;
    let journals = hub.journals(JournalKind::JetStream).await;
    let opened = journals.open("police").await.unwrap();
    let refused = journals.open("police").await.err().unwrap();
    assert!(matches!(refused, JournalsError::Embedded("police", _)));
    opened.close().await;
    drop(opened);
    journals.open("police").await.unwrap().close().await;
}

/// Appends in order and closes; where the journal ended before.
async fn go_on(journals: &Journals, numbers: std::ops::Range<u64>) -> Position {
    let opened = journals.open("police").await.unwrap();
    let before = *opened.shared().head().borrow();
    for number in numbers {
        opened.shared().append(append(number)).await.unwrap();
    }
    opened.close().await;
    before
}

fn copy_folder(from: &Path, to: &Path) {
    let copied = Command::new("cp").arg("-a").arg(from).arg(to).status();
    assert!(copied.unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_is_gone_is_missed_and_no_empty_one_takes_its_place() {
    let mut hub = Hub::with_appends(0).await;
    let journals = hub.journals(JournalKind::JetStream).await;
    go_on(&journals, 0..2).await;
    hub.broker.stop();
    let kept = tempfile::tempdir().unwrap();
    let copy = kept.path().join("store");
    fs::rename(hub.broker.store(), &copy).unwrap();
    hub.broker.restart();
    let refused = journals.open("police").await.err().unwrap();
    assert!(
        matches!(refused, JournalsError::Gone("police")),
        "{refused}"
    );
    // Nothing is in the way of what is put back.
    hub.broker.stop();
    fs::remove_dir_all(hub.broker.store()).unwrap();
    copy_folder(&copy, &hub.broker.store());
    hub.broker.restart();
    assert_eq!(
        go_on(&journals, 2..3).await,
        Position(2 * PER_APPEND as u64)
    );
}
