//! The hub's own secrets last as long as the store, and open under its master key only.

use crate::{Place, master};
use clock::SystemClock;
use keys::{KeyStore, Keys, MadeFor, Purpose, Service, StoreError};
use std::{os::unix::fs::PermissionsExt as _, sync::Arc};

#[test]
fn opaque_names_and_signing_keys_are_the_same_after_opening_again() {
    let place = Place::new();
    let seen = || {
        let store = place.open();
        let name = store
            .names(Service::Police)
            .opaque("stream", &[b"force", b"reference"]);
        let signature = store
            .signing_key(Purpose::Checkpoints(Service::Police))
            .sign(b"root");
        (name, store.verifying_keys(), signature)
    };
    assert_eq!(seen(), seen());
}

#[test]
fn a_signature_is_checked_with_the_key_that_it_names() {
    let place = Place::new();
    let store = place.open();
    let signing = store.signing_key(Purpose::Assertions);
    let signature = signing.sign(b"assertion");
    let keys = store.verifying_keys();
    let named = keys.iter().find(|key| key.id == signing.id()).unwrap();
    assert_eq!(named.purpose, Purpose::Assertions);
    assert!(named.verifies(b"assertion", &signature));
}

#[test]
fn two_hubs_share_no_names_and_no_keys() {
    let (one, other) = (Place::new(), Place::new());
    let (one, other) = (one.open(), other.open());
    let name = |store: &KeyStore| store.names(Service::Police).opaque("stream", &[b"x"]);
    assert_ne!(name(&one), name(&other));
    assert_ne!(one.verifying_keys(), other.verifying_keys());
}

#[test]
fn another_master_key_is_named_as_the_fault() {
    let place = Place::new();
    let refused = KeyStore::open(place.path(), &master(2), Arc::new(SystemClock));
    assert!(matches!(refused, Err(StoreError::WrongMaster)));
}

#[test]
fn a_store_is_made_once_and_never_by_opening() {
    let place = Place::new();
    let again = KeyStore::init(place.path(), &master(1), MadeFor::Use);
    assert!(matches!(again, Err(StoreError::AlreadyThere)));
    let nowhere = tempfile::tempdir().unwrap();
    let refused = KeyStore::open(nowhere.path(), &master(1), Arc::new(SystemClock));
    assert!(matches!(refused, Err(StoreError::Missing)));
}

#[test]
fn only_the_owner_may_read_the_files() {
    let place = Place::new();
    let _store = place.open();
    for entry in std::fs::read_dir(place.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}
