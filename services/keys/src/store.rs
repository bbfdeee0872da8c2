//! The key store: a key holder on one file, wrapped under the master key.
//!
//! In reading order: [`tables`] is what the file holds, [`ledger`] remembers destroyed keys outside
//! it, [`writer`] makes and destroys keys in shared commits, [`recent`] has those made last at hand,
//! [`backup`] copies the file and puts a copy back. Each key is 32 random bytes; the master key wraps
//! each under a random 96-bit nonce, which is safe for the first 2^32 keys of a hub. Unwrapped keys
//! live for one derivation and are wiped.

mod backup;
mod error;
mod ledger;
mod recent;
mod tables;
mod writer;

pub use backup::restore;
pub use error::StoreError;

use crate::{
    KeyError, KeyId, Keys, Service, Subkey, Subkeys,
    aead::{Cipher, CipherFailed, joined},
    files::make_folder,
    grants::{may_open, may_seal},
    hub::{HubSecrets, MadeFor, Names, Purpose, SigningKey, VerifyingKey},
    master::MasterKey,
    port::CLASSES,
};
use async_trait::async_trait;
use aws_lc_rs::{hkdf, rand};
use clock::SharedClock;
use ledger::Ledger;
use proto::sealing::FieldClass;
use recent::Recent;
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use tables::Held;
use tokio::sync::broadcast;
use writer::Writer;
use zeroize::Zeroizing;

/// Destructions that a slow holder of subkeys may fall behind before it must drop them all.
const FEED_LENGTH: usize = 1024;

/// Holds keys in `keys.db` and the ledger of destroyed ones in `destroyed.log`, in one folder.
/// One process at a time may have it open.
pub struct KeyStore {
    path: PathBuf,
    master: Cipher,
    hub: HubSecrets,
    reader: Mutex<Connection>,
    recent: Arc<Recent>,
    feed: broadcast::Sender<KeyId>,
    writer: Writer,
}

// === impl KeyStore ===

impl KeyStore {
    /// Makes a new store in `folder`, with new hub secrets. One that is there already is refused.
    pub fn init(folder: &Path, master: &MasterKey, made_for: MadeFor) -> Result<(), StoreError> {
        make_folder(folder)?;
        let (_lock, _) = Ledger::open(&ledger_path(folder))?;
        let secrets = HubSecrets::make(&master.cipher()?, made_for)?;
        tables::make(&file_path(folder), &secrets)
    }

    /// Opens the store in `folder` and destroys again what a restored copy brought back. Blocks while
    /// it does; dropping the store waits for its last commit.
    pub fn open(folder: &Path, master: &MasterKey, clock: SharedClock) -> Result<Self, StoreError> {
        let path = file_path(folder);
        if !path.exists() {
            return Err(StoreError::Missing);
        }
        let (mut ledger, entries) = Ledger::open(&ledger_path(folder))?;
        let mut connection = tables::connect(&path)?;
        let master = master.cipher()?;
        let hub = HubSecrets::open(&master, &tables::secrets(&connection)?)?;
        ledger::reconcile(&mut ledger, entries, &mut connection)?;
        let (feed, _) = broadcast::channel(FEED_LENGTH);
        let recent = Arc::new(Recent::default());
        Ok(Self {
            reader: Mutex::new(tables::connect(&path)?),
            writer: Writer::start(connection, ledger, recent.clone(), feed.clone(), clock)?,
            recent,
            path,
            master,
            hub,
            feed,
        })
    }

    /// What the hub of the store in `folder` was made for, whether or not a process has it open.
    pub fn was_made_for(folder: &Path, master: &MasterKey) -> Result<MadeFor, StoreError> {
        let path = file_path(folder);
        if !path.exists() {
            return Err(StoreError::Missing);
        }
        let secrets = tables::secrets(&tables::connect(&path)?)?;
        Ok(HubSecrets::open(&master.cipher()?, &secrets)?.made_for())
    }

    /// What the hub was made for.
    pub fn made_for(&self) -> MadeFor {
        self.hub.made_for()
    }

    /// The key that signs for `purpose`.
    pub fn signing_key(&self, purpose: Purpose) -> &SigningKey {
        self.hub.signing_key(purpose)
    }

    /// The public halves of all signing keys.
    pub fn verifying_keys(&self) -> Vec<VerifyingKey> {
        Purpose::ALL
            .map(|purpose| self.signing_key(purpose).verifying().clone())
            .into()
    }

    /// Destroys the keys for ever; durable when answered. Unknown ids are recorded as destroyed too.
    pub async fn destroy(&self, ids: &[KeyId]) -> Result<(), KeyError> {
        self.writer.destroy(ids.to_vec()).await
    }

    /// Copies the store as it is at one moment to `path`, while it goes on working; blocks until the
    /// copy is on disk. The ledger of destroyed keys is not in it on purpose: see [`restore`].
    pub fn backup_to(&self, path: &Path) -> Result<(), StoreError> {
        backup::copy(&self.path, path)
    }

    /// Every subkey of `id` that `service` is granted; none where there is no grant.
    pub(crate) fn all_subkeys(&self, service: Service, id: &KeyId) -> Result<Subkeys, KeyError> {
        let wrapped = match self.held(id)? {
            Held::Key(wrapped) => wrapped,
            Held::Destroyed => return Err(KeyError::Destroyed),
            Held::Nothing => return Err(KeyError::Unknown),
        };
        let key = self.unwrapped(id, &wrapped).map_err(unavailable)?;
        granted(service, id, &key).map_err(unavailable)
    }

    fn held(&self, id: &KeyId) -> Result<Held, KeyError> {
        if let Some(wrapped) = self.recent.find(id) {
            return Ok(Held::Key(wrapped));
        }
        // One look-up by name, mostly in memory: not worth a thread of its own.
        let reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        tables::find(&reader, id).map_err(|error| unavailable(StoreError::from(error)))
    }

    fn new_key(&self, service: Service, id: &KeyId) -> Result<New, CipherFailed> {
        let mut key = Zeroizing::new([0; 32]);
        rand::fill(key.as_mut_slice())?;
        Ok(New {
            wrapped: self.master.wrap(&bound(id), key.as_slice())?,
            subkeys: granted(service, id, key.as_slice())?,
        })
    }

    fn unwrapped(&self, id: &KeyId, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, CipherFailed> {
        self.master.unwrap_secret(&bound(id), wrapped)
    }
}

/// A key that is about to be made.
struct New {
    wrapped: Vec<u8>,
    /// What the service that makes it is granted.
    subkeys: Subkeys,
}

/// Every subkey of `key` that `service` is granted.
fn granted(service: Service, id: &KeyId, key: &[u8]) -> Result<Subkeys, CipherFailed> {
    let derives = derives(key);
    let granted = CLASSES
        .into_iter()
        .filter(|class| is_granted(service, id, *class));
    let subkeys = granted.map(|class| Ok((class, subkey(&derives, id, class)?)));
    subkeys.collect()
}

fn derives(key: &[u8]) -> hkdf::Prk {
    hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(key)
}

fn subkey(derives: &hkdf::Prk, id: &KeyId, class: FieldClass) -> Result<Subkey, CipherFailed> {
    let class = i32::from(class).to_be_bytes();
    let name = id.text();
    let info = [b"firstbell subkey v1", class.as_slice(), &name];
    let mut subkey = Subkey(Zeroizing::new([0; 32]));
    derives
        .expand(&info, hkdf::HKDF_SHA256)?
        .fill(subkey.0.as_mut_slice())?;
    Ok(subkey)
}

#[async_trait]
impl Keys for KeyStore {
    async fn create(
        &self,
        service: Service,
        ids: &[KeyId],
    ) -> Result<Vec<(KeyId, Subkeys)>, KeyError> {
        let (mut wrapped, mut subkeys) = (Vec::new(), Vec::new());
        for id in ids {
            let new = self.new_key(service, id).map_err(unavailable)?;
            wrapped.push((*id, new.wrapped));
            subkeys.push((*id, new.subkeys));
        }
        let mut made = self.writer.create(wrapped).await?.into_iter();
        // Another key is there where this one was not made.
        subkeys.retain(|_| made.next() == Some(true));
        Ok(subkeys)
    }

    async fn subkeys(
        &self,
        service: Service,
        id: &KeyId,
        class: FieldClass,
    ) -> Result<Subkeys, KeyError> {
        if !is_granted(service, id, class) {
            return Err(KeyError::NotGranted);
        }
        match self.held(id)? {
            Held::Key(wrapped) => {
                let key = self.unwrapped(id, &wrapped).map_err(unavailable)?;
                let subkey = subkey(&derives(&key), id, class).map_err(unavailable)?;
                Ok(vec![(class, subkey)])
            }
            Held::Destroyed => Err(KeyError::Destroyed),
            Held::Nothing => Err(KeyError::Unknown),
        }
    }

    async fn is_destroyed(&self, id: &KeyId) -> Result<bool, KeyError> {
        Ok(matches!(self.held(id)?, Held::Destroyed))
    }

    async fn all_destroyed(&self) -> Result<Vec<KeyId>, KeyError> {
        let path = self.path.clone();
        // Of its own, so that nobody waits for a subkey meanwhile.
        let read = move || tables::ledger(&tables::connect(&path)?);
        let ledger = tokio::task::spawn_blocking(read).await;
        let ledger = ledger.map_err(unavailable)?.map_err(unavailable)?;
        Ok(ledger.into_iter().map(|(id, _)| id).collect())
    }

    fn destroyed(&self) -> broadcast::Receiver<KeyId> {
        self.feed.subscribe()
    }

    fn names(&self, service: Service) -> Names {
        self.hub.names(service)
    }
}

fn file_path(folder: &Path) -> PathBuf {
    folder.join("keys.db")
}

fn ledger_path(folder: &Path) -> PathBuf {
    folder.join("destroyed.log")
}

fn is_granted(service: Service, id: &KeyId, class: FieldClass) -> bool {
    may_open(service, id.kind(), class) || may_seal(service, id.kind(), class)
}

fn bound(id: &KeyId) -> Vec<u8> {
    joined(&[b"firstbell key v1", &id.text()])
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> KeyError {
    KeyError::Unavailable(Box::new(error))
}
