//! The one writer of this process: takes what has queued up, publishes it as one batch on top of
//! everything there is, then answers everybody.
//!
//! It knows the journal's end exactly. Whoever else wrote makes the batch fail as a whole; the writer
//! then reads what came in between and judges everything anew. An answer that was lost is settled in
//! the same way: what did arrive is found standing.

use super::{
    Settings, StoreError,
    batch::Batch,
    failure::Failure,
    message::Found,
    read::{PATIENCE, PAUSE, Page, Reader},
    stream,
};
use crate::{
    Append, AppendError, Appended, EventHash, JournalIdentity, Position, ReadError,
    known::{End, Known, KnownStreams, Verdict},
};
use async_nats::jetstream::{Context, stream::Info};
use clock::SharedClock;
use futures::future::try_join_all;
use jiff::Timestamp;
use std::{collections::HashSet, time::Duration};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, sleep, timeout},
};

/// Most appends in one batch, and most that wait for the next.
pub(super) const QUEUE: usize = 1024;
/// How often the writer looks whether somebody else has written.
const GLANCE: Duration = Duration::from_millis(250);
/// Events read at a time while catching up.
const PAGE: usize = 512;

pub(super) type Answer = Result<Appended, AppendError>;

/// What the writer is asked.
pub(super) enum Request {
    Append(Append, oneshot::Sender<Answer>),
    Close,
}

/// Where the journal ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tail {
    pub(super) position: Position,
    pub(super) public: u64,
    pub(super) hash: Option<EventHash>,
}

/// What only the writer's task touches. Dropping it closes the journal to writers.
pub(super) struct Writer {
    pub(super) context: Context,
    pub(super) settings: Settings,
    pub(super) reader: Reader,
    pub(super) identity: JournalIdentity,
    pub(super) clock: SharedClock,
    pub(super) tail: Tail,
    pub(super) known: KnownStreams,
    pub(super) head: watch::Sender<Position>,
    pub(super) public_head: watch::Sender<u64>,
    /// Begins the names of this process's batches.
    pub(super) name: String,
    pub(super) batches: u64,
    /// Another journal or another life of it was seen in the stream: nothing is written any more.
    pub(super) is_another: bool,
}

/// What came of one round of judging, were its batch to be taken.
struct Judged {
    /// One for each append that was looked at, from the first on.
    answers: Vec<Answer>,
    batch: Batch,
    tail: Tail,
}

// === impl Writer ===

impl Writer {
    /// Works until it is told to close or nobody can ask any more.
    pub(super) async fn run(mut self, mut requests: mpsc::Receiver<Request>) {
        let mut queued = Vec::with_capacity(QUEUE);
        loop {
            let received = requests.recv_many(&mut queued, QUEUE);
            match timeout(GLANCE, received).await {
                Err(_) => self.glance().await,
                Ok(0) => return,
                Ok(_) => self.answer_all(&mut queued, &mut requests).await,
            }
        }
    }

    async fn glance(&mut self) {
        if self.is_another {
            return;
        }
        if let Err(error) = self.catch_up().await {
            let error = &error as &dyn std::error::Error;
            tracing::debug!(error, "could not see whether others have written");
        }
    }

    async fn answer_all(
        &mut self,
        queued: &mut Vec<Request>,
        requests: &mut mpsc::Receiver<Request>,
    ) {
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
        let mut callers = callers.into_iter();
        let mut left = &appends[..];
        while !left.is_empty() {
            let answers = self.commit(left).await;
            left = left.get(answers.len()..).unwrap_or_default();
            for (caller, answer) in callers.by_ref().zip(answers) {
                // A caller that went away finds its events by their ids when it asks again.
                let _ = caller.send(answer);
            }
        }
    }

    /// Answers as many of `appends`, from the first on, as fit into one batch; at least one. Where
    /// the store fails, all.
    async fn commit(&mut self, appends: &[Append]) -> Vec<Answer> {
        let until = Instant::now() + PATIENCE;
        let mut is_fresh = false;
        loop {
            if self.is_another {
                return appends.iter().map(|_| another()).collect();
            }
            let failure = match self.try_commit(appends, is_fresh).await {
                Ok(answers) => return answers,
                Err(failure) => failure,
            };
            // What was planned did not come to be, or did so unseen.
            self.known.clear();
            match failure {
                _ if Instant::now() >= until => return failure.answers(appends.len()),
                Failure::NoSpace => return failure.answers(appends.len()),
                Failure::Unclear(_) => sleep(PAUSE).await,
                Failure::Overtaken => {}
            }
            is_fresh = self.catch_up().await.is_ok();
        }
    }

    async fn try_commit(
        &mut self,
        appends: &[Append],
        is_fresh: bool,
    ) -> Result<Vec<Answer>, Failure> {
        self.known.make_room();
        self.learn(appends).await?;
        let Judged {
            answers,
            batch,
            tail,
        } = self.judge(appends);
        if !is_fresh && answers.iter().any(Result::is_err) {
            let before = self.tail.position;
            self.catch_up().await?;
            if self.tail.position != before {
                return Err(Failure::Overtaken);
            }
        }
        if !batch.is_empty() {
            self.batches += 1;
            let name = format!("{}-{}", self.name, self.batches);
            batch.publish(&self.context, &name).await?;
            self.advance(tail);
        }
        Ok(answers)
    }

    /// Looks up those streams that are not remembered.
    async fn learn(&mut self, appends: &[Append]) -> Result<(), ReadError> {
        let unknown: HashSet<_> = appends
            .iter()
            .map(|append| append.stream.as_str())
            .filter(|stream| self.known.get(stream).is_none())
            .collect();
        let reader = &self.reader;
        let learnt = try_join_all(unknown.into_iter().map(async |stream| {
            let events = reader.stream(stream).await?;
            let known = Known::of(events.iter().map(|found| &found.event));
            Ok::<_, ReadError>((stream, known))
        }));
        for (stream, known) in learnt.await? {
            self.known.put(stream, known);
        }
        Ok(())
    }

    /// Judges in order, each append on top of those before it.
    fn judge(&mut self, appends: &[Append]) -> Judged {
        let now = self.clock.now();
        let mut judged = Judged {
            answers: Vec::with_capacity(appends.len()),
            batch: Batch::new(self.tail.position),
            tail: self.tail,
        };
        let mut begun = HashSet::new();
        for append in appends {
            let answer = match append.malformed() {
                Some(reason) => Err(AppendError::Invalid(reason)),
                None => match self.verdict(append) {
                    Verdict::Standing(appended) => Ok(appended),
                    Verdict::Refused(error) => Err(error),
                    Verdict::Write => {
                        let bytes = append.events.iter().map(|event| event.payload.len()).sum();
                        if !judged.batch.has_room(append.events.len(), bytes) {
                            break;
                        }
                        let is_first = begun.insert(append.stream.as_str());
                        Ok(self.plan(append, is_first, now, &mut judged))
                    }
                },
            };
            judged.answers.push(answer);
        }
        judged
    }

    fn verdict(&self, append: &Append) -> Verdict {
        match self.known.get(append.stream.as_str()) {
            Some(known) => known.judge(append),
            None => Known::default().judge(append),
        }
    }

    fn plan(
        &mut self,
        append: &Append,
        is_first: bool,
        now: Timestamp,
        judged: &mut Judged,
    ) -> Appended {
        let nothing = Known::default();
        let stream = append.stream.as_str();
        let known = self.known.get(stream).unwrap_or(&nothing);
        let mut last = known.end().map_or(Position::START, |end| end.position);
        let mut revision = known.end().map_or(0, |end| end.revision + 1);
        let recorded_at = known.recorded_at(now);
        let stored = known.encode(append, now);
        let mut expected = is_first.then_some(last);
        for (event, stored) in append.events.iter().zip(stored) {
            last = judged.batch.next();
            judged.tail = Tail {
                position: last,
                public: judged.tail.public + u64::from(event.public_as.is_some()),
                hash: Some(stored.hash),
            };
            let end = End {
                revision,
                position: last,
                hash: stored.hash,
                recorded_at,
            };
            self.known.push(stream, event.id, end);
            let subject = self.settings.subject(stream);
            let public = judged.tail.public;
            judged.batch.push(subject, stored, public, expected.take());
            revision += 1;
        }
        Appended {
            position: last,
            revision: revision.saturating_sub(1),
            repeated: false,
        }
    }

    /// Reads what others have written, up to the end of their last batch.
    async fn catch_up(&mut self) -> Result<(), ReadError> {
        let info = self.reader.info().await?;
        self.check_life(&info)?;
        let last = info.state.last_sequence;
        if last < self.tail.position.0 {
            return Err(StoreError::WentBack.into());
        }
        if last == self.tail.position.0 {
            return Ok(());
        }
        self.check_tail().await?;
        let (mut seen, mut is_whole) = (self.tail.position.0, true);
        while seen < last {
            let page = Page {
                from: seen + 1,
                to: last,
                limit: PAGE,
                of: None,
            };
            for found in dense(seen, self.reader.page(page).await?)? {
                self.known.take(&found.event);
                (seen, is_whole) = (found.event.position.0, found.is_whole);
                if is_whole {
                    self.advance(Tail::at(&found));
                }
            }
        }
        if is_whole {
            Ok(())
        } else {
            Err(StoreError::Unfinished.into())
        }
    }

    /// A stream that is being filled may yet be ours again; one with another name or life never.
    fn check_life(&mut self, info: &Info) -> Result<(), StoreError> {
        if stream::identity(info).ok() == Some(self.identity) {
            return Ok(());
        }
        let there = stream::standing(info).map(|there| there.identity);
        self.is_another = there.is_ok_and(|there| there != self.identity);
        if self.is_another {
            let stream = self.settings.stream();
            let error = &StoreError::Another as &dyn std::error::Error;
            tracing::error!(stream, error, "nothing is written to the journal any more");
        }
        Err(StoreError::Another)
    }

    /// A stream that was rolled back and has grown since is told by what stands at our end.
    async fn check_tail(&self) -> Result<(), ReadError> {
        let Some(hash) = self.tail.hash else {
            return Ok(());
        };
        let found = self.reader.at(self.tail.position.0).await?;
        if found.event.hash == hash {
            Ok(())
        } else {
            Err(StoreError::WentBack.into())
        }
    }

    fn advance(&mut self, tail: Tail) {
        self.tail = tail;
        change(&self.head, tail.position);
        change(&self.public_head, tail.public);
    }
}

// === impl Tail ===

impl Tail {
    /// The journal as it ends with this event.
    pub(super) fn at(found: &Found) -> Self {
        Self {
            position: found.event.position,
            public: found.public,
            hash: Some(found.event.hash),
        }
    }
}

/// Checks that nothing is missing after `seen`.
pub(super) fn dense(seen: u64, events: Vec<Found>) -> Result<Vec<Found>, ReadError> {
    let expected = (seen + 1..).zip(&events);
    for (expected, found) in expected {
        if found.event.position.0 != expected {
            return Err(ReadError::Corrupt(Position(expected)));
        }
    }
    Ok(events)
}

fn another() -> Answer {
    Err(AppendError::Store(Box::new(StoreError::Another)))
}

fn change<T: PartialEq>(watched: &watch::Sender<T>, to: T) {
    watched.send_if_modified(|now| {
        let changed = *now != to;
        *now = to;
        changed
    });
}
