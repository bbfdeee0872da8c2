//! Publishes events whole or not at all, on top of the one that is expected to be the last.

use super::message;
use crate::{Position, Stored};
use async_nats::{
    HeaderMap,
    header::{
        NATS_BATCH_COMMIT, NATS_BATCH_COMMIT_FINAL, NATS_BATCH_ID, NATS_BATCH_SEQUENCE,
        NATS_EXPECTED_LAST_SEQUENCE, NATS_EXPECTED_LAST_SUBJECT_SEQUENCE,
    },
    jetstream::{
        Context,
        context::{PublishError, PublishErrorKind},
        message::PublishMessage,
    },
};

/// Events that stand or fall together.
pub(super) struct Batch {
    /// Position of the journal's last event before them.
    after: Position,
    messages: Vec<(String, HeaderMap, Vec<u8>)>,
    bytes: usize,
}

/// Most messages that the broker takes at once.
const MOST: usize = 1000;
/// Most bytes that are sent at once, save where one append alone is larger.
const MOST_BYTES: usize = 8 * 1024 * 1024;

// === impl Batch ===

impl Batch {
    pub(super) fn new(after: Position) -> Self {
        Self {
            after,
            messages: Vec::new(),
            bytes: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    /// Whether an append of so many events and bytes may still come in.
    pub(super) fn has_room(&self, events: usize, bytes: usize) -> bool {
        self.is_empty()
            || (self.messages.len() + events <= MOST && self.bytes + bytes <= MOST_BYTES)
    }

    /// Where the next event will stand.
    pub(super) fn next(&self) -> Position {
        Position(self.after.0 + self.messages.len() as u64 + 1)
    }

    /// Adds an event. `public` counts the journal's public events up to it; `last` is where the
    /// stream ends, where the stream is not in this batch yet.
    pub(super) fn push(
        &mut self,
        subject: String,
        stored: Stored,
        public: u64,
        last: Option<Position>,
    ) {
        let mut header = message::header(&stored, public);
        if let Some(last) = last {
            header.insert(NATS_EXPECTED_LAST_SUBJECT_SEQUENCE, last.0.to_string());
        }
        self.bytes += stored.frame.len();
        self.messages.push((subject, header, stored.frame));
    }

    /// Publishes all of it under a name that was never used before. Answered once it is stored.
    pub(super) async fn publish(
        mut self,
        context: &Context,
        name: &str,
    ) -> Result<(), PublishError> {
        if let Some((_, first, _)) = self.messages.first_mut() {
            first.insert(NATS_EXPECTED_LAST_SEQUENCE, self.after.0.to_string());
        }
        if self.messages.len() > 1 {
            self.number(name);
        }
        let Some((subject, header, frame)) = self.messages.pop() else {
            return Ok(());
        };
        let client = context.client();
        for (subject, header, frame) in self.messages {
            let sent = client.publish_with_headers(subject, header, frame.into());
            sent.await
                .map_err(|error| PublishError::with_source(PublishErrorKind::BrokenPipe, error))?;
        }
        let last = PublishMessage::build()
            .headers(header)
            .payload(frame.into());
        context.send_publish(subject, last).await?.await?;
        Ok(())
    }

    fn number(&mut self, name: &str) {
        let count = self.messages.len();
        for (at, (_, header, _)) in self.messages.iter_mut().enumerate() {
            header.insert(NATS_BATCH_ID, name);
            header.insert(NATS_BATCH_SEQUENCE, (at + 1).to_string());
            if at + 1 == count {
                header.insert(NATS_BATCH_COMMIT, NATS_BATCH_COMMIT_FINAL);
            }
        }
    }
}
