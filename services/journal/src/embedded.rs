//! The default adapter: one SQLite file, one writer that commits for many at once, a few readers.

mod append;
mod backup;
mod file;
mod fill;
mod heads;
mod lock;
mod readers;
mod restore;
mod schema;
mod space;
mod write_back;
mod writer;

pub use backup::{BackedUp, BackupError};
pub use file::JournalFile;
pub use fill::EmbeddedFill;
pub use restore::{Held, RestoreError};
pub use write_back::{Rest, WriteBack, write_back};

use crate::{
    Append, AppendError, Appended, EventHash, Journal, JournalIdentity, Position, ReadError,
    Recorded, StreamName, Verbatim,
};
use async_trait::async_trait;
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use clock::SharedClock;
use readers::Readers;
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread::JoinHandle,
};
use tokio::sync::{mpsc, oneshot, watch};
use writer::{Request, Writer, closed};

/// What is told to a journal when it is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Free bytes on the disk below which appends that must keep the reserve are refused.
    pub free_space_reserve_bytes: u64,
}

/// Why a journal's file could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It is open for writing already, here or in another process.
    #[error("open the journal: another process has it open")]
    InUse,
    /// The file is something else.
    #[error("open the journal: the file is not a journal")]
    NotAJournal,
    /// It is being copied here, or copying it was interrupted.
    #[error("open the journal: it is not all copied here; run `firstbell journal copy` again")]
    Unfinished,
    /// It was written by another version. Holds the format found.
    #[error("open the journal: its format {0} is not one that this version reads")]
    Format(i32),
    /// The last event is not what was written.
    #[error("open the journal: its last event, at {0:?}, is damaged; audit it or restore a backup")]
    Tail(Position),
    /// The lock, the folder or the thread could not be had.
    #[error("open the journal's folder")]
    Io(#[source] std::io::Error),
    /// SQLite could not open or read the file.
    #[error("open the journal's file")]
    Sqlite(#[from] rusqlite::Error),
    /// The machine gave no random bytes to name a new journal with.
    #[error("name a new journal: the machine gave no random bytes")]
    Random,
}

/// The journal was closed.
#[derive(Debug, thiserror::Error)]
#[error("use the journal: it is closed")]
pub struct Closed;

/// A journal in one SQLite file.
///
/// Dropping it waits for the commit in progress; what was queued behind it is committed too.
pub struct EmbeddedJournal {
    path: PathBuf,
    identity: JournalIdentity,
    head: watch::Receiver<Position>,
    public_head: watch::Receiver<u64>,
    readers: Readers,
    /// None only while it is being dropped.
    requests: Option<mpsc::Sender<Request>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

// === impl Settings ===

impl Default for Settings {
    fn default() -> Self {
        Self {
            free_space_reserve_bytes: 256 * 1024 * 1024,
        }
    }
}

// === impl EmbeddedJournal ===

impl EmbeddedJournal {
    /// Opens the journal at `path`, making a new one where there is none.
    ///
    /// Reads and writes the disk before it returns, so an async caller opens at its start only.
    pub fn open(path: &Path, settings: Settings, clock: SharedClock) -> Result<Self, OpenError> {
        let lock = lock::Lock::take(path)?;
        let connection = schema::connect_to_write(path)?;
        schema::make_if_new(&connection, new_id()?)?;
        let identity = schema::identity(&connection)?;
        let tail = schema::tail(&connection)?;
        let (head, head_seen) = watch::channel(Position(tail.position));
        let (public_head, public_head_seen) = watch::channel(tail.public);
        let (requests, queue) = mpsc::channel(writer::QUEUE);
        let readers = Readers::open(path)?;
        let beside = WriteBack::start(schema::connect_to_write(path)?).map_err(OpenError::Io)?;
        let writer = Writer {
            connection,
            clock,
            space: space::Space::around(path, settings.free_space_reserve_bytes),
            tail,
            heads: heads::Heads::default(),
            head,
            public_head,
            unwritten: 0,
            beside: Some(beside),
            _lock: lock,
        };
        Ok(Self {
            path: path.to_owned(),
            identity,
            head: head_seen,
            public_head: public_head_seen,
            readers,
            requests: Some(requests),
            writer: Mutex::new(Some(writer::start(writer, queue).map_err(OpenError::Io)?)),
        })
    }

    /// The file that it is in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Commits what is queued, then takes nothing more. Followers end; reads go on.
    pub async fn close(&self) {
        if let Some(requests) = &self.requests {
            // Refused: it is closed already.
            let _ = requests.send(Request::Close).await;
        }
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            let _ = tokio::task::spawn_blocking(move || writer.join()).await;
        }
    }
}

impl Drop for EmbeddedJournal {
    fn drop(&mut self) {
        self.requests = None;
        let writer = self
            .writer
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(writer) = writer {
            let _ = writer.join();
        }
    }
}

#[async_trait]
impl Journal for EmbeddedJournal {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let requests = self.requests.as_ref().ok_or_else(closed)?;
        let (answer, answered) = oneshot::channel();
        let request = Request::Append(append, answer);
        requests.send(request).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    async fn read(&self, stream: &StreamName) -> Result<Vec<Recorded>, ReadError> {
        let stream = stream.clone();
        self.readers
            .run(move |file| readers::stream(file, &stream))
            .await
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let last = *self.head.borrow();
        self.readers.all(after, limit, last).await
    }

    async fn read_verbatim(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Verbatim>, ReadError> {
        self.readers
            .run(move |connection| file::verbatim(connection, after, limit))
            .await
    }

    async fn read_public(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Recorded)>, ReadError> {
        self.readers
            .run(move |file| readers::public(file, after, limit))
            .await
    }

    fn head(&self) -> watch::Receiver<Position> {
        self.head.clone()
    }

    fn public_head(&self) -> watch::Receiver<u64> {
        self.public_head.clone()
    }

    fn identity(&self) -> JournalIdentity {
        self.identity
    }

    async fn last_hash(&self) -> Result<Option<EventHash>, ReadError> {
        self.readers.run(readers::last_hash).await
    }
}

fn new_id() -> Result<[u8; 16], OpenError> {
    let mut id = [0; 16];
    SystemRandom::new()
        .fill(&mut id)
        .map_err(|_| OpenError::Random)?;
    Ok(id)
}
