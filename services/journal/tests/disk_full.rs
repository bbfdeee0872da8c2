//! A disk that is really full: refused clearly, and nothing is broken when there is room again.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests are tests"
)]

use journal::{
    Append, AppendError, EmbeddedJournal, Expected, NewEvent, Reserve, SharedJournal,
    contract::{append, event, everything, stream, wobbling_clock},
    embedded::{JournalFile, Settings},
};
use std::{path::Path, process::Command, sync::Arc};

/// A small disk in memory, taken away again when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// None where this user may not mount one.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=8m", "tmpfs"])
            .arg(folder.path())
            .status();
        mounted
            .is_ok_and(|status| status.success())
            .then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn big(name: &str, reserve: Reserve) -> Append {
    let payload = vec![7; 64 * 1024];
    Append {
        events: vec![NewEvent {
            payload,
            ..event(name, 0)
        }],
        reserve,
        ..append(&stream(name), Expected::NoStream, name, 0)
    }
}

#[tokio::test]
async fn a_full_disk_refuses_new_events_and_breaks_nothing() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("SKIPPED: a small disk cannot be mounted here, so a full one was NOT tested");
        return;
    };
    let path = disk.path().join("events.db");
    let reserve = Settings {
        free_space_reserve_bytes: 2 * 1024 * 1024,
    };
    let journal = EmbeddedJournal::open(&path, reserve, wobbling_clock()).unwrap();
    let journal: SharedJournal = Arc::new(journal);

    let mut kept = fill(&journal, "keep", Reserve::Keep).await;
    let urgent = fill(&journal, "urgent", Reserve::MayUse).await;
    assert!(kept > 5, "new events are taken until the reserve begins");
    assert!(urgent > 5, "what must not wait goes on into the reserve");

    let refused = journal.append(big("refused", Reserve::MayUse)).await;
    assert!(matches!(refused, Err(AppendError::NoSpace)));
    assert_eq!(everything(&journal, 100).await.len(), kept + urgent);

    // Room again: another tenant of the disk has gone.
    let grown = ["-o", "remount,size=32m"];
    let remounted = Command::new("mount")
        .args(grown)
        .arg(disk.path())
        .status()
        .unwrap();
    assert!(remounted.success());
    journal.append(big("refused", Reserve::Keep)).await.unwrap();
    kept += 1;
    assert_eq!(everything(&journal, 100).await.len(), kept + urgent);
    drop(journal);
    let report = journal::audit::audit(&JournalFile::open(&path).unwrap(), &[], None);
    assert!(report.is_sound(), "{:?}", report.faults);
    assert_eq!(report.events, (kept + urgent) as u64);
}

/// Appends until there is no more space; how many were taken.
async fn fill(journal: &SharedJournal, name: &str, reserve: Reserve) -> usize {
    for count in 0..1000 {
        match journal
            .append(big(&format!("{name}-{count}"), reserve))
            .await
        {
            Ok(_) => {}
            Err(AppendError::NoSpace) => return count,
            Err(error) => panic!("a full disk is no other error: {error:?}"),
        }
    }
    panic!("the small disk never filled up");
}
