//! Makes a new hub: its folders, its keys, and tokens for its operator.
//!
//! A note in the data folder says that a hub is being made. As long as it is there, making it again
//! goes on with what is there; without it, nothing that is there is touched.

use super::{Folders, HubError, JOURNALS, Stores, part};
use clock::SharedClock;
use host::config::Config;
use keys::{KeyStore, MadeFor, MasterKey, StoreError};
use policy::Signer;
use std::{
    fs::{self, File},
    io,
};

/// There is something already that a new hub would take the place of.
#[derive(Debug, thiserror::Error)]
#[error(
    "make a hub where there is one already: run it with `firstbell up`, or name another folder with --data"
)]
struct AlreadyThere;

/// Makes the folders and keys of a hub that is not there yet, or goes on with one that [`made`] was
/// not called for.
pub fn make(config: &Config, made_for: MadeFor) -> Result<Folders, HubError> {
    let folders = Folders::below(&config.data);
    let goes_on = folders.being_made().exists();
    if !goes_on && is_there(config, &folders) {
        return Err(part("its data folder")(AlreadyThere));
    }
    begin(&folders).map_err(part("its folder"))?;
    let master = master(config, &folders, goes_on).map_err(part("its master key"))?;
    match KeyStore::init(&folders.keys, &master, made_for) {
        Err(StoreError::AlreadyThere) if goes_on => {}
        made => made.map_err(part("its keys"))?,
    }
    Ok(folders)
}

/// Says that the hub is whole: from now on nothing makes it again.
pub fn made(folders: &Folders) -> Result<(), HubError> {
    let sync = || File::open(&folders.data)?.sync_all();
    sync()
        .and_then(|()| fs::remove_file(folders.being_made()))
        .and_then(|()| sync())
        .map_err(part("its folder"))
}

/// Makes a token for the operator of a hub that does not run, and nothing else in it.
pub async fn new_operator_token(config: &Config, clock: SharedClock) -> Result<String, HubError> {
    let stores = Stores::open(config, clock.clone()).await?;
    let key = stores.keys.signing_key(keys::Purpose::Assertions).pkcs8();
    let signer =
        Signer::from_pkcs8(key).map_err(|error| part("its signing key")(error.to_string()))?;
    let access = access::build(access::Config {
        journal: stores.access.clone(),
        keys: stores.keys.clone(),
        clock,
        signer,
    })
    .await
    .map_err(part("the access service"))?;
    let token = access.bootstrap_operator_token().await;
    stores.close().await;
    token.map_err(|problem| part("the operator's token")(problem.message().to_owned()))
}

fn is_there(config: &Config, folders: &Folders) -> bool {
    let own_key = config.master_key.is_none() && config.master_key_file.is_none();
    let journals = JOURNALS.map(|service| folders.journal(service));
    let kept = [folders.keys.join("keys.db"), folders.operator_token()];
    let key = own_key.then(|| folders.master_key());
    journals
        .iter()
        .chain(&kept)
        .chain(&key)
        .any(|path| path.exists())
}

fn begin(folders: &Folders) -> io::Result<()> {
    folders.make()?;
    File::create(folders.being_made())?.sync_all()?;
    File::open(&folders.data)?.sync_all()
}

/// One that is there is never written over.
fn master(
    config: &Config,
    folders: &Folders,
    goes_on: bool,
) -> Result<MasterKey, keys::MasterError> {
    let own = folders.master_key();
    match (&config.master_key, &config.master_key_file) {
        (Some(secret), _) => MasterKey::from_text(&secret.0),
        (None, Some(path)) if path.exists() => MasterKey::from_file(path),
        (None, Some(path)) => MasterKey::generate_file(path),
        (None, None) if goes_on && own.exists() => MasterKey::from_file(&own),
        (None, None) => MasterKey::generate_file(&own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clock::SystemClock;
    use std::{path::Path, sync::Arc};

    fn config(folder: &Path) -> Config {
        Config {
            data: folder.join("data"),
            free_space_reserve_mib: 1,
            ..Config::default()
        }
    }

    fn key(folders: &Folders) -> Vec<u8> {
        fs::read(folders.master_key()).unwrap()
    }

    #[test]
    fn a_hub_that_was_begun_is_gone_on_with_and_one_that_is_made_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let folders = make(&config, MadeFor::Use).unwrap();
        let before = key(&folders);
        make(&config, MadeFor::Use).unwrap();
        assert_eq!(key(&folders), before);
        made(&folders).unwrap();
        assert!(make(&config, MadeFor::Use).is_err());
        assert_eq!(key(&folders), before);
        assert!(!folders.being_made().exists());
    }

    #[test]
    fn a_master_key_that_nobody_began_a_hub_with_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        let folders = Folders::below(&config.data);
        fs::create_dir(&folders.data).unwrap();
        fs::write(folders.master_key(), "of another hub").unwrap();
        assert!(make(&config, MadeFor::Use).is_err());
        assert_eq!(key(&folders), b"of another hub");
    }

    #[tokio::test]
    async fn only_a_hub_that_does_not_run_gives_its_operator_a_new_token() {
        let folder = tempfile::tempdir().unwrap();
        let config = config(folder.path());
        make(&config, MadeFor::Use).unwrap();
        let clock: SharedClock = Arc::new(SystemClock);
        let running = Stores::open(&config, clock.clone()).await.unwrap();
        assert!(new_operator_token(&config, clock.clone()).await.is_err());
        running.close().await;
        drop(running);
        let token = new_operator_token(&config, clock).await.unwrap();
        assert!(token.starts_with("fb_"));
    }
}
