//! The ledger of destroyed keys as a plain file beside the store: a line for each, its id and when.
//!
//! Copies of the store leave it out, so that putting an older copy back cannot bring a key back:
//! [`reconcile`] destroys again whatever the ledger names.

use super::{StoreError, tables};
use crate::{
    KeyId,
    files::{owner_only, sync_folder_of},
};
use jiff::Timestamp;
use rusqlite::Connection;
use std::{
    collections::HashSet,
    fmt::Write as _,
    fs::{File, TryLockError},
    io::{self, Read as _},
    os::unix::fs::FileExt as _,
    path::Path,
};

/// One destroyed key.
pub(super) struct Entry {
    pub(super) id: KeyId,
    pub(super) at: Timestamp,
}

/// The file, locked: whoever has it open is the only one with the store open.
pub(super) struct Ledger {
    file: File,
    /// Where the next line goes; what an interrupted write left after it is overwritten.
    end: u64,
}

// === impl Ledger ===

impl Ledger {
    /// Opens or makes the file, and reads it.
    pub(super) fn open(path: &Path) -> Result<(Self, Vec<Entry>), StoreError> {
        let mut file = owner_only().create(true).truncate(false).open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => StoreError::InUse,
            TryLockError::Error(error) => StoreError::File(error),
        })?;
        sync_folder_of(path)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        // A line without an end was never answered: its write was cut short.
        let whole = bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
        bytes.truncate(whole);
        let end = bytes.len() as u64;
        Ok((Self { file, end }, read(&bytes)?))
    }

    /// Adds lines; on disk when answered, and as if never begun when refused.
    pub(super) fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        let mut lines = String::new();
        for Entry { id, at } in entries {
            let _ = writeln!(lines, "{id} {at}");
        }
        self.file.set_len(self.end)?;
        self.file.write_all_at(lines.as_bytes(), self.end)?;
        self.file.sync_all()?;
        self.end = self.end.saturating_add(lines.len() as u64);
        Ok(())
    }
}

fn read(bytes: &[u8]) -> Result<Vec<Entry>, StoreError> {
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    let entry = |(at, line)| entry(line).ok_or(StoreError::Ledger { line: at });
    (1..).zip(lines).map(entry).collect()
}

fn entry(line: &[u8]) -> Option<Entry> {
    let (id, at) = std::str::from_utf8(line).ok()?.trim_end().split_once(' ')?;
    Some(Entry {
        id: KeyId::parse(id).ok()?,
        at: at.parse().ok()?,
    })
}

/// Makes the store and the ledger say the same: what either calls destroyed is destroyed in both.
pub(super) fn reconcile(
    ledger: &mut Ledger,
    entries: Vec<Entry>,
    store: &mut Connection,
) -> Result<(), StoreError> {
    let replayed = replay(&entries, store)?;
    if replayed > 0 {
        tracing::warn!(
            replayed,
            "keys destroyed again: the key store was older than its ledger"
        );
    }
    let known: HashSet<KeyId> = entries.into_iter().map(|entry| entry.id).collect();
    let mut missing = Vec::new();
    for (id, at) in tables::ledger(store)? {
        if !known.contains(&id) {
            let at = at.parse().map_err(|_| StoreError::NotAStore)?;
            missing.push(Entry { id, at });
        }
    }
    if !missing.is_empty() {
        ledger.append(&missing)?;
    }
    tables::empty_the_log(store)
}

fn replay(entries: &[Entry], store: &mut Connection) -> Result<u64, StoreError> {
    let tx = store.transaction()?;
    let mut replayed = 0;
    for Entry { id, at } in entries {
        if !tables::is_destroyed(&tx, id)? {
            tables::erase(&tx, id, *at)?;
            replayed += 1;
        }
    }
    tx.commit()?;
    Ok(replayed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyKind;
    use std::{fs, fs::OpenOptions, io::Write as _};

    fn entry_of(number: u8) -> Entry {
        Entry {
            id: KeyId::of(KeyKind::ChildLine, [number; 16]),
            at: "2026-11-20T22:00:00Z".parse().unwrap(),
        }
    }

    fn ids(entries: &[Entry]) -> Vec<KeyId> {
        entries.iter().map(|entry| entry.id).collect()
    }

    #[test]
    fn a_line_cut_short_is_overwritten_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("destroyed.log");
        let (mut ledger, _) = Ledger::open(&path).unwrap();
        ledger.append(&[entry_of(1)]).unwrap();
        drop(ledger);
        let mut torn = OpenOptions::new().append(true).open(&path).unwrap();
        torn.write_all(b"l.0202020202 and much that was never finished, longer than a line")
            .unwrap();

        let (mut ledger, entries) = Ledger::open(&path).unwrap();
        assert_eq!(ids(&entries), ids(&[entry_of(1)]));
        ledger.append(&[entry_of(3)]).unwrap();
        drop(ledger);

        let (_, entries) = Ledger::open(&path).unwrap();
        assert_eq!(ids(&entries), ids(&[entry_of(1), entry_of(3)]));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named_and_never_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("destroyed.log");
        let (mut ledger, _) = Ledger::open(&path).unwrap();
        ledger.append(&[entry_of(1)]).unwrap();
        drop(ledger);
        let mut text = fs::read_to_string(&path).unwrap();
        text.push_str("nonsense\n");
        fs::write(&path, text).unwrap();
        let refused = Ledger::open(&path);
        assert!(matches!(refused, Err(StoreError::Ledger { line: 2 })));
    }

    #[test]
    fn a_second_opener_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("destroyed.log");
        let (_open, _) = Ledger::open(&path).unwrap();
        assert!(matches!(Ledger::open(&path), Err(StoreError::InUse)));
    }
}
