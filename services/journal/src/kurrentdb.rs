//! The adapter for those who run KurrentDB (or EventStoreDB from 21.10 on): one KurrentDB stream is an
//! event stream, and the order of `$all` is the journal's.
//!
//! Positions are commit positions. Public events are counted by following the journal from its first
//! event, which opening does once. Whoever runs the server sees to copies of it, to its free space, and
//! to a `MaxAppendSize` of at least 8 MiB; the adapter never deletes or truncates.

mod append;
mod event;
mod fill;
mod followed;
mod follower;
mod identity;
mod read;

pub use fill::KurrentDbFill;

use crate::{
    Append, AppendError, Appended, EventHash, Journal, JournalIdentity, Position, ReadError,
    Recorded, StreamName, Verbatim, drawn::NoRandom, page::PublicPage,
};
use append::Appender;
use async_trait::async_trait;
use clock::SharedClock;
use eventstore::{Client, ClientSettings};
use followed::Followed;
use follower::Follower;
use read::Reader;
use std::{
    hash::{BuildHasher, RandomState},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Mutex, watch},
    task::JoinHandle,
};

/// What is told to a journal when it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whose journal it is, e.g. `police`: 1 to 32 of `a-z` and `0-9`. Its streams begin with
    /// `firstbell_<name>-`.
    pub name: String,
}

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The connection string is none.
    #[error("read the connection string of KurrentDB, e.g. kurrentdb://one:2113?tls=true")]
    Connection(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The name is none.
    #[error("read the journal's name: it takes 1 to 32 characters of a-z and 0-9")]
    Name,
    /// What stands in the place of the journal's identity is something else.
    #[error("open the journal: the server holds something else in its place; name another server")]
    NotAJournal,
    /// It is being copied there, or copying it was interrupted.
    #[error("open the journal: it is not all copied there; run `firstbell journal copy` again")]
    Unfinished,
    /// The server could not be asked.
    #[error("open the journal's streams")]
    Store(#[from] StoreError),
    /// The journal could not be read.
    #[error("read the journal to count its public events")]
    Read(#[from] ReadError),
    /// The machine gave no random bytes to name a new journal with.
    #[error("name a new journal")]
    Random(#[from] NoRandom),
}

/// What can go wrong with a journal in KurrentDB.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The server could not be asked, or answered with an error.
    #[error("ask the server")]
    Server(#[source] eventstore::Error),
    /// What was written or read before is not seen in time.
    #[error("find a server of the journal that is up to date")]
    Behind,
    /// Others kept writing first.
    #[error("write to the journal: others kept writing first")]
    Overtaken,
    /// The time for one append is over. It may yet be found in its stream.
    #[error("append in time")]
    NotTaken(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The journal was closed.
    #[error("use the journal: it is closed")]
    Closed,
}

/// A journal in KurrentDB.
pub struct KurrentDbJournal {
    identity: JournalIdentity,
    head: watch::Receiver<Position>,
    public_head: watch::Receiver<u64>,
    reader: Reader,
    followed: Arc<Followed>,
    appender: Appender,
    /// Appends to one stream wait for each other; those to others seldom do.
    turns: Vec<Mutex<()>>,
    hasher: RandomState,
    is_closed: AtomicBool,
    follower: JoinHandle<()>,
}

/// How many appends go on at once at most.
const TURNS: usize = 256;
/// How long one question to the server may take.
const ANSWER: Duration = Duration::from_secs(3);
/// How long is asked again where nobody answers.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// Events read at a time where public ones are looked for.
const PAGE: usize = 512;

// === impl OpenError ===

impl OpenError {
    /// Whether trying again later may help: the server is away, or was.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Store(StoreError::Server(error)) => !is_for_good(error),
            Self::Store(_) | Self::Read(ReadError::Store(_)) => true,
            _ => false,
        }
    }
}

/// What the server says of us, and not of itself.
fn is_for_good(error: &eventstore::Error) -> bool {
    use eventstore::Error;
    let refusals = [tonic::Code::Unauthenticated, tonic::Code::PermissionDenied];
    match error {
        Error::AccessDenied | Error::UnsupportedFeature => true,
        // The client's codes are of another version of the same crate.
        Error::Grpc { code, .. } => refusals.contains(&i32::from(*code).into()),
        _ => false,
    }
}

// === impl Settings ===

impl Settings {
    fn is_sound(&self) -> bool {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        (1..=32).contains(&self.name.len()) && self.name.bytes().all(plain)
    }

    fn stream(&self, stream: &str) -> String {
        format!("firstbell_{}-{stream}", self.name)
    }

    /// Not among the streams of any journal.
    fn identity(&self) -> String {
        format!("firstbell_{}_identity", self.name)
    }
}

// === impl StoreError ===

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}

impl From<StoreError> for AppendError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}

fn client(connection: &str) -> Result<Client, OpenError> {
    let parsed: Result<ClientSettings, _> = connection.parse();
    let parsed = parsed.map_err(|error| OpenError::Connection(Box::new(error)))?;
    Client::new(parsed).map_err(|error| OpenError::Connection(error.into()))
}

// === impl KurrentDbJournal ===

impl KurrentDbJournal {
    /// Opens the journal in the server or cluster of the connection string `connection`, e.g.
    /// `kurrentdb://one:2113,two:2113,three:2113?tls=true`, making a new one where there is none.
    ///
    /// Reads the whole journal once.
    pub async fn open(
        connection: &str,
        settings: Settings,
        clock: SharedClock,
    ) -> Result<Self, OpenError> {
        if !settings.is_sound() {
            return Err(OpenError::Name);
        }
        let client = client(connection)?;
        let identity = identity::open(&client, &settings).await?;
        let reader = Reader { client, settings };
        let followed = Arc::new(Followed::default());
        let (head, head_seen) = watch::channel(Position::START);
        let (public_head, public_head_seen) = watch::channel(0);
        let follower = Follower {
            reader: reader.clone(),
            followed: Arc::clone(&followed),
            head,
            public_head,
        };
        follower.catch_up().await?;
        Ok(Self {
            identity,
            head: head_seen,
            public_head: public_head_seen,
            appender: Appender {
                reader: reader.clone(),
                followed: Arc::clone(&followed),
                clock,
            },
            reader,
            followed,
            turns: (0..TURNS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            is_closed: AtomicBool::new(false),
            follower: tokio::spawn(follower.run()),
        })
    }

    /// Finishes the appends that go on, then takes no more. Followers end; reads go on.
    pub async fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        for turn in &self.turns {
            drop(turn.lock().await);
        }
        self.follower.abort();
    }

    fn turn(&self, stream: &StreamName) -> &Mutex<()> {
        let at = self.hasher.hash_one(stream) % TURNS as u64;
        &self.turns[usize::try_from(at).unwrap_or_default()]
    }
}

impl Drop for KurrentDbJournal {
    fn drop(&mut self) {
        self.follower.abort();
    }
}

#[async_trait]
impl Journal for KurrentDbJournal {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        if let Some(reason) = append.malformed() {
            return Err(AppendError::Invalid(reason));
        }
        let _turn = self.turn(&append.stream).lock().await;
        if self.is_closed.load(Ordering::SeqCst) {
            return Err(StoreError::Closed.into());
        }
        self.appender.append(&append).await
    }

    async fn read(&self, stream: &StreamName) -> Result<Vec<Recorded>, ReadError> {
        let events = self.reader.stream(stream.as_str()).await?;
        Ok(events.into_iter().map(|found| found.event).collect())
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let head = *self.head.borrow();
        let events = self.reader.up_to(head, after, limit).await?;
        Ok(events.into_iter().map(|found| found.event).collect())
    }

    async fn read_verbatim(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Verbatim>, ReadError> {
        let head = *self.head.borrow();
        let events = self.reader.up_to(head, after, limit).await?;
        let prefix = self.reader.settings.stream("");
        let verbatim = events.into_iter().map(|found| {
            let public = self.followed.number_at(found.event.position);
            found.verbatim(&prefix, public)
        });
        Ok(verbatim.collect())
    }

    async fn read_public(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Recorded)>, ReadError> {
        let head = *self.head.borrow();
        let position = match after {
            0 => Some(Position::START),
            _ => self.followed.public(after),
        };
        let Some(mut position) = position else {
            return Ok(Vec::new());
        };
        let mut number = after;
        let mut page = PublicPage::new(limit);
        while !page.is_full() && position < head {
            for found in self.reader.up_to(head, position, PAGE).await? {
                position = found.event.position;
                if found.event.frame.public_as.is_some() {
                    number += 1;
                    page.add(number, found.event);
                }
            }
        }
        Ok(page.events())
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
        Ok(self.followed.last_hash())
    }
}
