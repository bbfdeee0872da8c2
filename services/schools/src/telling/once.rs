//! One message for all the children of an incident: what was said under an id is not said again.
//!
//! Kept in memory only: after a crash a message may repeat, under the same Message-ID.

use std::{
    collections::VecDeque,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

/// What was said lately.
#[derive(Default)]
pub struct Once {
    said: Mutex<VecDeque<(String, Said)>>,
}

/// Whether the recipient's server took it, once that is known.
type Said = Arc<OnceCell<bool>>;

/// Siblings are told of within moments: far more messages than are ever on their way at once.
const KEPT: usize = 4096;

// === impl Once ===

impl Once {
    /// Says it by `say` unless it was said under this id before; whether it was taken.
    pub(super) async fn say(&self, id: &str, say: impl Future<Output = bool>) -> bool {
        *self.said(id).get_or_init(|| say).await
    }

    fn said(&self, id: &str) -> Said {
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cell)) = said.iter().rev().find(|(known, _)| known == id) {
            return Arc::clone(cell);
        }
        if said.len() == KEPT {
            said.pop_front();
        }
        let cell = Said::default();
        said.push_back((id.to_owned(), Arc::clone(&cell)));
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_answer_stands_for_everything_said_under_its_id() {
        let once = Once::default();
        assert!(!once.say("a", async { false }).await);
        assert!(!once.say("a", async { true }).await);
        assert!(once.say("b", async { true }).await);
    }

    #[tokio::test]
    async fn only_what_was_said_lately_is_remembered() {
        let once = Once::default();
        assert!(!once.say("a", async { false }).await);
        for n in 0..KEPT {
            once.say(&n.to_string(), async { true }).await;
        }
        assert!(once.say("a", async { true }).await);
    }
}
