//! Makes a new hub: its folders and its keys.

use super::{Folders, HubError, part};
use host::config::Config;
use keys::{KeyStore, MasterKey};

/// Makes the folders and keys of a hub that is not there yet.
pub fn make(config: &Config) -> Result<Folders, HubError> {
    let folders = Folders::below(&config.data);
    folders.make().map_err(part("its folder"))?;
    let master = match (&config.master_key, &config.master_key_file) {
        (Some(secret), _) => MasterKey::from_text(&secret.0),
        (None, Some(path)) if path.exists() => MasterKey::from_file(path),
        (None, Some(path)) => MasterKey::generate_file(path),
        (None, None) => MasterKey::generate_file(&folders.master_key()),
    };
    let master = master.map_err(part("its master key"))?;
    KeyStore::init(&folders.keys, &master).map_err(part("its keys"))?;
    Ok(folders)
}
