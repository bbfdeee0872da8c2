//! A backup is one moment of a journal under load; restored, it begins a new epoch.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use journal::{
    EmbeddedJournal, Expected, Journal, SharedJournal,
    audit::audit,
    checkpoint::{Checkpointer, SigningKey},
    contract::{append, everything, stream, wobbling_clock},
    embedded::{BackupError, Held, JournalFile, OpenError, Settings},
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

const ROOMY: Settings = Settings {
    free_space_reserve_bytes: 0,
};

fn open(path: &Path) -> Arc<EmbeddedJournal> {
    Arc::new(EmbeddedJournal::open(path, ROOMY, wobbling_clock()).unwrap())
}

/// Appends until told to stop; how many were answered.
async fn write(journal: Arc<EmbeddedJournal>, writer: usize, stop: Arc<AtomicBool>) -> usize {
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        let command = format!("w-{writer}-{count}");
        journal
            .append(append(&stream(&command), Expected::NoStream, &command, 2))
            .await
            .unwrap();
        count += 1;
    }
    count
}

#[tokio::test]
async fn a_backup_is_one_file_and_nothing_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("events.db"));
    let one = append(&stream("one"), Expected::NoStream, "one", 2);
    journal.append(one).await.unwrap();
    let copies = folder.path().join("copies");
    std::fs::create_dir(&copies).unwrap();
    journal.back_up(&copies.join("copy.db")).await.unwrap();
    let names = std::fs::read_dir(&copies).unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["copy.db"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_a_whole_and_sound_beginning_of_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("events.db"));
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8)
        .map(|writer| tokio::spawn(write(journal.clone(), writer, stop.clone())))
        .collect();
    let mut taken = Vec::new();
    let mut head = journal.head();
    for round in 1..=5_u64 {
        head.wait_for(|head| head.0 >= round * 200).await.unwrap();
        let target = folder.path().join(format!("copy-{round}.db"));
        taken.push((target.clone(), journal.back_up(&target).await.unwrap()));
    }
    stop.store(true, Ordering::Relaxed);
    let mut answered = 0;
    for writer in writers {
        answered += writer.await.unwrap();
    }
    let source: SharedJournal = journal.clone();
    let whole = everything(&source, 1000).await;
    assert_eq!(whole.len(), answered * 2);
    for (target, told) in taken {
        let report = audit(&JournalFile::open(&target).unwrap(), &[], None);
        assert!(report.is_sound(), "{:?}", report.faults);
        assert_eq!(
            (report.last_hash, report.identity),
            (told.last_hash, journal.identity())
        );
        let copy: SharedJournal = open(&target);
        let copied = everything(&copy, 1000).await;
        assert_eq!(*copy.head().borrow(), told.position);
        assert_eq!(
            copied.len() % 2,
            0,
            "an append is copied whole or not at all"
        );
        assert!(
            copied
                .iter()
                .zip(&whole)
                .all(|(a, b)| (a.position, a.hash) == (b.position, b.hash))
        );
    }
}

#[tokio::test]
async fn a_backup_never_writes_over_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("events.db"));
    let target = folder.path().join("copy.db");
    journal.back_up(&target).await.unwrap();
    let before = std::fs::read(&target).unwrap();
    assert!(matches!(
        journal.back_up(&target).await,
        Err(BackupError::Exists)
    ));
    assert_eq!(std::fs::read(&target).unwrap(), before);
}

#[tokio::test]
async fn a_restored_copy_begins_a_new_epoch_and_goes_on_from_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (
        folder.path().join("events.db"),
        folder.path().join("copy.db"),
    );
    let journal = open(&path);
    journal
        .append(append(&stream("s"), Expected::NoStream, "kept", 1))
        .await
        .unwrap();
    let told = journal.back_up(&copy).await.unwrap();
    let lost = append(&stream("s"), Expected::Revision(0), "lost", 1);
    journal.append(lost.clone()).await.unwrap();
    assert!(matches!(Held::take(&path), Err(OpenError::InUse)));
    drop(journal);

    let held = Held::take(&path).unwrap();
    let refused = EmbeddedJournal::open(&path, ROOMY, wobbling_clock());
    assert!(matches!(refused, Err(OpenError::InUse)));
    let identity = held.replace(&copy, held.epoch().unwrap()).unwrap();
    assert_eq!((identity.id, identity.epoch), (told.identity.id, 2));
    drop(held);
    let restored = open(&path);
    assert_eq!(restored.identity(), identity);
    let again = restored.append(lost).await.unwrap();
    assert_eq!((again.revision, again.repeated), (1, false));
}

#[tokio::test]
async fn every_restoring_begins_an_epoch_of_its_own_even_from_the_same_copy() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (
        folder.path().join("events.db"),
        folder.path().join("copy.db"),
    );
    let journal = open(&path);
    journal.back_up(&copy).await.unwrap();
    let mut replaced = journal.identity().epoch;
    drop(journal);
    for _ in 0..3 {
        let held = Held::take(&path).unwrap();
        let epoch = held.replace(&copy, replaced).unwrap().epoch;
        assert!(epoch > replaced);
        assert_eq!(held.epoch().unwrap(), epoch);
        replaced = epoch;
    }
}

#[tokio::test]
async fn what_a_cut_off_restoring_left_beside_the_journal_never_gets_into_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (
        folder.path().join("events.db"),
        folder.path().join("copy.db"),
    );
    let journal = open(&path);
    let told = journal.back_up(&copy).await.unwrap();
    drop(journal);
    for ending in ["", "-wal", "-shm"] {
        let left = folder.path().join(format!("events.db.restoring{ending}"));
        std::fs::write(left, "left by a process that was killed").unwrap();
    }
    let held = Held::take(&path).unwrap();
    held.replace(&copy, 1).unwrap();
    let report = audit(&JournalFile::open(&path).unwrap(), &[], None);
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!(report.last_hash, told.last_hash);
    assert!(
        held.replace(folder.path(), 1).is_err(),
        "a folder is no copy"
    );
    assert_eq!(held.epoch().unwrap(), 2, "what stood there still does");
}

#[tokio::test]
async fn checkpoints_are_no_loss() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (
        folder.path().join("events.db"),
        folder.path().join("copy.db"),
    );
    let journal = open(&path);
    journal
        .append(append(&stream("s"), Expected::NoStream, "both", 1))
        .await
        .unwrap();
    journal.back_up(&copy).await.unwrap();
    let key = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
    let mut checkpointer = Checkpointer::new(journal.clone(), key, wobbling_clock());
    checkpointer.checkpoint_now().await.unwrap().unwrap();

    let look = |path| JournalFile::open(path).unwrap();
    let beyond = look(&path).streams_beyond(&look(&copy)).unwrap();
    assert_eq!(beyond, std::collections::BTreeSet::new());
}

#[tokio::test]
async fn what_a_copy_does_not_hold_is_found_even_after_both_went_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let target = folder.path().join("copy.db");
    let journal = open(&path);
    let one = |name: &str, of: &str| append(&stream(of), Expected::NoStream, name, 1);
    journal.append(one("both", "same")).await.unwrap();
    journal.append(one("both too", "longer")).await.unwrap();
    journal.back_up(&target).await.unwrap();
    let longer = append(&stream("longer"), Expected::Revision(0), "here", 1);
    journal.append(longer).await.unwrap();
    journal.append(one("here too", "new")).await.unwrap();
    let copy = open(&target);
    for name in ["there-1", "there-2", "there-3"] {
        copy.append(one(name, name)).await.unwrap();
    }

    let look = |path| JournalFile::open(path).unwrap();
    let beyond = look(&path).streams_beyond(&look(&target)).unwrap();
    let expected = ["longer", "new"].map(|name| stream(name).to_string());
    assert_eq!(beyond.into_iter().collect::<Vec<_>>(), expected);
}
