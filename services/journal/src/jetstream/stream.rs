//! The JetStream stream that a journal is: how it is made, and how an existing one is checked.

use super::{OpenError, Settings, StoreError};
use crate::{
    Append, JournalIdentity,
    copy::Standing,
    id::{hex, unhex16},
};
use async_nats::jetstream::{
    Context,
    stream::{Config, DiscardPolicy, Info, StorageType},
};
use std::collections::HashMap;

/// Names the journal in the stream's metadata.
const ID: &str = "firstbell-journal";
/// Names the journal's life in the stream's metadata.
const EPOCH: &str = "firstbell-epoch";

/// There where the journal is still being copied into the stream.
const UNFINISHED: &str = "firstbell-unfinished";

/// What an envelope adds to a payload at most, roughly.
const ENVELOPE: usize = 64 * 1024;

/// Finds the stream, or makes it as the journal `new_id`, and says which journal it is.
pub(super) async fn open(
    context: &Context,
    settings: &Settings,
    new_id: [u8; 16],
) -> Result<JournalIdentity, OpenError> {
    check_room(context)?;
    let name = settings.stream();
    if let Ok(stream) = context.get_stream(&name).await {
        return identity(stream.cached_info());
    }
    let new = Standing {
        identity: JournalIdentity {
            id: new_id,
            epoch: 1,
        },
        is_whole: true,
    };
    let made = context.create_stream(config(settings, metadata(new))).await;
    match made {
        Ok(stream) => identity(stream.cached_info()),
        Err(error) => match context.get_stream(&name).await {
            // Somebody else was quicker.
            Ok(stream) => identity(stream.cached_info()),
            Err(_) => Err(OpenError::Store(StoreError::broker(error))),
        },
    }
}

/// Refuses a broker that would not take the largest append.
pub(super) fn check_room(context: &Context) -> Result<(), OpenError> {
    let room = context.client().max_payload();
    if room < Append::MAX_BYTES + ENVELOPE {
        return Err(OpenError::MaxPayload { bytes: room });
    }
    Ok(())
}

/// How the stream says which journal it is.
pub(super) fn metadata(standing: Standing) -> HashMap<String, String> {
    let Standing { identity, is_whole } = standing;
    let unfinished = (!is_whole).then(|| (UNFINISHED.to_owned(), "true".to_owned()));
    [
        (ID.to_owned(), hex(&identity.id)),
        (EPOCH.to_owned(), identity.epoch.to_string()),
    ]
    .into_iter()
    .chain(unfinished)
    .collect()
}

/// What a journal's stream is like.
pub(super) fn config(settings: &Settings, metadata: HashMap<String, String>) -> Config {
    Config {
        name: settings.stream(),
        subjects: vec![settings.subject("*")],
        storage: StorageType::File,
        num_replicas: settings.replicas,
        // A full store refuses what is new; by default it would throw away what is old.
        discard: DiscardPolicy::New,
        deny_delete: true,
        deny_purge: true,
        allow_direct: true,
        allow_atomic_publish: true,
        metadata,
        ..Config::default()
    }
}

/// Which journal, and which life of it, the stream says it is; all of it is there.
pub(super) fn identity(info: &Info) -> Result<JournalIdentity, OpenError> {
    let Standing { identity, is_whole } = standing(info)?;
    is_whole.then_some(identity).ok_or(OpenError::Unfinished)
}

/// The same of a stream that may be unfinished.
pub(super) fn standing(info: &Info) -> Result<Standing, OpenError> {
    let config = &info.config;
    let id = config.metadata.get(ID).and_then(|id| unhex16(id));
    let epoch = config.metadata.get(EPOCH).and_then(|it| it.parse().ok());
    let (Some(id), Some(epoch)) = (id, epoch) else {
        return Err(OpenError::NotAJournal);
    };
    let loses_events = config.max_age.as_nanos() > 0
        || config.max_messages > 0
        || config.max_messages_per_subject > 0
        || config.discard != DiscardPolicy::New;
    if loses_events || !config.allow_atomic_publish || config.storage != StorageType::File {
        return Err(OpenError::Unfit);
    }
    Ok(Standing {
        identity: JournalIdentity { id, epoch },
        is_whole: !config.metadata.contains_key(UNFINISHED),
    })
}
