//! Which journal this is: the last event of a stream of its own, apart from the journal's events.

use super::{OpenError, Settings, StoreError};
use crate::{
    JournalIdentity, drawn,
    id::{hex, unhex16},
};
use eventstore::{
    AppendToStreamOptions, Client, Error, EventData, ReadStreamOptions, StreamPosition, StreamState,
};
use serde_json::{Value, json};

const KIND: &str = "firstbell.journal";

/// Reads the identity; where there is none, makes a new journal.
pub(super) async fn open(
    client: &Client,
    settings: &Settings,
) -> Result<JournalIdentity, OpenError> {
    if let Some(identity) = read(client, settings).await? {
        return Ok(identity);
    }
    let data = json!({ "journal": hex(&drawn::id()?), "epoch": 1 });
    let event = EventData::json(KIND, &data).map_err(|_| OpenError::NotAJournal)?;
    let new = AppendToStreamOptions::default()
        .stream_state(StreamState::NoStream)
        .requires_leader(true)
        .deadline(super::ANSWER);
    match client
        .append_to_stream(settings.identity(), &new, event)
        .await
    {
        // Whoever was first, the stream says.
        Ok(_) | Err(Error::WrongExpectedVersion { .. }) => {}
        Err(error) => return Err(StoreError::Server(error).into()),
    }
    read(client, settings).await?.ok_or(OpenError::NotAJournal)
}

async fn read(client: &Client, settings: &Settings) -> Result<Option<JournalIdentity>, OpenError> {
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
    let data = &event.get_original_event().data;
    let data: Value = serde_json::from_slice(data).map_err(|_| OpenError::NotAJournal)?;
    let id = data["journal"].as_str().and_then(unhex16);
    let identity = id.zip(data["epoch"].as_u64());
    let (id, epoch) = identity.ok_or(OpenError::NotAJournal)?;
    Ok(Some(JournalIdentity { id, epoch }))
}
