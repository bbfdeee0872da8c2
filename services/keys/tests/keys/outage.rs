//! A key holder that cannot be reached, or whose feed ends, whenever a test says so. The keys behind
//! it are real.

use async_trait::async_trait;
use keys::{KeyError, KeyId, Keys, Names, Service, SharedKeys, Subkeys};
use proto::sealing::FieldClass;
use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use tokio::sync::broadcast;

/// Stands between a sealer and its key holder.
pub(crate) struct Outage {
    keys: SharedKeys,
    down: AtomicBool,
    asked: AtomicUsize,
    overtaken: AtomicBool,
    feed: Mutex<Option<broadcast::Sender<KeyId>>>,
}

impl Outage {
    pub(crate) fn before(keys: SharedKeys) -> Self {
        Self {
            keys,
            down: AtomicBool::new(false),
            asked: AtomicUsize::new(0),
            overtaken: AtomicBool::new(false),
            feed: Mutex::new(Some(broadcast::channel(16).0)),
        }
    }

    pub(crate) fn begin(&self) {
        self.down.store(true, Ordering::SeqCst);
    }

    pub(crate) fn end(&self) {
        self.down.store(false, Ordering::SeqCst);
    }

    /// From now on, keys are announced as destroyed while their subkeys are on the way.
    pub(crate) fn overtake_answers(&self) {
        self.overtaken.store(true, Ordering::SeqCst);
    }

    /// How often a subkey was asked for.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn end_feed(&self) {
        *self.feed.lock().unwrap() = None;
    }

    pub(crate) fn begin_feed(&self) {
        *self.feed.lock().unwrap() = Some(broadcast::channel(16).0);
    }

    pub(crate) fn announce(&self, id: &KeyId) {
        let feed = self.feed.lock().unwrap();
        feed.as_ref().unwrap().send(*id).unwrap();
    }

    fn reached(&self) -> Result<&SharedKeys, KeyError> {
        if self.down.load(Ordering::SeqCst) {
            return Err(KeyError::Unavailable("switched off by the test".into()));
        }
        Ok(&self.keys)
    }
}

#[async_trait]
impl Keys for Outage {
    async fn create(
        &self,
        service: Service,
        ids: &[KeyId],
    ) -> Result<Vec<(KeyId, Subkeys)>, KeyError> {
        self.reached()?.create(service, ids).await
    }

    async fn subkeys(
        &self,
        service: Service,
        id: &KeyId,
        class: FieldClass,
    ) -> Result<Subkeys, KeyError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let subkeys = self.reached()?.subkeys(service, id, class).await;
        if self.overtaken.load(Ordering::SeqCst) {
            self.announce(id);
        }
        subkeys
    }

    async fn is_destroyed(&self, id: &KeyId) -> Result<bool, KeyError> {
        self.reached()?.is_destroyed(id).await
    }

    async fn all_destroyed(&self) -> Result<Vec<KeyId>, KeyError> {
        self.reached()?.all_destroyed().await
    }

    fn destroyed(&self) -> broadcast::Receiver<KeyId> {
        match &*self.feed.lock().unwrap() {
            Some(feed) => feed.subscribe(),
            None => broadcast::channel(1).1,
        }
    }

    fn names(&self, service: Service) -> Names {
        self.keys.names(service)
    }
}
