//! Events read back a second: envelopes decoded, payloads not opened.

use super::{
    BoxError, Figure, entry,
    figure::{median, rate},
};
use clock::SystemClock;
use journal::{
    Journal, Position,
    embedded::{EmbeddedJournal, Settings},
};
use rusqlite::{Connection, OpenFlags};
use std::{path::Path, sync::Arc, time::Instant};
use tokio::task::spawn_blocking;

const EVENTS: usize = 300_000;
/// Events in one stream, appended at once.
const STREAM: usize = 1000;
const PAGE: usize = 1000;
const ROUNDS: usize = 5;

const RAW: &str = "the same rows read from the same file by SQLite alone";

/// Fills a journal, then reads it in turns with SQLite.
pub(super) async fn run(folder: &Path) -> Result<Vec<Figure>, BoxError> {
    let path = folder.join("read-back.sqlite3");
    let journal = EmbeddedJournal::open(&path, Settings::default(), Arc::new(SystemClock))?;
    fill(&journal).await?;
    let (mut ours, mut raw) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        ours.push(rate(read_all(&journal).await?, begun.elapsed()));
        let path = path.clone();
        let begun = Instant::now();
        let read = spawn_blocking(move || read_rows(&path)).await??;
        raw.push(rate(read, begun.elapsed()));
    }
    Ok(vec![Figure::new(
        "read",
        median(ours),
        "events/s",
        median(raw),
        RAW,
    )])
}

async fn fill(journal: &EmbeddedJournal) -> Result<(), BoxError> {
    for number in 0..(EVENTS / STREAM) as u64 {
        journal.append(entry::append(number, STREAM, None)).await?;
    }
    Ok(())
}

async fn read_all(journal: &EmbeddedJournal) -> Result<usize, BoxError> {
    let (mut after, mut read) = (Position::START, 0);
    loop {
        let page = journal.read_all(after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(read);
        };
        after = last.position;
        read += page.len();
    }
}

fn read_rows(path: &Path) -> rusqlite::Result<usize> {
    let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut rows = file.prepare("SELECT position, hash, frame FROM events ORDER BY position")?;
    let mut rows = rows.query([])?;
    let (mut read, mut bytes) = (0, 0);
    while let Some(row) = rows.next()? {
        for column in [1, 2] {
            let blob = row.get_ref(column)?;
            bytes += blob.as_blob()?.len();
        }
        read += 1;
    }
    std::hint::black_box(bytes);
    Ok(read)
}
