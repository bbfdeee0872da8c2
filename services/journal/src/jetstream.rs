//! The adapter for those who outgrow one machine: one JetStream stream is the journal, one subject in
//! it is an event stream, and the broker's replicas keep it.
//!
//! Positions are the stream's own sequences. Each append is part of one atomic batch that is taken
//! only on top of the very last event that the writer knows, so that revisions, hashes and public
//! counts are exact though several processes may write. Whoever runs the broker sees to copies of it
//! (`nats stream backup`), to how many replicas there are, and that `sync_interval` is `always`.

mod batch;
mod failure;
mod fill;
mod message;
mod public;
mod read;
mod stream;
mod writer;

pub use fill::JetStreamFill;

use crate::{
    Append, AppendError, Appended, EventHash, Journal, JournalIdentity, Position, ReadError,
    Recorded, StreamName, Verbatim,
    drawn::{self, NoRandom},
    id::hex,
    known::KnownStreams,
    page::PublicPage,
};
use async_nats::{Client, jetstream::context::ContextBuilder};
use async_trait::async_trait;
use clock::SharedClock;
use message::Found;
use public::PublicIndex;
use read::{PATIENCE, Page, Reader};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};
use writer::{Request, Tail, Writer};

/// What is told to a journal when it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whose journal it is, e.g. `police`. Its stream is `journal-<name>`, its subjects are
    /// `firstbell.journal.<name>.*`.
    pub name: String,
    /// How many servers keep it, where it is made; 1, 3 or 5.
    pub replicas: usize,
}

/// Why a journal could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A stream of that name is there, and is none of ours.
    #[error(
        "open the journal: the stream of its name in the broker is not a journal; remove that \
         stream, or name another broker"
    )]
    NotAJournal,
    /// It is being copied there, or copying it was interrupted.
    #[error("open the journal: it is not all copied there; run `firstbell journal copy` again")]
    Unfinished,
    /// Somebody has changed the stream so that it would lose events.
    #[error(
        "open the journal: its stream in the broker must be in files, take atomic batches, have no \
         limit of age or number, and refuse what is new when it is full"
    )]
    Unfit,
    /// The broker refuses large messages. Holds its limit in bytes.
    #[error(
        "open the journal: the broker takes messages of {bytes} bytes only; set max_payload to 8MB"
    )]
    MaxPayload {
        /// The broker's limit.
        bytes: usize,
    },
    /// The broker could not be asked.
    #[error("open the journal's stream")]
    Store(#[from] StoreError),
    /// The journal's end could not be read.
    #[error("read the end of the journal")]
    Read(#[from] ReadError),
    /// The machine gave no random bytes to name a new journal with.
    #[error("name a new journal")]
    Random(#[from] NoRandom),
}

/// What can go wrong with a journal in a broker.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The broker could not be asked, or answered with an error.
    #[error("ask the broker")]
    Broker(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The broker did not answer in time, or with something else.
    #[error("wait for the broker's answer")]
    Silent,
    /// No replica that answers has the event that must be there.
    #[error("find a replica of the journal that is up to date")]
    Behind,
    /// The last batch in the stream has no end.
    #[error("read the journal's end: its last batch is not finished")]
    Unfinished,
    /// The stream ends before what it had acknowledged.
    #[error(
        "use the journal: its stream ends before what was acknowledged; if an older copy was put \
         back, stop its service and run `firstbell journal new-epoch`"
    )]
    WentBack,
    /// The stream is that of another journal, or of another life of it.
    #[error(
        "use the journal: another journal or another epoch of it is in its stream; open it anew"
    )]
    Another,
    /// Others kept writing first.
    #[error("write to the journal: others kept writing first")]
    Overtaken,
    /// The time for one append is over. It may yet be found in its stream.
    #[error("append in time")]
    NotTaken(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The journal was closed.
    #[error("use the journal: it is closed")]
    Closed,
}

/// A journal in one JetStream stream.
///
/// Dropping it lets what is queued be written, in the background.
pub struct JetStreamJournal {
    identity: JournalIdentity,
    head: watch::Receiver<Position>,
    public_head: watch::Receiver<u64>,
    reader: Reader,
    public: PublicIndex,
    requests: mpsc::Sender<Request>,
}

/// How long one question to the broker may take.
const ANSWER: Duration = Duration::from_secs(3);

// === impl OpenError ===

impl OpenError {
    /// Whether trying again later may help: the broker is away, or was.
    pub fn may_pass(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Read(ReadError::Store(_)))
    }
}

// === impl Settings ===

impl Settings {
    fn stream(&self) -> String {
        format!("journal-{}", self.name)
    }

    fn subject(&self, stream: &str) -> String {
        format!("firstbell.journal.{}.{stream}", self.name)
    }
}

// === impl StoreError ===

impl StoreError {
    fn broker(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Broker(Box::new(error))
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Store(Box::new(error))
    }
}

// === impl JetStreamJournal ===

impl JetStreamJournal {
    /// Opens the journal in the broker that `client` is connected to, making a new one where there
    /// is none.
    pub async fn open(
        client: Client,
        settings: Settings,
        clock: SharedClock,
    ) -> Result<Self, OpenError> {
        let context = ContextBuilder::new()
            .timeout(ANSWER)
            .ack_timeout(ANSWER)
            .build(client);
        let identity = stream::open(&context, &settings, drawn::id()?).await?;
        let reader = Reader::new(context.clone(), settings.clone()).await?;
        let tail = tail(&reader).await?;
        let (head, head_seen) = watch::channel(tail.position);
        let (public_head, public_head_seen) = watch::channel(tail.public);
        let (requests, queue) = mpsc::channel(writer::QUEUE);
        let writer = Writer {
            context,
            settings,
            reader: reader.clone(),
            identity,
            clock,
            tail,
            known: KnownStreams::default(),
            head,
            public_head,
            name: hex(&drawn::id()?),
            batches: 0,
            is_another: false,
        };
        tokio::spawn(writer.run(queue));
        Ok(Self {
            identity,
            head: head_seen,
            public_head: public_head_seen,
            public: PublicIndex::new(reader.clone()),
            reader,
            requests,
        })
    }

    /// Writes what is queued, then takes nothing more. Followers end; reads go on.
    pub async fn close(&self) {
        // Refused: it is closed already.
        let _ = self.requests.send(Request::Close).await;
        // The writer takes the head with it when it has written all and ends.
        let mut head = self.head.clone();
        while head.changed().await.is_ok() {}
    }

    /// Events after `after` and not after the head, at most `limit` of them.
    async fn after(&self, after: Position, limit: usize) -> Result<Vec<Found>, ReadError> {
        let to = self.head.borrow().0;
        let from = after.0.saturating_add(1);
        let page = Page {
            from,
            to,
            limit,
            of: None,
        };
        writer::dense(after.0, self.reader.page(page).await?)
    }

    /// The last event of `stream` once everything up to it is behind the head: before that, the batch
    /// that it came with may be there in part only.
    async fn last_of(&self, stream: &StreamName) -> Result<Option<Found>, ReadError> {
        let mut head = self.head.clone();
        loop {
            let Some(last) = self.reader.last_of(stream.as_str()).await? else {
                return Ok(None);
            };
            let position = last.event.position;
            if position <= *head.borrow() {
                return Ok(Some(last));
            }
            let caught_up = timeout(PATIENCE, head.wait_for(|head| *head >= position)).await;
            match caught_up {
                Ok(Ok(_)) => {}
                Ok(Err(_)) => return Err(StoreError::Closed.into()),
                Err(_) => return Err(StoreError::Behind.into()),
            }
        }
    }
}

#[async_trait]
impl Journal for JetStreamJournal {
    async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let (answer, answered) = oneshot::channel();
        let request = Request::Append(append, answer);
        self.requests.send(request).await.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    async fn read(&self, stream: &StreamName) -> Result<Vec<Recorded>, ReadError> {
        let Some(last) = self.last_of(stream).await? else {
            return Ok(Vec::new());
        };
        let events = self.reader.up_to(stream.as_str(), last).await?;
        Ok(events.into_iter().map(|found| found.event).collect())
    }

    async fn read_all(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        let events = self.after(after, limit).await?;
        Ok(events.into_iter().map(|found| found.event).collect())
    }

    async fn read_verbatim(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Verbatim>, ReadError> {
        let events = self.after(after, limit).await?;
        Ok(events.into_iter().map(Found::verbatim).collect())
    }

    async fn read_public(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(u64, Recorded)>, ReadError> {
        let (head, last) = (*self.head.borrow(), *self.public_head.borrow());
        let wanted = usize::try_from(last.saturating_sub(after)).map_or(limit, |it| it.min(limit));
        if wanted == 0 {
            return Ok(Vec::new());
        }
        let mut position = self.public.before(after, head, last).await?;
        let mut page = PublicPage::new(wanted);
        while !page.is_full() {
            let events = self.after(position, PAGE).await?;
            if events.is_empty() {
                break;
            }
            for found in events {
                position = found.event.position;
                if found.public > after && found.event.frame.public_as.is_some() {
                    page.add(found.public, found.event);
                }
            }
        }
        let events = page.events();
        if let Some((number, event)) = events.last() {
            self.public.remember(*number, event.position);
        }
        Ok(events)
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
        let head = *self.head.borrow();
        if head == Position::START {
            return Ok(None);
        }
        Ok(Some(self.reader.at(head.0).await?.event.hash))
    }
}

/// Events read at a time where public ones are looked for.
const PAGE: usize = 512;

/// Where the journal ends.
async fn tail(reader: &Reader) -> Result<Tail, OpenError> {
    let last = reader.info().await?.state.last_sequence;
    if last == 0 {
        return Ok(Tail::default());
    }
    let found = reader.at(last).await?;
    if found.is_whole {
        Ok(Tail::at(&found))
    } else {
        Err(StoreError::Unfinished.into())
    }
}

fn closed() -> AppendError {
    AppendError::Store(Box::new(StoreError::Closed))
}
