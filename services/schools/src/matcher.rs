//! How children are matched at present: one setting for the whole service, which a person can change.

use matching::{Model, Settings};
use std::sync::{Arc, PoisonError, RwLock};

/// The matcher's settings in use, shared by all who match.
#[derive(Debug, Default)]
pub struct Matcher {
    settings: RwLock<Arc<Settings>>,
}

// === impl Matcher ===

impl Matcher {
    /// As they are now; whoever decides holds on to them until it has decided.
    pub fn settings(&self) -> Arc<Settings> {
        let settings = self.settings.read();
        settings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Decides by these weights from now on.
    pub fn take(&self, model: Model) {
        let settings = Settings {
            model,
            ..Settings::default()
        };
        let mut held = self
            .settings
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(settings);
    }
}
