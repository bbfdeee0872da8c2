//! The key holder as a service in a process of its own has it: asked over the network, by one service.
//!
//! While it cannot be reached nothing is sealed and nothing opened that was not opened lately; nothing
//! is lost by that, only later.

mod batches;

use crate::{
    KeyError, KeyId, Keys, MadeFor, Names, Purpose, Service, SigningKey, Subkeys, VerifyingKey,
};
use async_trait::async_trait;
use batches::Batches;
use proto::{
    keys::v1::{
        CreateKeysRequest, EnterRequest, EnterResponse, ListDestroyedRequest,
        WatchDestroyedRequest, key_service_client::KeyServiceClient,
    },
    sealing::FieldClass,
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::sync::broadcast;
use tonic::{Code, Status, transport::Channel};
use zeroize::Zeroizing;

/// A key holder in another process, for one service.
pub struct RemoteKeys {
    service: Service,
    holder: KeyServiceClient<Channel>,
    entry: Entry,
    batches: Batches,
    /// None while nobody tells what is destroyed.
    feed: Mutex<Option<broadcast::Sender<KeyId>>>,
}

/// What a service is given once.
struct Entry {
    names: Names,
    checkpoints: SigningKey,
    assertions: Option<SigningKey>,
    assertions_public: VerifyingKey,
    made_for: MadeFor,
}

/// Why a service was not let in.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// Wait and try again.
    #[error("reach the key holder")]
    Unavailable(#[source] Box<Status>),
    /// The certificate is not that of a service with keys.
    #[error("be let in by the key holder: the certificate is not this service's")]
    Refused,
    /// What came back is of another version.
    #[error("understand the key holder: it is of another version")]
    Misunderstood,
}

const FEED_LENGTH: usize = 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(10);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

// === impl RemoteKeys ===

impl RemoteKeys {
    /// Asks the holder behind `channel` for what `service` needs to begin; from then on destructions
    /// are followed as long as the result is held. Call it inside a runtime.
    pub async fn enter(channel: Channel, service: Service) -> Result<Arc<Self>, EnterError> {
        let mut holder = KeyServiceClient::new(channel);
        let answer = holder.enter(patiently(EnterRequest {})).await;
        let answer = answer.map_err(|status| match status.code() {
            Code::PermissionDenied => EnterError::Refused,
            _ => EnterError::Unavailable(Box::new(status)),
        })?;
        let keys = Arc::new(Self {
            service,
            batches: Batches::begin(holder.clone()),
            holder,
            entry: Entry::read(service, answer.into_inner()).ok_or(EnterError::Misunderstood)?,
            feed: Mutex::new(None),
        });
        tokio::spawn(follow(Arc::downgrade(&keys)));
        Ok(keys)
    }

    /// Signs checkpoints of the service's own journal.
    pub fn checkpoints(&self) -> &SigningKey {
        &self.entry.checkpoints
    }

    /// Signs assertions; for the access service only.
    pub fn assertions(&self) -> Option<&SigningKey> {
        self.entry.assertions.as_ref()
    }

    /// Whose assertions are to be trusted.
    pub fn assertions_public(&self) -> &VerifyingKey {
        &self.entry.assertions_public
    }

    /// What the hub was made for.
    pub fn made_for(&self) -> MadeFor {
        self.entry.made_for
    }

    async fn destroyed_among(&self, ids: &[KeyId]) -> Result<Vec<KeyId>, KeyError> {
        let asked = ListDestroyedRequest {
            key_ids: ids.iter().map(ToString::to_string).collect(),
        };
        let answer = self.holder.clone().list_destroyed(patiently(asked)).await;
        let mut pages = answer.map_err(refused)?.into_inner();
        let mut destroyed = Vec::new();
        while let Some(page) = pages.message().await.map_err(refused)? {
            for id in page.key_ids {
                let id = KeyId::parse(&id);
                destroyed.push(id.map_err(|error| KeyError::Unavailable(Box::new(error)))?);
            }
        }
        Ok(destroyed)
    }

    /// A panic elsewhere leaves a sender as good as any.
    fn feed(&self) -> MutexGuard<'_, Option<broadcast::Sender<KeyId>>> {
        self.feed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Keys for RemoteKeys {
    async fn create(
        &self,
        service: Service,
        ids: &[KeyId],
    ) -> Result<Vec<(KeyId, Subkeys)>, KeyError> {
        if service != self.service {
            return Err(KeyError::NotGranted);
        }
        let asked = CreateKeysRequest {
            key_ids: ids.iter().map(ToString::to_string).collect(),
        };
        let answer = self.holder.clone().create_keys(patiently(asked)).await;
        let grants = answer.map_err(refused)?.into_inner().grants;
        let granted = ids.iter().zip(grants).map(|(id, grant)| {
            let subkeys = batches::granted(grant)?;
            Ok((*id, subkeys))
        });
        granted.collect()
    }

    async fn subkeys(
        &self,
        service: Service,
        id: &KeyId,
        _: FieldClass,
    ) -> Result<Subkeys, KeyError> {
        if service != self.service {
            return Err(KeyError::NotGranted);
        }
        self.batches.ask(*id).await
    }

    async fn is_destroyed(&self, id: &KeyId) -> Result<bool, KeyError> {
        let destroyed = self.destroyed_among(std::slice::from_ref(id)).await?;
        Ok(!destroyed.is_empty())
    }

    async fn all_destroyed(&self) -> Result<Vec<KeyId>, KeyError> {
        self.destroyed_among(&[]).await
    }

    fn destroyed(&self) -> broadcast::Receiver<KeyId> {
        match &*self.feed() {
            Some(feed) => feed.subscribe(),
            None => broadcast::channel(1).1,
        }
    }

    fn names(&self, _: Service) -> Names {
        self.entry.names.clone()
    }
}

// === impl Entry ===

impl Entry {
    fn read(service: Service, answer: EnterResponse) -> Option<Self> {
        let signing = |purpose, pkcs8| SigningKey::read(purpose, Zeroizing::new(pkcs8)).ok();
        let assertions = if answer.assertions.is_empty() {
            None
        } else {
            Some(signing(Purpose::Assertions, answer.assertions)?)
        };
        let names = Zeroizing::new(answer.names);
        Some(Self {
            names: Names::under(names.as_slice().try_into().ok()?),
            checkpoints: signing(Purpose::Checkpoints(service), answer.checkpoints)?,
            assertions,
            assertions_public: VerifyingKey::new(Purpose::Assertions, &answer.assertions_public),
            made_for: if answer.for_tests {
                MadeFor::Tests
            } else {
                MadeFor::Use
            },
        })
    }
}

/// Hears of destructions for as long as somebody holds the keys.
async fn follow(keys: Weak<RemoteKeys>) {
    let mut pause = FIRST_PAUSE;
    while let Some(holder) = keys.upgrade().map(|keys| keys.holder.clone()) {
        let ended = hear(holder, &keys, &mut pause).await;
        let Some(keys) = keys.upgrade() else { return };
        *keys.feed() = None;
        drop(keys);
        if let Err(status) = ended {
            tracing::warn!(code = %status.code(), "nobody tells which keys are destroyed");
        }
        tokio::time::sleep(pause).await;
        pause = LONGEST_PAUSE.min(pause * 2);
    }
}

/// Passes on one stream of them until it ends.
async fn hear(
    mut holder: KeyServiceClient<Channel>,
    keys: &Weak<RemoteKeys>,
    pause: &mut Duration,
) -> Result<(), Status> {
    let asked = holder.watch_destroyed(WatchDestroyedRequest {}).await;
    let mut heard = asked?.into_inner();
    let feed = broadcast::Sender::new(FEED_LENGTH);
    while let Some(message) = heard.message().await? {
        let Some(keys) = keys.upgrade() else {
            return Ok(());
        };
        if let Ok(key) = KeyId::parse(&message.key_id) {
            // Nobody listening is no loss: subkeys are kept by listeners only.
            let _ = feed.send(key);
        } else {
            *keys.feed() = Some(feed.clone());
            *pause = FIRST_PAUSE;
        }
    }
    Ok(())
}

/// An answer that does not come is as good as a holder that is away.
fn patiently<T>(message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.set_timeout(PATIENCE);
    request
}

fn refused(status: Status) -> KeyError {
    match status.code() {
        Code::FailedPrecondition => KeyError::Destroyed,
        Code::NotFound => KeyError::Unknown,
        Code::PermissionDenied => KeyError::NotGranted,
        _ => KeyError::Unavailable(Box::new(status)),
    }
}
