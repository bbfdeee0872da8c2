//! Sealing on real files: what is sealed opens again, what is destroyed never does.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what surrounds the tests may fail them too"
)]

mod backup;
mod crash;
mod destroyed;
mod golden;
mod hub;
mod kept;
mod making;
mod outage;
mod remote;
mod sealing;

use clock::TurnedClock;
use jiff::Timestamp;
use keys::{KeyId, KeyKind, KeyStore, Keys, MadeFor, MasterKey, Service, SharedKeys, Subkey};
use std::{path::Path, sync::Arc};
use tempfile::TempDir;

/// A key store in a folder that goes with it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        KeyStore::init(folder.path(), &master(1), MadeFor::Use).unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn open(&self) -> Arc<KeyStore> {
        open(self.path())
    }
}

fn open(folder: &Path) -> Arc<KeyStore> {
    let night: Timestamp = "2026-11-20T22:00:00Z".parse().unwrap();
    let clock = Arc::new(TurnedClock::new(night));
    Arc::new(KeyStore::open(folder, &master(1), clock).unwrap())
}

fn master(number: u8) -> MasterKey {
    // The base64 of 32 equal bytes: 30 of them as whole groups, then two.
    let letters = ["AAAA", "AQEB", "AgIC"][usize::from(number)];
    let last = ["AAA=", "AQE=", "AgI="][usize::from(number)];
    MasterKey::from_text(&(letters.repeat(10) + last)).unwrap()
}

fn line(number: u128) -> KeyId {
    KeyId::of(KeyKind::ChildLine, number.to_be_bytes())
}

fn lines(numbers: std::ops::Range<u128>) -> Vec<KeyId> {
    numbers.map(line).collect()
}

async fn subkey(keys: &dyn Keys, id: &KeyId) -> Result<Subkey, keys::KeyError> {
    let class = proto::sealing::FieldClass::Identity;
    keys.subkey(Service::Schools, id, class).await
}

/// How the store's file names the key: what it is for, and the letter of its kind.
fn row(id: &KeyId) -> Vec<u8> {
    let name = id.to_string();
    [id.thing().as_slice(), &name.as_bytes()[..1]].concat()
}

async fn with_line(store: &Arc<KeyStore>, number: u128) -> (SharedKeys, KeyId) {
    let id = line(number);
    store
        .create(Service::Police, std::slice::from_ref(&id))
        .await
        .unwrap();
    (Arc::clone(store) as SharedKeys, id)
}
