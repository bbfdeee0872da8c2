//! A producer's own feed for services in other processes: what the broker no longer has, or never
//! had, is read here.

use crate::{PublicEvent, SharedFeed, consumer::Chain};
use futures::{Stream, StreamExt};
use host::peer;
use jiff::Timestamp;
use proto::bus::v1::{
    FeedEvent, ReadFeedRequest, ReadFeedResponse, WatchFeedRequest, WatchFeedResponse,
    feed_service_server::{FeedService, FeedServiceServer},
};
use std::pin::Pin;
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

/// The gRPC service over a feed.
pub struct FeedDoor {
    feed: SharedFeed,
    readers: &'static [&'static str],
    stop: CancellationToken,
}

type Watch = Pin<Box<dyn Stream<Item = Result<WatchFeedResponse, Status>> + Send>>;

const LONGEST_PAGE: usize = 1000;
/// A page ends with the event that brings it to so many bytes.
const FULL_PAGE: usize = 2 * 1024 * 1024;

// === impl FeedDoor ===

impl FeedDoor {
    /// The service over `feed`, for these services and no other; who watches is let go with `stop`.
    pub fn service(
        feed: SharedFeed,
        readers: &'static [&'static str],
        stop: CancellationToken,
    ) -> FeedServiceServer<Self> {
        FeedServiceServer::new(Self {
            feed,
            readers,
            stop,
        })
    }

    fn life(&self) -> Result<String, Status> {
        let life = self.feed.life().map_err(|error| away(&error))?;
        Ok(life.to_string())
    }
}

#[tonic::async_trait]
impl FeedService for FeedDoor {
    async fn read_feed(
        &self,
        request: Request<ReadFeedRequest>,
    ) -> Result<Response<ReadFeedResponse>, Status> {
        peer::among(request.extensions(), self.readers)?;
        let ReadFeedRequest { after, limit } = request.into_inner();
        let limit = usize::try_from(limit).unwrap_or(LONGEST_PAGE);
        let page = self.feed.read(after, limit.clamp(1, LONGEST_PAGE)).await;
        let page = page.map_err(|error| away(&error))?;
        Ok(Response::new(ReadFeedResponse {
            life: self.life()?,
            events: as_full_as_may_be(page),
        }))
    }

    type WatchFeedStream = Watch;

    async fn watch_feed(
        &self,
        request: Request<WatchFeedRequest>,
    ) -> Result<Response<Watch>, Status> {
        peer::among(request.extensions(), self.readers)?;
        let life = self.life()?;
        let heads = WatchStream::new(self.feed.head()).map(move |last| {
            let life = life.clone();
            Ok(WatchFeedResponse { life, last })
        });
        let heads = heads.take_until(self.stop.clone().cancelled_owned());
        Ok(Response::new(Box::pin(heads)))
    }
}

fn as_full_as_may_be(page: Vec<PublicEvent>) -> Vec<FeedEvent> {
    let mut bytes = 0;
    let fits = |event: &PublicEvent| {
        let fits = bytes < FULL_PAGE;
        bytes += event.payload.len();
        fits
    };
    page.into_iter().take_while(fits).map(written).collect()
}

fn written(event: PublicEvent) -> FeedEvent {
    FeedEvent {
        id: event.id.as_bytes().to_vec(),
        r#type: event.kind,
        version: event.version,
        sequence: event.sequence,
        occurred_at: Some(instant(event.occurred_at)),
        recorded_at: Some(instant(event.recorded_at)),
        correlation: event.correlation.to_vec(),
        traceparent: event.traceparent,
        payload: event.payload.to_vec(),
    }
}

fn instant(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: at.as_second(),
        nanos: at.subsec_nanosecond(),
    }
}

fn away(error: &(dyn std::error::Error + 'static)) -> Status {
    tracing::warn!(error = %Chain(error), "a feed cannot be read now");
    Status::unavailable("the feed cannot be read now")
}
