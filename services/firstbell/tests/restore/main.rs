//! Restoring cut off after any of its steps: the hub says so, and doing it again finishes and still
//! names what was lost.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use clock::SystemClock;
use firstbell::hub::{
    Folders, Hub, JOURNALS, make,
    restore::{Lost, Restore, check_finished},
};
use host::{config::Config, readiness::Readiness, report::report};
use journal::embedded::JournalFile;
use keys::MadeFor;
use proto::operator::v1::{BackupRequest, operator_service_client::OperatorServiceClient};
use std::{
    collections::BTreeSet,
    fs,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;
use tonic::Request;

/// A hub that is down, a backup of it, and what was done after the backup.
struct Evening {
    config: Config,
    backup: PathBuf,
    _folder: TempDir,
}

/// More than a restore has.
const MANY_STEPS: usize = 20;

async fn start(config: &Config) -> Result<Hub, String> {
    let hub = Hub::start(config, Arc::new(SystemClock), Readiness::new()).await;
    hub.map_err(|error| report(&error))
}

/// A token was made before the backup, another after it.
async fn evening() -> Evening {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        data: folder.path().join("data"),
        listen: (Ipv4Addr::LOCALHOST, 0).into(),
        free_space_reserve_mib: 1,
        ..Config::default()
    };
    make(&config, MadeFor::Tests).unwrap();
    let hub = start(&config).await.unwrap();
    let token = hub.access.bootstrap_operator_token().await.unwrap();
    let url = format!("http://{}", hub.address);
    let mut operator = OperatorServiceClient::connect(url).await.unwrap();
    let mut request = Request::new(BackupRequest {
        name: "evening".to_owned(),
    });
    let bearer = format!("Bearer {token}").parse().unwrap();
    request.metadata_mut().insert("authorization", bearer);
    let made = operator.backup(request).await.unwrap().into_inner();
    drop(operator);
    hub.access.bootstrap_operator_token().await.unwrap();
    hub.stop().await;
    Evening {
        config,
        backup: PathBuf::from(made.folder),
        _folder: folder,
    }
}

impl Evening {
    fn folders(&self) -> Folders {
        Folders::below(&self.config.data)
    }

    fn begin(&self) -> Restore {
        Restore::prepare(self.folders(), &self.backup).unwrap()
    }

    /// Takes so many steps; whether one was left after them.
    fn cut_off_after(&self, steps: usize) -> bool {
        let mut restore = self.begin();
        (0..steps).all(|_| restore.step().unwrap())
    }

    fn finish(&self) -> Lost {
        let mut restore = self.begin();
        let lost = restore.lost().clone();
        while restore.step().unwrap() {}
        lost
    }

    fn epochs(&self) -> [u64; 3] {
        let folders = self.folders();
        JOURNALS.map(|service| {
            let file = JournalFile::open(&folders.journal(service)).unwrap();
            file.identity().epoch
        })
    }

    /// The same folder elsewhere, so that each case begins from the same state.
    fn twin(&self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        copy(&self.config.data, &data);
        Self {
            config: Config {
                data,
                ..self.config.clone()
            },
            backup: self.backup.clone(),
            _folder: folder,
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[tokio::test]
async fn cut_off_after_any_step_it_is_run_again_and_names_the_same_loss() {
    let evening = evening().await;
    let whole = evening.twin().finish();
    assert_eq!(whole["access"].len(), 1, "the token made after the backup");
    let nothing: Lost = JOURNALS
        .iter()
        .map(|service| ((*service).to_owned(), BTreeSet::new()))
        .collect();

    let mut steps = 0;
    loop {
        let twin = evening.twin();
        let before = twin.epochs();
        if !twin.cut_off_after(steps) {
            break;
        }
        let is_finished = check_finished(&twin.folders()).is_ok();
        let started = start(&twin.config).await;
        assert_eq!(started.is_ok(), is_finished, "after {steps} steps");
        match started {
            Err(said) => {
                assert!(said.contains("half restored"), "{said}");
                assert!(said.contains("firstbell restore"), "{said}");
                assert_eq!(twin.finish(), whole, "after {steps} steps");
                start(&twin.config).await.unwrap().stop().await;
            }
            Ok(hub) => {
                hub.stop().await;
                let lost = twin.finish();
                let expected = if steps == 0 { &whole } else { &nothing };
                assert_eq!(&lost, expected, "after {steps} steps");
            }
        }
        let raised = twin.epochs();
        assert!(raised.iter().zip(before).all(|(now, then)| *now > then));
        steps += 1;
        assert!(steps < MANY_STEPS, "it never ends");
    }
    assert!(steps > JOURNALS.len(), "each journal is a step of its own");
}

#[tokio::test]
async fn once_finished_nothing_more_is_lost_by_doing_it_again() {
    let evening = evening().await;
    assert!(!evening.finish()["access"].is_empty());
    let again = evening.finish();
    assert!(again.values().all(BTreeSet::is_empty), "{again:?}");
}

#[tokio::test]
async fn a_hub_that_runs_is_not_restored_and_one_being_restored_does_not_start() {
    let evening = evening().await;
    let hub = start(&evening.config).await.unwrap();
    let refused = Restore::prepare(evening.folders(), &evening.backup);
    let said = report(&refused.err().unwrap());
    assert!(said.contains("another process has it open"), "{said}");
    hub.stop().await;

    let _restore = evening.begin();
    let said = start(&evening.config).await.err().unwrap();
    assert!(said.contains("another process has it open"), "{said}");
}

#[tokio::test]
async fn another_copy_may_finish_it_and_everything_lost_so_far_is_named() {
    let mut evening = evening().await;
    let whole = evening.twin().finish();
    for _ in 0..2 {
        assert!(evening.cut_off_after(5));
    }
    let elsewhere = evening.config.data.join("elsewhere");
    copy(&evening.backup, &elsewhere);
    evening.backup = elsewhere;
    assert_eq!(evening.finish(), whole);
}
