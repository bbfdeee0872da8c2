//! Checkpoints, the audit that holds a journal against them, and every way to tamper with one.

#![expect(clippy::unwrap_used, reason = "helpers of tests are tests")]

use clock::{Clock, SharedClock, TurnedClock};
use journal::{
    EmbeddedJournal, EventHash, Expected, Position, Recorded, SharedJournal,
    audit::{AuditReport, What, audit},
    checkpoint::{Checkpointer, Rhythm, SigningKey, VerifyingKey},
    contract::{append, everything, public, stream},
    embedded::{JournalFile, Settings},
    merkle::Frontier,
    wire,
};
use prost::Message;
use rusqlite::Connection;
use std::{path::PathBuf, sync::Arc, time::Duration};

/// A journal of 40 events in 10 streams with a checkpoint over 20 and one over the 41 before it.
struct Kept {
    _folder: tempfile::TempDir,
    path: PathBuf,
    key: VerifyingKey,
    last: wire::Checkpoint,
}

fn clock() -> SharedClock {
    Arc::new(TurnedClock::new("2026-11-20T22:00:00Z".parse().unwrap()))
}

fn open(path: &std::path::Path) -> SharedJournal {
    Arc::new(
        EmbeddedJournal::open(
            path,
            Settings {
                free_space_reserve_bytes: 0,
            },
            clock(),
        )
        .unwrap(),
    )
}

async fn write(journal: &SharedJournal, from: usize, to: usize) {
    for i in from..to {
        let command = format!("c-{i}");
        let (name, before) = (
            stream(&format!("s-{}", i % 10)),
            (i / 10 * 2).checked_sub(1),
        );
        let expected = before.map_or(Expected::NoStream, |last| Expected::Revision(last as u64));
        let mut new = append(&name, expected, &command, 2);
        new.events[1] = public(new.events[1].clone());
        journal.append(new).await.unwrap();
    }
}

async fn kept() -> Kept {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let journal = open(&path);
    let (signing, key) = signing_key();
    let mut checkpointer = Checkpointer::new(journal.clone(), signing, clock());
    write(&journal, 0, 10).await;
    checkpointer.checkpoint_now().await.unwrap().unwrap();
    write(&journal, 10, 20).await;
    let last = checkpointer.checkpoint_now().await.unwrap().unwrap();
    Kept {
        _folder: folder,
        path,
        key,
        last,
    }
}

fn signing_key() -> (SigningKey, VerifyingKey) {
    let key = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
    let public = key.verifying_key().clone();
    (key, public)
}

fn report(kept: &Kept) -> AuditReport {
    let file = JournalFile::open(&kept.path).unwrap();
    audit(&file, std::slice::from_ref(&kept.key), Some(&kept.last))
}

/// Runs `sql` on the file behind the journal's back and returns what the audit finds.
async fn after(sql: &str) -> Vec<(u64, What)> {
    let kept = kept().await;
    Connection::open(&kept.path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    let place = |position: Option<Position>| position.map_or(0, |position| position.0);
    let faults = report(&kept).faults;
    faults
        .into_iter()
        .map(|fault| (place(fault.position), fault.what))
        .collect()
}

#[tokio::test]
async fn an_untouched_journal_is_sound_and_counted() {
    let kept = kept().await;
    let report = report(&kept);
    assert_eq!(report.faults, []);
    assert_eq!((report.events, report.streams, report.public), (42, 11, 20));
    assert_eq!((report.checkpoints, report.uncovered), (2, 1));
}

#[tokio::test]
async fn a_checkpoint_covers_all_before_it_and_the_next_covers_it_too() {
    let kept = kept().await;
    let journal = open(&kept.path);
    let events = everything(&journal, 100).await;
    let mut tree = Frontier::default();
    events[..41]
        .iter()
        .for_each(|event| tree.push(&event.hash.0));
    assert_eq!(kept.last.events, 41);
    assert_eq!(kept.last.root, tree.root());
    assert_eq!(kept.last.last_event_hash, events[40].hash.0);
    assert_eq!(events[41].frame.payload, kept.last.encode_to_vec());
    assert_eq!(
        (events[20].frame.stream.as_str(), events[41].frame.revision),
        ("checkpoint-0", 1)
    );
    assert!(events[41].frame.public_as.is_none());
}

#[tokio::test]
async fn a_checkpointer_that_starts_again_goes_on_where_the_last_one_stopped() {
    let kept = kept().await;
    let journal = open(&kept.path);
    let (signing, second) = signing_key();
    let mut checkpointer = Checkpointer::new(journal.clone(), signing, clock());
    assert!(
        checkpointer.checkpoint_now().await.unwrap().is_none(),
        "nothing is new"
    );
    write(&journal, 20, 21).await;
    let made = checkpointer.checkpoint_now().await.unwrap().unwrap();
    assert_eq!(made.events, 44);
    assert!(checkpointer.checkpoint_now().await.unwrap().is_none());
    let file = JournalFile::open(&kept.path).unwrap();
    let both = [kept.key.clone(), second];
    assert_eq!(audit(&file, &both, Some(&kept.last)).faults, []);
    let unknown = audit(&file, &both[..1], None).faults;
    assert_eq!(unknown.len(), 1);
    assert_eq!(unknown[0].what, What::CheckpointSignature);
}

#[tokio::test]
async fn streams_of_checkpoints_stay_short() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.db");
    let journal = open(&path);
    let (signing, key) = signing_key();
    let mut checkpointer = Checkpointer::new(journal.clone(), signing, clock());
    for i in 0..902 {
        let command = format!("c-{i}");
        journal
            .append(append(&stream(&command), Expected::NoStream, &command, 1))
            .await
            .unwrap();
        checkpointer.checkpoint_now().await.unwrap().unwrap();
    }
    let next = journal::StreamName::parse("checkpoint-1").unwrap();
    assert_eq!(journal.read(&next).await.unwrap().len(), 2);
    let faults = audit(&JournalFile::open(&path).unwrap(), &[key], None).faults;
    assert_eq!(faults, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rhythm_is_time_or_many_events_and_a_last_one_at_shutdown() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(&folder.path().join("events.db"));
    let turned = TurnedClock::new("2026-11-20T22:00:00Z".parse().unwrap());
    let turn =
        |seconds: i64| turned.turn_to(turned.now() + jiff::SignedDuration::from_secs(seconds));
    let checkpointer =
        Checkpointer::new(journal.clone(), signing_key().0, Arc::new(turned.clone()));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let rhythm = Rhythm {
        events: 15,
        ..Rhythm::default()
    };
    let running = tokio::spawn(checkpointer.run(rhythm, async move { drop(stopped.await) }));
    let mut head = journal.head();

    write(&journal, 0, 1).await;
    turn(601);
    head.wait_for(|head| head.0 == 3).await.unwrap();
    write(&journal, 1, 9).await;
    // Each turn lets it look once more, for it may have been looking just before.
    while *head.borrow() < Position(20) {
        turn(2);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    write(&journal, 9, 10).await;
    stop.send(()).unwrap();
    running.await.unwrap().unwrap();
    let covered: Vec<u64> = everything(&journal, 100)
        .await
        .iter()
        .filter_map(covers)
        .collect();
    assert_eq!(covered, [2, 19, 22]);
}

fn covers(event: &Recorded) -> Option<u64> {
    let checkpoint = event.frame.r#type == "journal.checkpoint";
    checkpoint.then(|| {
        wire::Checkpoint::decode(&event.frame.payload[..])
            .unwrap()
            .events
    })
}

#[tokio::test]
async fn one_flipped_byte_in_any_frame_or_hash_is_found_where_it_is() {
    let kept = kept().await;
    let file = Connection::open(&kept.path).unwrap();
    for position in 1..=42_u32 {
        for column in ["frame", "hash"] {
            let read = format!("SELECT {column} FROM events WHERE position = ?1");
            let write = format!("UPDATE events SET {column} = ?2 WHERE position = ?1");
            let stored: Vec<u8> = file.query_row(&read, [position], |row| row.get(0)).unwrap();
            for byte in [0, position as usize % stored.len(), stored.len() - 1] {
                let mut flipped = stored.clone();
                flipped[byte] ^= 1 << (position % 8);
                file.execute(&write, (position, &flipped)).unwrap();
                let faults = report(&kept).faults;
                let here = Some(Position(position.into()));
                assert!(
                    faults.iter().any(|fault| fault.position == here),
                    "{column} {byte} of {position}: {faults:?}"
                );
            }
            file.execute(&write, (position, &stored)).unwrap();
        }
    }
    assert_eq!(report(&kept).faults, []);
}

#[tokio::test]
async fn a_deleted_row_is_found_by_its_stream_and_by_every_checkpoint_after_it() {
    let faults = after("DELETE FROM events WHERE position = 3").await;
    assert!(
        faults.contains(&(
            4,
            What::Revision {
                expected: 0,
                found: 1
            }
        )),
        "{faults:?}"
    );
    let counted: Vec<_> = faults
        .iter()
        .filter(|(_, what)| *what == What::CheckpointCount)
        .collect();
    assert_eq!(counted.len(), 2, "{faults:?}");
}

#[tokio::test]
async fn a_last_event_rewritten_with_its_hash_is_found_by_the_checkpoint() {
    let kept = kept().await;
    let file = Connection::open(&kept.path).unwrap();
    let read = |sql: &str| -> Vec<u8> { file.query_row(sql, [], |row| row.get(0)).unwrap() };
    let mut frame = read("SELECT frame FROM events WHERE position = 41");
    let before = read("SELECT hash FROM events WHERE position = 40");
    *frame.last_mut().unwrap() ^= 1;
    let hash = EventHash(before.try_into().unwrap()).next(&frame);
    let write = "UPDATE events SET frame = ?1, hash = ?2 WHERE position = 41";
    file.execute(write, (frame, &hash.0[..])).unwrap();
    let faults = report(&kept).faults;
    let found: Vec<_> = faults.into_iter().map(|fault| fault.what).collect();
    assert_eq!(
        found,
        [
            What::Expected(41),
            What::CheckpointRoot,
            What::CheckpointLastHash
        ]
    );
}

#[tokio::test]
async fn a_stream_deleted_whole_is_found_by_the_checkpoints() {
    let faults = after("DELETE FROM events WHERE stream = 'contract-s-4'").await;
    assert!(faults.contains(&(21, What::CheckpointCount)), "{faults:?}");
    assert!(faults.contains(&(42, What::CheckpointCount)), "{faults:?}");
}

#[tokio::test]
async fn swapped_rows_are_found() {
    let faults = after(
        "UPDATE events SET position = 1000 WHERE position = 5;
         UPDATE events SET position = 5 WHERE position = 7;
         UPDATE events SET position = 7 WHERE position = 1000;",
    )
    .await;
    assert!(faults.contains(&(21, What::CheckpointRoot)), "{faults:?}");
}

#[tokio::test]
async fn an_index_that_points_elsewhere_is_found() {
    let faults = after("UPDATE events SET stream = 'contract-s-9' WHERE position = 23").await;
    assert!(faults.contains(&(23, What::IndexDisagrees)), "{faults:?}");
    let faults = after("UPDATE events SET public_sequence = 77 WHERE position = 23").await;
    assert!(faults.contains(&(23, What::PublicSequence)), "{faults:?}");
}

#[tokio::test]
async fn a_cut_tail_is_found_by_a_checkpoint_kept_elsewhere() {
    let faults = after("DELETE FROM events WHERE position > 30").await;
    assert_eq!(faults, [(0, What::Expected(41))]);
    let faults = after("DELETE FROM events WHERE position BETWEEN 30 AND 41").await;
    assert!(faults.contains(&(42, What::CheckpointCount)), "{faults:?}");
}

#[tokio::test]
async fn a_page_overwritten_on_the_disk_is_found_and_the_rest_still_read() {
    let kept = kept().await;
    Connection::open(&kept.path)
        .unwrap()
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let mut bytes = std::fs::read(&kept.path).unwrap();
    let table = b"contract.thing_happened";
    let is_leaf =
        |page: &&mut [u8]| page[0] == 0x0d && page.windows(table.len()).any(|w| w == table);
    let page = bytes.chunks_mut(4096).find(is_leaf).unwrap();
    page.fill(0xff);
    std::fs::write(&kept.path, bytes).unwrap();
    let report = report(&kept);
    assert!(
        report
            .faults
            .iter()
            .any(|fault| matches!(fault.what, What::File(_)))
    );
    assert!(
        report
            .faults
            .iter()
            .any(|fault| fault.what == What::Unreadable)
    );
    assert!((1..42).contains(&report.events), "{}", report.events);
}
