//! A destroyed key is gone from the answers, from memory and from every byte of the files.

use crate::{Place, line, lines, row, subkey, with_line};
use keys::{KeyError, KeyId, Keys, OpenError, Opened, Sealer, Service, SharedKeys};
use proto::sealing::FieldClass;
use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
    slice,
};

#[tokio::test]
async fn a_destroyed_key_opens_nothing_and_is_never_made_again() {
    let place = Place::new();
    let store = place.open();
    let (keys, id) = with_line(&store, 1).await;
    let schools = Sealer::new(keys, Service::Schools);
    let plain = "Testy McTestface".to_owned();
    let sealed = schools
        .seal(&id, FieldClass::Identity, &plain)
        .await
        .unwrap();

    store.destroy(slice::from_ref(&id)).await.unwrap();

    let opened = schools.open::<String>(&sealed).await.unwrap();
    assert!(opened == Opened::Destroyed);
    let made = store.create(Service::Police, slice::from_ref(&id)).await;
    assert!(matches!(made, Err(KeyError::Destroyed)));
    assert!(matches!(
        subkey(&*store, &id).await,
        Err(KeyError::Destroyed)
    ));
    assert!(store.is_destroyed(&id).await.unwrap());
}

#[tokio::test]
async fn a_request_that_names_a_destroyed_key_makes_none_of_its_keys() {
    let place = Place::new();
    let store = place.open();
    store.destroy(&[line(2)]).await.unwrap();
    let made = store.create(Service::Police, &lines(1..4)).await;
    assert!(matches!(made, Err(KeyError::Destroyed)));
    assert!(matches!(
        subkey(&*store, &line(1)).await,
        Err(KeyError::Unknown)
    ));
}

#[tokio::test]
async fn destroying_twice_or_before_making_is_recorded_once() {
    let place = Place::new();
    let store = place.open();
    for _ in 0..3 {
        store.destroy(&[line(9)]).await.unwrap();
    }
    assert!(store.is_destroyed(&line(9)).await.unwrap());
    let ledger = fs::read_to_string(place.path().join("destroyed.log")).unwrap();
    assert_eq!(ledger, format!("{} 2026-11-20T22:00:00Z\n", line(9)));
}

#[tokio::test]
async fn whoever_was_not_there_finds_every_destruction_in_the_ledger() {
    let place = Place::new();
    let store = place.open();
    store.create(Service::Police, &lines(1..4)).await.unwrap();
    assert_eq!(store.all_destroyed().await.unwrap(), []);
    store.destroy(&lines(1..3)).await.unwrap();
    drop(store);
    let mut destroyed = place.open().all_destroyed().await.unwrap();
    destroyed.sort();
    assert_eq!(destroyed, lines(1..3));
}

#[tokio::test]
async fn every_destruction_is_announced() {
    let place = Place::new();
    let store = place.open();
    store.create(Service::Police, &lines(1..3)).await.unwrap();
    let mut feed = store.destroyed();
    store.destroy(&lines(1..3)).await.unwrap();
    assert_eq!(feed.try_recv().unwrap(), line(1));
    assert_eq!(feed.try_recv().unwrap(), line(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sealer_opens_a_value_after_its_key_was_destroyed() {
    let place = Place::new();
    let store = place.open();
    for number in 0..50 {
        let (keys, id) = with_line(&store, number).await;
        let schools = Sealer::new(keys, Service::Schools);
        let plain = "Testy McTestface".to_owned();
        let sealed = schools
            .seal(&id, FieldClass::Identity, &plain)
            .await
            .unwrap();
        let readers: Vec<_> = (0..8)
            .map(|_| {
                let (schools, sealed) = (schools.clone(), sealed.clone());
                tokio::spawn(async move {
                    while let Ok(Opened::Plain(_)) = schools.open::<String>(&sealed).await {
                        tokio::task::yield_now().await;
                    }
                })
            })
            .collect();
        store.destroy(slice::from_ref(&id)).await.unwrap();
        let opened = schools.open::<String>(&sealed).await;
        assert!(matches!(opened, Ok(Opened::Destroyed)));
        for reader in readers {
            reader.await.unwrap();
        }
    }
}

#[tokio::test]
async fn no_byte_of_a_destroyed_key_stays_in_the_files() {
    let place = Place::new();
    let store = place.open();
    let scatter = |n: u128| line(n.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835));
    let mut left: Vec<KeyId> = (1..3_000).map(scatter).collect();
    let ids = left.clone();
    for some in ids.chunks(100) {
        store.create(Service::Police, some).await.unwrap();
    }
    let wrapped = wrapped_keys(place.path());
    let pieces = |ids: &[KeyId]| -> Vec<[u8; PIECE]> {
        let wrapped = ids.iter().flat_map(|id| wrapped[&row(id)].as_chunks().0);
        wrapped.copied().collect()
    };
    let there = |ids: &[KeyId]| {
        let bytes = all_bytes(place.path());
        let windows: HashSet<&[u8]> = bytes.windows(PIECE).collect();
        let pieces = pieces(ids);
        pieces
            .iter()
            .filter(|piece| windows.contains(piece.as_slice()))
            .count()
    };
    assert_eq!(there(&ids), ids.len() * 5);

    // Keys among others that stay, and then more of these: pages run empty and are joined, which moves
    // what is left and leaves copies behind in a careless store.
    let mut gone = Vec::new();
    for every in [7, 3, 2, 2] {
        let mut number = 0;
        let more: Vec<KeyId> = left
            .extract_if(.., |_| {
                number += 1;
                number % every == 0
            })
            .collect();
        for some in more.chunks(50) {
            store.destroy(some).await.unwrap();
        }
        gone.extend(more);
        assert_eq!(there(&gone), 0);
        assert_eq!(there(&left), left.len() * 5);
    }
}

/// Wrapped keys are looked for in pieces of this many bytes.
const PIECE: usize = 12;

fn wrapped_keys(folder: &Path) -> HashMap<Vec<u8>, Vec<u8>> {
    let file = rusqlite::Connection::open(folder.join("keys.db")).unwrap();
    let mut rows = file.prepare("SELECT id, wrapped FROM keys").unwrap();
    let all = rows
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap();
    all.collect::<Result<_, _>>().unwrap()
}

fn all_bytes(folder: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        bytes.extend(fs::read(entry.unwrap().path()).unwrap());
    }
    bytes
}

#[tokio::test]
async fn values_stay_unavailable_not_destroyed_when_their_key_is_merely_missing() {
    let (place, other) = (Place::new(), Place::new());
    let (keys, id) = with_line(&place.open(), 1).await;
    let plain = "Testy McTestface".to_owned();
    let sealed = Sealer::new(keys, Service::Schools)
        .seal(&id, FieldClass::Identity, &plain)
        .await
        .unwrap();
    let elsewhere = Sealer::new(other.open() as SharedKeys, Service::Schools);
    let opened = elsewhere.open::<String>(&sealed).await;
    assert!(matches!(
        opened,
        Err(OpenError::Unavailable(KeyError::Unknown))
    ));
}
