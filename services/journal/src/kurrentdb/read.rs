//! Reads streams and pages of everything. What other journals and the server itself keep is left out
//! by the server already.

use super::{
    ANSWER, PATIENCE, PAUSE, Settings, StoreError,
    event::{Found, found},
};
use crate::{Position, ReadError};
use eventstore::{
    Client, Error, Position as Place, ReadAllOptions, ReadStream, ReadStreamOptions,
    StreamPosition, SubscribeToAllOptions, Subscription, SubscriptionFilter,
};
use tokio::time::{Instant, sleep};

/// Reads one journal.
#[derive(Clone)]
pub(super) struct Reader {
    pub(super) client: Client,
    pub(super) settings: Settings,
}

// === impl Reader ===

impl Reader {
    /// All events of a stream, as the leader has them now.
    pub(super) async fn stream(&self, stream: &str) -> Result<Vec<Found>, ReadError> {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.try_stream(stream).await {
                // An append of which a part is to be seen only is not to be seen at all.
                Ok(events) if events.last().is_none_or(|found| found.is_last) => return Ok(events),
                Err(ReadError::Corrupt(position)) => return Err(ReadError::Corrupt(position)),
                Err(error) if Instant::now() >= until => return Err(error),
                Ok(_) if Instant::now() >= until => return Err(StoreError::Behind.into()),
                _ => sleep(PAUSE).await,
            }
        }
    }

    async fn try_stream(&self, stream: &str) -> Result<Vec<Found>, ReadError> {
        let options = ReadStreamOptions::default()
            .position(StreamPosition::Start)
            .requires_leader(true)
            .deadline(ANSWER);
        let name = self.settings.stream(stream);
        let events = match self.client.read_stream(name, &options).await {
            Ok(stream) => all(stream).await,
            Err(error) => Err(error.into()),
        };
        match events {
            Err(Failure::Server(Error::ResourceNotFound)) => Ok(Vec::new()),
            Err(failure) => Err(failure.into()),
            Ok(events) => {
                let revisions = events.iter().map(|found| found.event.frame.revision);
                if revisions.eq(0..events.len() as u64) {
                    Ok(events)
                } else {
                    Err(ReadError::Corrupt(Position::START))
                }
            }
        }
    }

    /// Up to `limit` events after `after`, in order, whatever server answers; none where it has none.
    pub(super) async fn page(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Found>, ReadError> {
        let options = ReadAllOptions::default()
            .position(place(after))
            .filter(self.filter())
            // The event at the position itself comes first.
            .max_count(limit.saturating_add(1))
            .deadline(ANSWER);
        let events = match self.client.read_all(&options).await {
            Ok(stream) => all(stream).await,
            Err(error) => Err(error.into()),
        };
        let mut events = events.map_err(ReadError::from)?;
        events.retain(|found| found.event.position > after);
        events.truncate(limit);
        Ok(events)
    }

    /// Up to `limit` events after `after` and up to `head`, which exists; asked for again until they
    /// are there or patience ends.
    pub(super) async fn up_to(
        &self,
        head: Position,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Found>, ReadError> {
        let until = Instant::now() + PATIENCE;
        let (mut events, mut after) = (Vec::new(), after);
        while events.len() < limit && after < head {
            match self.page(after, limit - events.len()).await {
                Ok(page) if !page.is_empty() => {
                    events.extend(page);
                    after = events
                        .last()
                        .map_or(after, |found: &Found| found.event.position);
                }
                Err(ReadError::Corrupt(position)) => return Err(ReadError::Corrupt(position)),
                Err(error) if Instant::now() >= until => return Err(error),
                Ok(_) if Instant::now() >= until => return Err(StoreError::Behind.into()),
                _ => sleep(PAUSE).await,
            }
        }
        events.retain(|found| found.event.position <= head);
        Ok(events)
    }

    /// Everything after `after`, then what comes.
    pub(super) async fn subscribe(&self, after: Position) -> Subscription {
        let options = SubscribeToAllOptions::default()
            .position(place(after))
            .filter(self.filter());
        self.client.subscribe_to_all(&options).await
    }

    fn filter(&self) -> SubscriptionFilter {
        SubscriptionFilter::on_stream_name().add_prefix(self.settings.stream(""))
    }
}

fn place(after: Position) -> StreamPosition<Place> {
    match after {
        Position::START => StreamPosition::Start,
        Position(position) => StreamPosition::Position(Place {
            commit: position,
            prepare: position,
        }),
    }
}

async fn all(mut stream: ReadStream) -> Result<Vec<Found>, Failure> {
    let mut events = Vec::new();
    while let Some(event) = stream.next().await? {
        events.push(found(event.get_original_event()).map_err(Failure::Event)?);
    }
    Ok(events)
}

/// Why nothing was read.
enum Failure {
    Server(Error),
    Event(ReadError),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Server(error)
    }
}

impl From<Failure> for ReadError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Server(error) => StoreError::Server(error).into(),
            Failure::Event(error) => error,
        }
    }
}
