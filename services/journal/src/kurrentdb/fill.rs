//! A journal's streams that are filled with the events of a journal kept elsewhere.
//!
//! One append follows on the other, so that `$all` has them in the order of the journal. Events that
//! are there already, unseen because a server is behind, are taken for what they are: the same ids on
//! top of the same revision.

use super::{
    ANSWER, OpenError, Settings, StoreError, client, event,
    identity::{self, Said},
    read::Reader,
};
use crate::{
    Position, Verbatim,
    copy::{Fill, FillError, Standing},
};
use async_trait::async_trait;
use eventstore::{AppendToStreamOptions, Error, StreamState};

/// A journal's streams in KurrentDB.
pub struct KurrentDbFill {
    reader: Reader,
    said: Option<Said>,
    standing: Option<Standing>,
}

/// Most bytes and events of one append; a larger event comes alone.
const MOST_BYTES: usize = 512 * 1024;
const MOST: usize = 500;

// === impl KurrentDbFill ===

impl KurrentDbFill {
    /// Looks at the server or cluster of this connection string; makes nothing yet.
    pub async fn open(connection: &str, settings: Settings) -> Result<Self, OpenError> {
        if !settings.is_sound() {
            return Err(OpenError::Name);
        }
        let client = client(connection)?;
        let said = identity::read(&client, &settings).await?;
        Ok(Self {
            reader: Reader { client, settings },
            standing: said.map(|said| said.standing),
            said,
        })
    }

    /// Appends events that follow each other in one stream.
    async fn append(&self, events: &[Verbatim]) -> Result<(), FillError> {
        let Some(first) = events.first() else {
            return Ok(());
        };
        let unreadable = || FillError::Unreadable(first.position);
        let stream = std::str::from_utf8(&first.stream).map_err(|_| unreadable())?;
        let expected = match first.revision.checked_sub(1) {
            Some(before) => StreamState::StreamRevision(before),
            None => StreamState::NoStream,
        };
        let options = AppendToStreamOptions::default()
            .stream_state(expected)
            .requires_leader(true)
            .deadline(ANSWER);
        let Reader { client, settings } = &self.reader;
        let data = event::copied(events).ok_or_else(unreadable)?;
        let appended = client.append_to_stream(settings.stream(stream), &options, data);
        appended.await.map(drop).map_err(failed)
    }
}

#[async_trait]
impl Fill for KurrentDbFill {
    fn standing(&self) -> Option<Standing> {
        self.standing
    }

    async fn read(&mut self, after: Position, limit: usize) -> Result<Vec<Verbatim>, FillError> {
        let events = self.reader.page(after, limit).await;
        let events = events.map_err(|error| FillError::Store(Box::new(error)))?;
        let prefix = self.reader.settings.stream("");
        let verbatim = events
            .into_iter()
            .map(|found| found.verbatim(&prefix, None));
        Ok(verbatim.collect())
    }

    async fn say(&mut self, standing: Standing) -> Result<(), FillError> {
        let Reader { client, settings } = &self.reader;
        let last = self.said.map(|said| said.revision);
        let said = identity::say(client, settings, standing, last).await;
        said.map_err(failed)?;
        let revision = last.map_or(0, |last| last + 1);
        self.said = Some(Said { standing, revision });
        Ok(())
    }

    async fn add(&mut self, events: &[Verbatim]) -> Result<(), FillError> {
        for run in runs(events) {
            self.append(run).await?;
        }
        Ok(())
    }
}

/// Cuts events, in order, into those that may go together: of one stream and not too many.
fn runs(events: &[Verbatim]) -> Vec<&[Verbatim]> {
    let mut runs = Vec::new();
    let (mut from, mut bytes) = (0, 0);
    for (at, event) in events.iter().enumerate() {
        let before = events.get(from);
        let fits = before.is_none_or(|before| before.stream == event.stream)
            && bytes + event.frame.len() <= MOST_BYTES
            && at - from < MOST;
        if !fits && at > from {
            runs.extend(events.get(from..at));
            (from, bytes) = (at, 0);
        }
        bytes += event.frame.len();
    }
    runs.extend(events.get(from..));
    runs
}

fn failed(error: Error) -> FillError {
    match error {
        Error::WrongExpectedVersion { .. } => FillError::Overtaken,
        error => FillError::Store(Box::new(StoreError::Server(error))),
    }
}
