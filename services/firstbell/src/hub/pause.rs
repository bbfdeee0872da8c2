//! Holds the police service's ear shut for as long as the journals are copied.
//!
//! Police and schools listen to each other, so no order of copying is right by itself: a copy of
//! police that has heard what the copy of schools does not hold would tell a force of a confirmation
//! that no school remembers.

use bus::{HandleError, Handler, PublicEvent};
use std::sync::Arc;
use tokio::sync::{RwLock, RwLockWriteGuard};

/// Shared by who listens and who copies.
#[derive(Clone, Default)]
pub(crate) struct Pause(Arc<RwLock<()>>);

/// Listens, but not while the pause is held.
struct Paused {
    handler: Arc<dyn Handler>,
    pause: Pause,
}

// === impl Pause ===

impl Pause {
    /// Nothing is heard until what this returns is dropped.
    pub(crate) async fn hold(&self) -> RwLockWriteGuard<'_, ()> {
        self.0.write().await
    }

    /// The same handler with this pause.
    pub(crate) fn around(&self, handler: Arc<dyn Handler>) -> Arc<dyn Handler> {
        let pause = self.clone();
        Arc::new(Paused { handler, pause })
    }
}

// === impl Paused ===

#[tonic::async_trait]
impl Handler for Paused {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        let _listening = self.pause.0.read().await;
        self.handler.handle(event).await
    }
}
