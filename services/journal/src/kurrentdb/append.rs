//! One append: judged by what is known of its stream, written by the server only on top of the
//! expected revision, answered once it is seen.
//!
//! An answer that was lost is settled by reading the stream: what arrived is found standing, what did
//! not is tried again until patience ends.

use super::{
    ANSWER, PATIENCE, PAUSE, StoreError,
    event::proposed,
    followed::{Followed, Next, Writing},
    read::Reader,
};
use crate::{Append, AppendError, Appended, Expected, ReadError, known::Verdict};
use clock::SharedClock;
use eventstore::{AppendToStreamOptions, Error, StreamState};
use std::sync::Arc;
use tokio::time::{Instant, sleep, timeout};

/// Carries out appends; those to one stream one after the other.
pub(super) struct Appender {
    pub(super) reader: Reader,
    pub(super) followed: Arc<Followed>,
    pub(super) clock: SharedClock,
}

/// Why a try did not settle an append.
enum Failure {
    /// It is settled: this is the answer.
    Refused(AppendError),
    /// What was known is not so any more.
    Stale,
    /// The answer was lost. Whether it was taken is to be seen in the stream.
    Unclear(Box<dyn std::error::Error + Send + Sync>),
}

// === impl Appender ===

impl Appender {
    pub(super) async fn append(&self, append: &Append) -> Result<Appended, AppendError> {
        let until = Instant::now() + PATIENCE;
        loop {
            let failure = match self.attempt(append).await {
                Ok(appended) => return Ok(appended),
                Err(failure) => failure,
            };
            self.followed.give_up(append);
            self.followed.forget(append.stream.as_str());
            match failure {
                Failure::Refused(error) => return Err(error),
                Failure::Stale if Instant::now() < until => {}
                Failure::Stale => return Err(StoreError::Overtaken.into()),
                Failure::Unclear(_) if Instant::now() < until => sleep(PAUSE).await,
                Failure::Unclear(cause) => return Err(StoreError::NotTaken(cause).into()),
            }
        }
    }

    async fn attempt(&self, append: &Append) -> Result<Appended, Failure> {
        let now = self.clock.now();
        let mut is_fresh = false;
        let writing = loop {
            match self.followed.judge(append, now) {
                Next::Look => {
                    let stream = append.stream.as_str();
                    let events = self.reader.stream(stream).await?;
                    self.followed.learn(stream, &events);
                    is_fresh = true;
                }
                Next::Settled(Verdict::Standing(appended)) => return Ok(appended),
                Next::Settled(Verdict::Refused(error)) if is_fresh => {
                    return Err(Failure::Refused(error));
                }
                Next::Settled(_) => return Err(Failure::Stale),
                Next::Write(writing) => break writing,
            }
        };
        self.write(append, writing).await
    }

    async fn write(&self, append: &Append, writing: Writing) -> Result<Appended, Failure> {
        let Writing { stored, seen } = writing;
        let ours = stored.last().map(|stored| stored.hash);
        let events = proposed(&append.events, stored);
        let options = AppendToStreamOptions::default()
            .stream_state(match append.expected {
                Expected::NoStream => StreamState::NoStream,
                Expected::Revision(revision) => StreamState::StreamRevision(revision),
            })
            .requires_leader(true)
            .deadline(ANSWER);
        let name = self.reader.settings.stream(append.stream.as_str());
        let client = &self.reader.client;
        client.append_to_stream(name, &options, events).await?;
        let seen = timeout(PATIENCE, seen).await;
        let Ok(Ok(seen)) = seen else {
            return Err(Failure::Unclear(Box::new(StoreError::Behind)));
        };
        Ok(Appended {
            position: seen.position,
            revision: seen.revision,
            // The server takes the same ids on top of the same revision for a success, also where
            // they are another's.
            repeated: ours != Some(seen.hash),
        })
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Unclear(Box::new(error))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::WrongExpectedVersion { .. } => Self::Stale,
            Error::Grpc { ref message, .. } if message.contains("Maximum Append Size") => {
                let reason = "they are more than the server takes at once; raise MaxAppendSize";
                Self::Refused(AppendError::Invalid(reason))
            }
            Error::AccessDenied | Error::UnsupportedFeature | Error::ResourceDeleted => {
                Self::Refused(StoreError::Server(error).into())
            }
            error => Self::Unclear(Box::new(StoreError::Server(error))),
        }
    }
}
