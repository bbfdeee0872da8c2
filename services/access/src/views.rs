//! OUT: what the service reads at every call: tokens, contacts, organisations.
//!
//! The rows live in memory and are folded from the journal when the service starts. Every call asks
//! for a token, so they would be held in memory anyway; they are few (a contact or two for each
//! organisation); and one lock around rows and cursor keeps the two together. Personal data in them
//! stays sealed.
//!
//! Nobody waits for a position here: whoever reads first applies what the journal has more. So a
//! token works as soon as it is made, and fails as soon as it is revoked.

mod rows;

pub(crate) use rows::{Rows, TokenRow};

use journal::{Position, ReadError, SharedJournal};
use tokio::sync::{RwLock, RwLockReadGuard};

/// The rows, never behind the journal when read.
pub(crate) struct Views {
    journal: SharedJournal,
    rows: RwLock<Rows>,
}

const PAGE: usize = 1024;

// === impl Views ===

impl Views {
    /// Folds the whole journal.
    pub(crate) async fn build(journal: SharedJournal) -> Result<Self, ReadError> {
        let views = Self {
            journal,
            rows: RwLock::default(),
        };
        drop(views.current().await?);
        Ok(views)
    }

    /// The rows, with everything that was appended before this call.
    pub(crate) async fn current(&self) -> Result<RwLockReadGuard<'_, Rows>, ReadError> {
        self.at_least(Position::START).await
    }

    /// The rows, with everything up to `position` too.
    pub(crate) async fn at_least(
        &self,
        position: Position,
    ) -> Result<RwLockReadGuard<'_, Rows>, ReadError> {
        let target = position.max(*self.journal.head().borrow());
        {
            let rows = self.rows.read().await;
            if rows.cursor() >= target {
                return Ok(rows);
            }
        }
        let mut rows = self.rows.write().await;
        while rows.cursor() < target {
            let page = self.journal.read_all(rows.cursor(), PAGE).await?;
            if page.is_empty() {
                break;
            }
            for event in &page {
                rows.apply(event)?;
            }
        }
        Ok(rows.downgrade())
    }
}
