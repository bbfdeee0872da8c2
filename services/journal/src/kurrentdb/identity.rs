//! Which journal this is: the last event of a stream of its own, apart from the journal's events.

use super::{OpenError, Settings, StoreError};
use crate::{
    JournalIdentity,
    copy::Standing,
    drawn,
    id::{hex, unhex16},
};
use eventstore::{
    AppendToStreamOptions, Client, Error, EventData, ReadStreamOptions, StreamPosition, StreamState,
};
use serde_json::{Value, json};

const KIND: &str = "firstbell.journal";

/// What the stream says last.
#[derive(Clone, Copy)]
pub(super) struct Said {
    pub(super) standing: Standing,
    pub(super) revision: u64,
}

/// Reads the identity; where there is none, makes a new journal.
pub(super) async fn open(
    client: &Client,
    settings: &Settings,
) -> Result<JournalIdentity, OpenError> {
    let mut said = read(client, settings).await?;
    if said.is_none() {
        let new = Standing {
            identity: JournalIdentity {
                id: drawn::id()?,
                epoch: 1,
            },
            is_whole: true,
        };
        match say(client, settings, new, None).await {
            // Whoever was first, the stream says.
            Ok(()) | Err(Error::WrongExpectedVersion { .. }) => {}
            Err(error) => return Err(StoreError::Server(error).into()),
        }
        said = read(client, settings).await?;
    }
    let Standing { identity, is_whole } = said.ok_or(OpenError::NotAJournal)?.standing;
    is_whole.then_some(identity).ok_or(OpenError::Unfinished)
}

/// Says which journal it is, on top of what was said last.
pub(super) async fn say(
    client: &Client,
    settings: &Settings,
    standing: Standing,
    last: Option<u64>,
) -> Result<(), Error> {
    let Standing { identity, is_whole } = standing;
    let mut data = json!({ "journal": hex(&identity.id), "epoch": identity.epoch });
    if !is_whole {
        data["unfinished"] = true.into();
    }
    let event = EventData::json(KIND, &data);
    let event = event.map_err(|error| Error::InternalParsingError(error.to_string()))?;
    let on_top = AppendToStreamOptions::default()
        .stream_state(last.map_or(StreamState::NoStream, StreamState::StreamRevision))
        .requires_leader(true)
        .deadline(super::ANSWER);
    let said = client.append_to_stream(settings.identity(), &on_top, event);
    said.await.map(drop)
}

/// What the stream says last; none where there is no stream.
pub(super) async fn read(client: &Client, settings: &Settings) -> Result<Option<Said>, OpenError> {
    let last = ReadStreamOptions::default()
        .position(StreamPosition::End)
        .max_count(1)
        .requires_leader(true)
        .deadline(super::ANSWER);
    let event = match client.read_stream(settings.identity(), &last).await {
        Ok(mut events) => events.next().await,
        Err(error) => Err(error),
    };
    let event = match event {
        Ok(event) => event,
        Err(Error::ResourceNotFound) => None,
        Err(error) => return Err(StoreError::Server(error).into()),
    };
    let Some(event) = event else {
        return Ok(None);
    };
    let event = event.get_original_event();
    let data = serde_json::from_slice(&event.data);
    let data: Value = data.map_err(|_| OpenError::NotAJournal)?;
    let id = data["journal"].as_str().and_then(unhex16);
    let identity = id.zip(data["epoch"].as_u64());
    let (id, epoch) = identity.ok_or(OpenError::NotAJournal)?;
    Ok(Some(Said {
        standing: Standing {
            identity: JournalIdentity { id, epoch },
            is_whole: data["unfinished"].is_null(),
        },
        revision: event.revision,
    }))
}
