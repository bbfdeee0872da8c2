//! The raw stores: a file synced after each write, and plain SQLite with one writer for all.

use super::{
    BoxError, entry,
    load::{Load, Store},
};
use rusqlite::Connection;
use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// Most writes in one transaction, as in the journal.
const BATCH: usize = 1024;

/// The least that a command needs: a place in order, and a name that is taken once.
const TABLE: &str = "
    CREATE TABLE event(
        position INTEGER PRIMARY KEY, stream TEXT NOT NULL, revision INTEGER NOT NULL,
        payload BLOB NOT NULL) STRICT;
    CREATE UNIQUE INDEX event_by_stream ON event(stream, revision);";

/// Plain SQLite.
pub(super) struct Sqlite {
    requests: mpsc::Sender<Request>,
}

type Request = (u64, oneshot::Sender<()>);

// === impl Sqlite ===

impl Sqlite {
    /// Makes the file and starts its writer. The writer ends when this is dropped.
    pub(super) fn make(path: &Path) -> Result<Self, BoxError> {
        let file = Connection::open(path)?;
        file.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;")?;
        file.execute_batch(TABLE)?;
        let (requests, queue) = mpsc::channel(BATCH);
        // On failure nobody is answered, which every writer notices.
        thread::spawn(move || commit_all(&file, queue));
        Ok(Self { requests })
    }
}

fn commit_all(file: &Connection, mut queue: mpsc::Receiver<Request>) -> rusqlite::Result<()> {
    let payload = [0x5a; entry::PAYLOAD];
    let mut batch = Vec::with_capacity(BATCH);
    while queue.blocking_recv_many(&mut batch, BATCH) > 0 {
        file.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        for (number, _) in &batch {
            file.prepare_cached("INSERT INTO event(stream, revision, payload) VALUES(?1, 0, ?2)")?
                .execute((
                    entry::stream(entry::command(*number)).as_str(),
                    &payload[..],
                ))?;
        }
        file.prepare_cached("COMMIT")?.execute([])?;
        for (_, answer) in batch.drain(..) {
            // Who asked has gone.
            let _ = answer.send(());
        }
    }
    Ok(())
}

impl Store for Sqlite {
    async fn put(&self, number: u64) -> Result<(), BoxError> {
        let (answer, answered) = oneshot::channel();
        self.requests.send((number, answer)).await?;
        Ok(answered.await?)
    }
}

/// One round of `writers` threads, each syncing a file of its own after each write.
pub(super) fn sync_each(
    folder: &Path,
    writers: usize,
    round: Duration,
    load: &mut Load,
) -> Result<(), BoxError> {
    let start = Arc::new(Barrier::new(writers + 1));
    let mut threads = Vec::with_capacity(writers);
    for writer in 0..writers {
        let file = File::create(folder.join(format!("synced-{writer}")))?;
        let start = Arc::clone(&start);
        threads.push(thread::spawn(move || {
            start.wait();
            write_and_sync(file, round)
        }));
    }
    start.wait();
    let begun = Instant::now();
    let mut times = Vec::new();
    for thread in threads {
        times.extend(
            thread
                .join()
                .map_err(|_| "a writer's thread ended early")??,
        );
    }
    load.add(times, begun.elapsed());
    Ok(())
}

fn write_and_sync(mut file: File, round: Duration) -> io::Result<Vec<Duration>> {
    let begun = Instant::now();
    let mut times = Vec::new();
    while begun.elapsed() < round {
        let asked = Instant::now();
        write_synced(&mut file)?;
        times.push(asked.elapsed());
    }
    Ok(times)
}

/// Adds one write of 512 bytes to a file, and syncs it.
pub(super) fn write_synced(file: &mut File) -> io::Result<()> {
    file.write_all(&[0x5a; entry::PAYLOAD])?;
    file.sync_data()
}
