//! A journal's stream that is filled with the events of a journal kept elsewhere.

use super::{
    ANSWER, OpenError, Settings, StoreError,
    batch::Batch,
    failure::Failure,
    message::Found,
    read::{Page, Reader},
    stream, writer,
};
use crate::{
    Position, ReadError, Stored, Verbatim,
    copy::{Fill, FillError, Standing},
    drawn,
    id::hex,
};
use async_nats::{
    Client,
    jetstream::{
        Context, ErrorCode,
        context::{ContextBuilder, GetStreamErrorKind},
        stream::Config,
    },
};
use async_trait::async_trait;

/// A journal's stream in the broker. Each batch is taken only on top of all that it knows.
pub struct JetStreamFill {
    context: Context,
    settings: Settings,
    reader: Reader,
    standing: Option<Standing>,
    /// As the stream is; none where there is none yet.
    config: Option<Config>,
    last: Position,
    /// Public events up to there.
    public: u64,
    /// Begins the names of its batches.
    name: String,
    batches: u64,
}

// === impl JetStreamFill ===

impl JetStreamFill {
    /// Looks at the stream in the broker that `client` is connected to; makes none yet.
    pub async fn open(client: Client, settings: Settings) -> Result<Self, OpenError> {
        let context = ContextBuilder::new()
            .timeout(ANSWER)
            .ack_timeout(ANSWER)
            .build(client);
        stream::check_room(&context)?;
        let mut fill = Self {
            reader: Reader::new(context.clone(), settings.clone()).await?,
            context,
            settings,
            standing: None,
            config: None,
            last: Position::START,
            public: 0,
            name: hex(&drawn::id()?),
            batches: 0,
        };
        match fill.context.get_stream(fill.settings.stream()).await {
            Ok(found) => {
                let info = found.cached_info();
                fill.standing = Some(stream::standing(info)?);
                fill.config = Some(info.config.clone());
                fill.last = Position(info.state.last_sequence);
            }
            Err(error) if is_missing(&error.kind()) => {}
            Err(error) => return Err(StoreError::broker(error).into()),
        }
        if fill.last > Position::START {
            fill.public = fill.reader.at(fill.last.0).await?.public;
        }
        Ok(fill)
    }

    async fn publish(&mut self, batch: Batch) -> Result<(), FillError> {
        let last = Position(batch.next().0 - 1);
        self.batches += 1;
        let name = format!("{}-{}", self.name, self.batches);
        let published = batch.publish(&self.context, &name).await;
        published.map_err(|error| match Failure::from(error) {
            Failure::Overtaken => FillError::Overtaken,
            Failure::NoSpace => FillError::NoSpace,
            Failure::Unclear(cause) => FillError::Store(cause),
        })?;
        self.last = last;
        Ok(())
    }
}

#[async_trait]
impl Fill for JetStreamFill {
    fn standing(&self) -> Option<Standing> {
        self.standing
    }

    async fn read(&mut self, after: Position, limit: usize) -> Result<Vec<Verbatim>, FillError> {
        let page = Page {
            from: after.0.saturating_add(1),
            to: self.last.0,
            limit,
            of: None,
        };
        let events = self.reader.page(page).await;
        let events = events.and_then(|events| writer::dense(after.0, events));
        let events = events.map_err(|error: ReadError| store(error))?;
        Ok(events.into_iter().map(Found::verbatim).collect())
    }

    async fn say(&mut self, standing: Standing) -> Result<(), FillError> {
        let metadata = stream::metadata(standing);
        let said = if let Some(config) = &self.config {
            let config = Config {
                metadata,
                ..config.clone()
            };
            let updated = self.context.update_stream(&config).await;
            updated.map_err(store)?.config
        } else {
            let config = stream::config(&self.settings, metadata);
            let made = self.context.create_stream(config).await;
            made.map_err(store)?.cached_info().config.clone()
        };
        self.config = Some(said);
        Ok(())
    }

    async fn add(&mut self, events: &[Verbatim]) -> Result<(), FillError> {
        let mut batch = Batch::new(self.last);
        for event in events {
            if !batch.has_room(1, event.frame.len()) {
                self.publish(batch).await?;
                batch = Batch::new(self.last);
            }
            let stream = std::str::from_utf8(&event.stream);
            let stream = stream.map_err(|_| FillError::Unreadable(event.position))?;
            self.public = event.public_sequence.unwrap_or(self.public);
            let stored = Stored {
                frame: event.frame.to_vec(),
                hash: event.hash,
            };
            let subject = self.settings.subject(stream);
            batch.push(subject, stored, self.public, None);
        }
        if batch.is_empty() {
            return Ok(());
        }
        self.publish(batch).await
    }
}

fn is_missing(error: &GetStreamErrorKind) -> bool {
    matches!(error, GetStreamErrorKind::JetStream(error)
        if error.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

fn store(error: impl std::error::Error + Send + Sync + 'static) -> FillError {
    FillError::Store(Box::new(error))
}
