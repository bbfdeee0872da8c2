//! Which clock a process goes by: the machine's, or for a hub made for tests the one that tests turn.

use crate::hub::{Folders, HubError, master_key, part};
use clock::{FollowedClock, SharedClock, SystemClock};
use host::config::Config;
use keys::{KeyStore, MadeFor};
use std::sync::Arc;

/// Somebody would turn the clock of a hub with real children in it.
#[derive(Debug, thiserror::Error)]
#[error("`clock_file` is only for a hub that was made with `firstbell init --for-tests`")]
struct NotForTests;

/// The clock of the hub that is kept in the data folder, which need not be open yet.
pub(crate) fn of_hub(config: &Config) -> Result<SharedClock, HubError> {
    if config.clock_file.is_none() {
        return Ok(Arc::new(SystemClock));
    }
    let folders = Folders::below(&config.data);
    let master = master_key(config, &folders)?;
    let made_for = KeyStore::was_made_for(&folders.keys, &master);
    clock(config, made_for.map_err(part("its keys"))?)
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::make;
    use host::report::report;
    use std::{fs, path::Path};

    const HOUR: &str = "2026-11-20T01:00:00Z";

    fn hub(folder: &Path, made_for: MadeFor) -> Config {
        let mut config = Config {
            data: folder.join("data"),
            ..Config::default()
        };
        make(&config, made_for).unwrap();
        let file = folder.join("hour");
        fs::write(&file, HOUR).unwrap();
        config.clock_file = Some(file);
        config
    }

    #[test]
    fn a_hub_made_for_tests_goes_by_the_clock_that_tests_turn() {
        let folder = tempfile::tempdir().unwrap();
        let config = hub(folder.path(), MadeFor::Tests);
        assert_eq!(of_hub(&config).unwrap().now(), HOUR.parse().unwrap());
    }

    #[test]
    fn nobody_turns_the_clock_of_a_hub_for_real_children() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = hub(folder.path(), MadeFor::Use);
        let refused = of_hub(&config).err().unwrap();
        let said = report(&refused);
        assert!(said.contains("init --for-tests"), "{said}");
        config.clock_file = None;
        assert!(of_hub(&config).is_ok());
    }
}
