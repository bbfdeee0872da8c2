//! The one writer: takes what has queued up, writes it in one transaction, then answers everybody.

use super::{
    append::Bench,
    heads::Heads,
    lock::Lock,
    schema::Tail,
    space::Space,
    write_back::{Rest, WriteBack, write_back},
};
use crate::{Append, AppendError, Appended, Position};
use clock::SharedClock;
use gather::Gathering;
use rusqlite::{Connection, ErrorCode};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, watch};

/// Most appends in one transaction, and most that wait for the next.
pub(super) const QUEUE: usize = 1024;

/// The WAL is written back to the file from about this many bytes on. A WAL that is written over is
/// synced in half the time of one that grows, so it starts anew early.
const WRITE_BACK_BYTES: usize = 8 * 1024 * 1024;

/// What a commit adds to the WAL besides its events: pages of which it changes a part.
const COMMIT_BYTES: usize = 12 * 1024;

/// With so many pages in the WAL, readers are made to wait a moment so that it can start anew.
const WAL_PAGES: i64 = 16 * 1024;

type Answer = Result<Appended, AppendError>;

/// What the writer is asked.
pub(super) enum Request {
    Append(Append, oneshot::Sender<Answer>),
    Close,
}

/// Everything that only the writer's thread touches. Dropping it closes the journal to writers.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) clock: SharedClock,
    pub(super) space: Space,
    pub(super) tail: Tail,
    pub(super) heads: Heads,
    pub(super) head: watch::Sender<Position>,
    pub(super) public_head: watch::Sender<u64>,
    pub(super) unwritten: usize,
    /// None once the journal closes.
    pub(super) beside: Option<WriteBack>,
    /// Given back last.
    pub(super) _lock: Lock,
}

// === impl Writer ===

impl Writer {
    /// Works until it is told to close or nobody can ask any more.
    pub(super) fn run(mut self, requests: mpsc::Receiver<Request>) {
        let mut requests = Gathering::new(requests, QUEUE);
        let mut queued = Vec::with_capacity(QUEUE);
        while requests.next(&mut queued) {
            let (mut appends, mut callers) = (Vec::new(), Vec::new());
            for request in queued.drain(..) {
                match request {
                    Request::Append(append, caller) => {
                        appends.push(append);
                        callers.push(caller);
                    }
                    Request::Close => requests.close(),
                }
            }
            for (caller, answer) in callers.into_iter().zip(self.commit(&appends)) {
                // A caller that went away finds its events by their ids when it asks again.
                let _ = caller.send(answer);
            }
            self.write_back(&appends);
        }
        drop(self.beside.take());
        self.write_back_all("TRUNCATE");
    }

    fn commit(&mut self, appends: &[Append]) -> Vec<Answer> {
        let answers = match self.transact(appends) {
            Ok(answers) => answers,
            // Whichever spoiled it, each stands or falls by itself.
            Err(_) if appends.len() > 1 => appends.iter().map(|one| self.alone(one)).collect(),
            Err(error) => vec![Err(failure(error))],
        };
        let (position, public) = (Position(self.tail.position), self.tail.public);
        change(&self.head, position);
        change(&self.public_head, public);
        answers
    }

    fn alone(&mut self, append: &Append) -> Answer {
        match self.transact(std::slice::from_ref(append)) {
            Ok(mut answers) => answers.pop().unwrap_or_else(|| Err(closed())),
            Err(error) => Err(failure(error)),
        }
    }

    /// All that are right are on disk when this returns; on failure, none is.
    fn transact(&mut self, appends: &[Append]) -> rusqlite::Result<Vec<Answer>> {
        let before = self.tail;
        let outcome = self.try_transact(appends);
        if outcome.is_err() {
            if !self.connection.is_autocommit() {
                // Failing here too means that SQLite has already rolled back.
                let _ = self.connection.execute_batch("ROLLBACK");
            }
            self.tail = before;
            self.heads.clear();
        }
        outcome
    }

    fn try_transact(&mut self, appends: &[Append]) -> rusqlite::Result<Vec<Answer>> {
        self.connection
            .prepare_cached("BEGIN IMMEDIATE")?
            .execute([])?;
        let mut bench = Bench {
            connection: &self.connection,
            heads: &mut self.heads,
            tail: &mut self.tail,
            now: self.clock.now(),
            space_is_short: self.space.is_short(),
        };
        let answers = appends
            .iter()
            .map(|append| bench.take(append))
            .collect::<rusqlite::Result<Vec<_>>>()?;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(answers)
    }

    fn write_back(&mut self, appends: &[Append]) {
        self.unwritten += COMMIT_BYTES;
        self.unwritten += appends
            .iter()
            .flat_map(|append| &append.events)
            .map(|event| event.payload.len() + 512)
            .sum::<usize>();
        let is_due = self.unwritten >= WRITE_BACK_BYTES;
        let rest = self
            .beside
            .as_mut()
            .map(|beside| beside.after_commit(is_due));
        if rest != Some(Rest::Little) {
            return;
        }
        self.unwritten = 0;
        if self.write_back_all("PASSIVE") > WAL_PAGES {
            self.write_back_all("RESTART");
        }
    }

    /// Returns the pages that are in the WAL.
    fn write_back_all(&self, mode: &str) -> i64 {
        let _ = self.connection.busy_timeout(Duration::from_millis(50));
        write_back(&self.connection, mode)
    }
}

fn change<T: PartialEq>(watched: &watch::Sender<T>, to: T) {
    watched.send_if_modified(|now| {
        let changed = *now != to;
        *now = to;
        changed
    });
}

fn failure(error: rusqlite::Error) -> AppendError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => AppendError::NoSpace,
        _ => AppendError::Store(Box::new(error)),
    }
}

/// The answer of a journal that takes nothing any more.
pub(super) fn closed() -> AppendError {
    AppendError::Store(Box::new(super::Closed))
}

/// Starts the writer on a thread of its own.
pub(super) fn start(
    writer: Writer,
    requests: mpsc::Receiver<Request>,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new()
        .name("journal-writer".to_owned())
        .spawn(move || writer.run(requests))
}
