//! Whether this process can do its work: named checks that services set.
//!
//! A check is for instance `police`, `schools.consuming`, `keys`. The process is ready when every
//! one of them is; `/readyz` shows them all.

use std::collections::BTreeMap;
use tokio::sync::watch;

/// The named checks of one process. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Readiness {
    /// By name: why it is not ready, or nothing if it is.
    checks: watch::Sender<BTreeMap<String, Option<String>>>,
}

/// One named check, held by the part that knows its state.
#[derive(Clone, Debug)]
pub struct Check {
    name: String,
    readiness: Readiness,
}

// === impl Readiness ===

impl Readiness {
    /// No checks yet, so ready.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a check, not ready until its holder says so.
    pub fn check(&self, name: impl Into<String>) -> Check {
        let check = Check {
            name: name.into(),
            readiness: self.clone(),
        };
        check.not_ready("starting");
        check
    }

    /// Whether every check is ready.
    pub fn is_ready(&self) -> bool {
        all_ready(&self.checks.borrow())
    }

    /// Completes when every check is ready.
    pub async fn ready(&self) {
        // The sender is held here, so the wait cannot end any other way.
        let _ = self.checks.subscribe().wait_for(all_ready).await;
    }

    /// Every check by name, with the reason where it is not ready.
    pub fn checks(&self) -> BTreeMap<String, Option<String>> {
        self.checks.borrow().clone()
    }
}

fn all_ready(checks: &BTreeMap<String, Option<String>>) -> bool {
    checks.values().all(Option::is_none)
}

// === impl Check ===

impl Check {
    /// It can do its work.
    pub fn ready(&self) {
        self.set(None);
    }

    /// It cannot, and why, in a few words without personal data.
    pub fn not_ready(&self, reason: impl Into<String>) {
        self.set(Some(reason.into()));
    }

    fn set(&self, state: Option<String>) {
        self.readiness.checks.send_if_modified(|checks| {
            let before = checks.insert(self.name.clone(), state.clone());
            before.as_ref() != Some(&state)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_process_is_ready_when_every_check_is() {
        let readiness = Readiness::new();
        let police = readiness.check("police");
        let consuming = readiness.check("schools.consuming");
        police.ready();
        assert!(!readiness.is_ready());
        let waiting = tokio::spawn({
            let readiness = readiness.clone();
            async move { readiness.ready().await }
        });
        consuming.ready();
        waiting.await.unwrap();
        consuming.not_ready("behind");
        assert_eq!(
            readiness.checks()["schools.consuming"].as_deref(),
            Some("behind")
        );
        assert!(!readiness.is_ready());
    }
}
