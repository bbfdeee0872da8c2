//! Copies of the store work, and none of them brings a destroyed key back.

use crate::{Place, line, lines, master, open, subkey};
use clock::SystemClock;
use keys::{KeyError, KeyStore, Keys, Service, StoreError, store};
use std::{fs, sync::Arc};

#[tokio::test]
async fn a_copy_put_back_has_the_keys_that_were_there_when_it_was_taken() {
    let place = Place::new();
    let copy = place.path().join("copy");
    let keys = place.open();
    keys.create(Service::Police, &[line(1)]).await.unwrap();
    let before = *subkey(&*keys, &line(1)).await.unwrap().0;
    keys.backup_to(&copy).unwrap();
    keys.create(Service::Police, &[line(2)]).await.unwrap();
    drop(keys);

    store::restore(&copy, place.path()).unwrap();

    let keys = place.open();
    assert_eq!(*subkey(&*keys, &line(1)).await.unwrap().0, before);
    assert!(matches!(
        subkey(&*keys, &line(2)).await,
        Err(KeyError::Unknown)
    ));
}

#[tokio::test]
async fn an_older_copy_never_brings_a_destroyed_key_back() {
    let place = Place::new();
    let copy = place.path().join("copy");
    let keys = place.open();
    keys.create(Service::Police, &lines(1..4)).await.unwrap();
    keys.backup_to(&copy).unwrap();
    keys.destroy(&[line(1)]).await.unwrap();
    drop(keys);
    store::restore(&copy, place.path()).unwrap();

    for _ in 0..2 {
        let keys = place.open();
        assert!(matches!(
            subkey(&*keys, &line(1)).await,
            Err(KeyError::Destroyed)
        ));
        let made = keys.create(Service::Police, &[line(1)]).await;
        assert!(matches!(made, Err(KeyError::Destroyed)));
        assert!(subkey(&*keys, &line(2)).await.is_ok());
    }
}

#[tokio::test]
async fn a_lost_ledger_is_written_again_from_the_store() {
    let place = Place::new();
    let ledger = place.path().join("destroyed.log");
    let keys = place.open();
    keys.destroy(&[line(1)]).await.unwrap();
    drop(keys);
    let before = fs::read(&ledger).unwrap();
    fs::remove_file(&ledger).unwrap();
    drop(place.open());
    assert_eq!(fs::read(&ledger).unwrap(), before);
}

#[tokio::test]
async fn a_store_moves_to_another_machine_with_its_copy_and_its_ledger() {
    let place = Place::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = place.path().join("copy");
    let keys = place.open();
    keys.create(Service::Police, &lines(1..3)).await.unwrap();
    keys.backup_to(&copy).unwrap();
    keys.destroy(&[line(1)]).await.unwrap();
    let name = "destroyed.log";
    fs::copy(place.path().join(name), elsewhere.path().join(name)).unwrap();
    store::restore(&copy, elsewhere.path()).unwrap();
    let moved = open(elsewhere.path());
    assert!(moved.is_destroyed(&line(1)).await.unwrap());
    let name = |store: &KeyStore| store.names(Service::Police).opaque("stream", &[b"x"]);
    assert_eq!(name(&moved), name(&keys));
    let subkeys = (
        subkey(&*moved, &line(2)).await,
        subkey(&*keys, &line(2)).await,
    );
    assert_eq!(*subkeys.0.unwrap().0, *subkeys.1.unwrap().0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_whole_while_keys_are_made_and_is_one_file() {
    let place = Place::new();
    let copies = tempfile::tempdir().unwrap();
    let keys = place.open();
    let maker = {
        let keys = keys.clone();
        tokio::spawn(async move {
            for number in 0..300 {
                // Pairs are made together, so a copy has both or neither.
                let pair = [line(number), line(number + 1_000_000)];
                keys.create(Service::Police, &pair).await.unwrap();
            }
        })
    };
    for _ in 0..5 {
        keys.backup_to(&copies.path().join("copy")).unwrap();
    }
    maker.await.unwrap();
    assert_eq!(fs::read_dir(copies.path()).unwrap().count(), 1);

    let elsewhere = tempfile::tempdir().unwrap();
    store::restore(&copies.path().join("copy"), elsewhere.path()).unwrap();
    let copy = open(elsewhere.path());
    for number in 0..300 {
        let one = subkey(&*copy, &line(number)).await.is_ok();
        let other = subkey(&*copy, &line(number + 1_000_000)).await.is_ok();
        assert_eq!(one, other);
    }
}

#[test]
fn a_store_in_use_is_neither_opened_again_nor_replaced() {
    let place = Place::new();
    let copy = place.path().join("copy");
    let keys = place.open();
    keys.backup_to(&copy).unwrap();
    let second = KeyStore::open(place.path(), &master(1), Arc::new(SystemClock));
    assert!(matches!(second, Err(StoreError::InUse)));
    let replaced = store::restore(&copy, place.path());
    assert!(matches!(replaced, Err(StoreError::InUse)));
}
