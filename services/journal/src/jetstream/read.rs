//! Reads the stream: its last events from its leader, pages of it from whichever replica answers.
//!
//! A replica may be behind. Whoever asks for a page therefore says which event must be in it, and is
//! not answered before it is.

use super::{
    Settings, StoreError,
    message::{Found, found},
};
use crate::{Position, ReadError};
use async_nats::{
    client::Request,
    jetstream::{
        Context,
        message::StreamMessage,
        stream::{Info, RawMessageErrorKind, Stream},
    },
};
use futures::StreamExt;
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout};

/// Reads one journal's stream.
#[derive(Clone)]
pub(super) struct Reader {
    context: Context,
    stream: Stream<()>,
    settings: Settings,
}

/// Which events of the stream a page holds.
pub(super) struct Page<'a> {
    /// The first that it may hold.
    pub(super) from: u64,
    /// The last that it may hold, which exists.
    pub(super) to: u64,
    /// Most events.
    pub(super) limit: usize,
    /// Only those of this stream.
    pub(super) of: Option<&'a str>,
}

/// How long is asked again where nobody answers.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// Between two tries.
pub(super) const PAUSE: Duration = Duration::from_millis(50);
/// The server stops a page here; what is missing is asked for again.
const PAGE_BYTES: usize = 8 * 1024 * 1024;
/// Silence after which a page is asked for again.
const SILENCE: Duration = Duration::from_secs(2);

/// The server's word for the end of a page.
const END_OF_PAGE: u16 = 204;
/// The server's word for nothing there.
const NOTHING: u16 = 404;

// === impl Reader ===

impl Reader {
    pub(super) async fn new(context: Context, settings: Settings) -> Result<Self, StoreError> {
        let stream = context.get_stream_no_info(settings.stream()).await;
        Ok(Self {
            stream: stream.map_err(StoreError::broker)?,
            context,
            settings,
        })
    }

    /// The leader's account of the stream.
    pub(super) async fn info(&self) -> Result<Info, StoreError> {
        self.stream.get_info().await.map_err(StoreError::broker)
    }

    /// The event at `position`, by the leader.
    pub(super) async fn at(&self, position: u64) -> Result<Found, ReadError> {
        let message = self.stream.get_raw_message(position).await;
        match message {
            Ok(message) => found(message),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => {
                Err(ReadError::Corrupt(Position(position)))
            }
            Err(error) => Err(StoreError::broker(error).into()),
        }
    }

    /// The last event of `stream`, by the leader.
    pub(super) async fn last_of(&self, stream: &str) -> Result<Option<Found>, ReadError> {
        let subject = self.settings.subject(stream);
        let message = self.stream.get_last_raw_message_by_subject(&subject).await;
        match message {
            Ok(message) => found(message).map(Some),
            Err(error) if error.kind() == RawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(StoreError::broker(error).into()),
        }
    }

    /// All events of `stream` as the leader has them now.
    pub(super) async fn stream(&self, stream: &str) -> Result<Vec<Found>, ReadError> {
        match self.last_of(stream).await? {
            None => Ok(Vec::new()),
            Some(last) => self.up_to(stream, last).await,
        }
    }

    /// All events of `stream`, of which `last` is the last.
    pub(super) async fn up_to(&self, stream: &str, last: Found) -> Result<Vec<Found>, ReadError> {
        let (position, revision) = (last.event.position, last.event.frame.revision);
        if revision == 0 {
            return Ok(vec![last]);
        }
        let whole = Page {
            from: 1,
            to: position.0,
            limit: usize::try_from(revision).map_or(usize::MAX, |it| it.saturating_add(1)),
            of: Some(stream),
        };
        let events = self.page(whole).await?;
        let dense = (0..=revision).eq(events.iter().map(|found| found.event.frame.revision));
        if dense {
            Ok(events)
        } else {
            Err(ReadError::Corrupt(position))
        }
    }

    /// The events of a page; asked for again until they are all there or patience ends.
    pub(super) async fn page(&self, page: Page<'_>) -> Result<Vec<Found>, ReadError> {
        let until = Instant::now() + PATIENCE;
        let mut events: Vec<Found> = Vec::new();
        loop {
            let from = events
                .last()
                .map_or(page.from, |last| last.event.position.0 + 1);
            let left = page.limit.saturating_sub(events.len());
            if left == 0 || from > page.to {
                return Ok(events);
            }
            let before = events.len();
            let failure = self.part(&page, from, left, &mut events).await.err();
            match failure {
                Some(ReadError::Corrupt(position)) => return Err(ReadError::Corrupt(position)),
                _ if events.len() > before => {}
                failure if Instant::now() >= until => {
                    return Err(failure.unwrap_or(StoreError::Behind.into()));
                }
                _ => sleep(PAUSE).await,
            }
        }
    }

    /// Adds what one request brings, in order.
    async fn part(
        &self,
        page: &Page<'_>,
        from: u64,
        limit: usize,
        events: &mut Vec<Found>,
    ) -> Result<(), ReadError> {
        let client = self.context.client();
        let inbox = client.new_inbox();
        let mut answers = client
            .subscribe(inbox.clone())
            .await
            .map_err(StoreError::broker)?;
        let subject = self.settings.subject(page.of.unwrap_or("*"));
        let request = json!({
            "seq": from,
            "next_by_subj": subject,
            "batch": limit,
            "max_bytes": PAGE_BYTES,
        });
        let request = Request::new()
            .inbox(inbox)
            .payload(request.to_string().into());
        let to = format!("DIRECT.GET.{}", self.settings.stream());
        let sent = self.context.send_request(to, request).await;
        sent.map_err(StoreError::broker)?;
        loop {
            let answer = timeout(SILENCE, answers.next()).await;
            let answer = answer.map_err(|_| StoreError::Silent)?;
            let answer = answer.ok_or(StoreError::Silent)?;
            match answer.status.map(|status| status.as_u16()) {
                None => {}
                Some(END_OF_PAGE | NOTHING) => return Ok(()),
                Some(_) => return Err(StoreError::Silent.into()),
            }
            let message = StreamMessage::try_from(answer).map_err(StoreError::broker)?;
            if message.sequence > page.to {
                return Ok(());
            }
            events.push(found(message)?);
        }
    }
}
