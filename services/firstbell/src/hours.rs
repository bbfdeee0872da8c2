//! Which clock a process goes by: the machine's, or for a hub made for tests the one that tests turn.

use crate::hub::{HubError, part};
use clock::{FollowedClock, SharedClock, SystemClock};
use host::config::Config;
use keys::MadeFor;
use std::sync::Arc;

/// Somebody would turn the clock of a hub with real children in it.
#[derive(Debug, thiserror::Error)]
#[error("`clock_file` is only for a hub that was made with `firstbell init --for-tests`")]
struct NotForTests;

/// The clock of a hub that was made for this.
pub(crate) fn clock(config: &Config, made_for: MadeFor) -> Result<SharedClock, HubError> {
    match (&config.clock_file, made_for) {
        (None, _) => Ok(Arc::new(SystemClock)),
        (Some(_), MadeFor::Use) => Err(part("its clock")(NotForTests)),
        (Some(path), MadeFor::Tests) => {
            let clock = FollowedClock::follow(path).map_err(part("its clock"))?;
            Ok(Arc::new(clock))
        }
    }
}
