//! Follows the journal for as long as it is open, so that its heads and counts are known.

use super::{
    OpenError, PAUSE, StoreError,
    event::found,
    followed::{Followed, Moved},
    read::Reader,
};
use crate::{Position, ReadError};
use std::sync::Arc;
use tokio::{sync::watch, time::sleep};

/// Events read at a time while catching up.
const PAGE: usize = 2048;

/// Follows one journal. Dropping it ends those that follow by its heads.
pub(super) struct Follower {
    pub(super) reader: Reader,
    pub(super) followed: Arc<Followed>,
    pub(super) head: watch::Sender<Position>,
    pub(super) public_head: watch::Sender<u64>,
}

// === impl Follower ===

impl Follower {
    /// Reads everything that there is now.
    pub(super) async fn catch_up(&self) -> Result<(), OpenError> {
        let mut after = Position::START;
        loop {
            let page = self.reader.page(after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after = last.event.position;
            for found in page {
                self.moved(self.followed.take(found));
            }
        }
    }

    /// Follows until it is ended; where the connection breaks, from where it had come to.
    pub(super) async fn run(self) {
        loop {
            if let Err(error) = self.follow().await {
                let error = &error as &dyn std::error::Error;
                tracing::debug!(error, "the journal's subscription broke; it is begun again");
            }
            sleep(PAUSE).await;
        }
    }

    async fn follow(&self) -> Result<(), ReadError> {
        let after = self.followed.begin_again();
        let mut subscription = self.reader.subscribe(after).await;
        loop {
            let event = subscription.next().await.map_err(StoreError::Server)?;
            let found = found(event.get_original_event())?;
            self.moved(self.followed.take(found));
        }
    }

    fn moved(&self, moved: Option<Moved>) {
        if let Some(moved) = moved {
            // First the count, so that whoever sees the head finds it.
            self.public_head.send_if_modified(|now| {
                std::mem::replace(now, moved.public_head) != moved.public_head
            });
            self.head.send_replace(moved.head);
            moved.tell();
        }
    }
}
