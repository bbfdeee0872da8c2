//! The stream that holds a producer's public events for a month.
//!
//! A message's place in the stream is its public sequence. A stream that was lost is made again from
//! the oldest event that it would still hold; whoever needs older ones reads the producer's feed.

use super::Nats;
use crate::{Feed, FeedError};
use async_nats::jetstream::{
    ErrorCode,
    context::{CreateStreamError, GetStreamErrorKind},
    stream::{Config, DiscardPolicy, StorageType, Stream},
};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How long the broker keeps an event.
pub const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Why a stream could not be reached or made.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The broker did not answer as it should.
    #[error("reach the stream {0} of the broker")]
    Broker(String, #[source] Box<dyn std::error::Error + Send + Sync>),
    /// Where it begins could not be found.
    #[error("find where the stream begins")]
    Feed(#[from] FeedError),
}

/// The stream of a producer, e.g. `FIRSTBELL_POLICE`.
pub fn name(producer: &str) -> String {
    format!("FIRSTBELL_{}", producer.to_uppercase())
}

/// What it takes, e.g. `firstbell.v1.police.>`.
pub fn subjects(producer: &str) -> String {
    format!("firstbell.v1.{producer}.>")
}

/// The producer's stream, made where there is none.
pub(super) async fn open(
    nats: &Nats,
    feed: &dyn Feed,
    now: Timestamp,
) -> Result<Stream, StreamError> {
    let name = name(feed.producer());
    let failed = |error| StreamError::Broker(name.clone(), error);
    match nats.context.get_stream(&name).await {
        Ok(stream) => return Ok(stream),
        Err(error) if is_missing(&error.kind()) => {}
        Err(error) => return Err(failed(error.into())),
    }
    let first = first_kept(feed, now).await?;
    let config = config(&name, feed.producer(), nats.replicas, first);
    let made = nats.context.create_stream(config).await;
    made.map_err(|error: CreateStreamError| failed(error.into()))
}

fn is_missing(error: &GetStreamErrorKind) -> bool {
    matches!(error, GetStreamErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

fn config(name: &str, producer: &str, replicas: usize, first: u64) -> Config {
    Config {
        name: name.to_owned(),
        description: Some("Public events of one service; its journal is the truth.".to_owned()),
        subjects: vec![subjects(producer)],
        max_age: KEPT,
        storage: StorageType::File,
        discard: DiscardPolicy::Old,
        num_replicas: replicas,
        first_sequence: (first > 1).then_some(first),
        deny_delete: true,
        ..Config::default()
    }
}

/// Sequence of the oldest event that is not older than what the broker keeps; the next one where
/// there is none.
async fn first_kept(feed: &dyn Feed, now: Timestamp) -> Result<u64, FeedError> {
    let kept = SignedDuration::try_from(KEPT).unwrap_or(SignedDuration::MAX);
    let since = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    let (mut older, mut last) = (0, *feed.head().borrow());
    while older < last {
        let middle = older + (last - older) / 2;
        let next = feed.read(middle, 1).await?;
        if next.first().is_some_and(|event| event.recorded_at < since) {
            older = middle + 1;
        } else {
            last = middle;
        }
    }
    Ok(older + 1)
}
