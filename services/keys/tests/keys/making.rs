//! Keys are made once, however many ask at once, and by grant only.

use crate::{Place, line, lines, subkey};
use keys::{KeyError, KeyId, KeyKind, Keys, Service};
use proto::sealing::FieldClass;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_made_by_many_at_once_is_one_key() {
    let place = Place::new();
    let store = place.open();
    let ids = lines(0..40);
    let makers: Vec<_> = (0..64)
        .map(|_| {
            let (store, ids) = (store.clone(), ids.clone());
            tokio::spawn(async move {
                store.create(Service::Police, &ids).await.unwrap();
                first_bytes(&*store, &ids).await
            })
        })
        .collect();
    let mut seen = Vec::new();
    for maker in makers {
        seen.push(maker.await.unwrap());
    }
    assert!(seen.iter().all(|bytes| *bytes == seen[0]));
}

async fn first_bytes(store: &dyn Keys, ids: &[KeyId]) -> Vec<[u8; 32]> {
    let mut bytes = Vec::new();
    for id in ids {
        bytes.push(*subkey(store, id).await.unwrap().0);
    }
    bytes
}

#[tokio::test]
async fn who_makes_a_key_is_given_what_it_may_have_of_it_and_of_none_that_was_there() {
    let place = Place::new();
    let store = place.open();
    store.create(Service::Police, &[line(1)]).await.unwrap();
    let both = [line(1), line(2)];
    let made = store.create(Service::Police, &both).await.unwrap();
    let ids: Vec<_> = made.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, [line(2)]);
    let subkeys = &made[0].1;
    assert_eq!(subkeys.len(), 3);
    for (class, given) in subkeys {
        let asked = store.subkey(Service::Police, &line(2), *class).await;
        assert_eq!(*asked.unwrap().0, *given.0);
    }
}

#[tokio::test]
async fn keys_are_the_same_after_opening_again() {
    let place = Place::new();
    let ids = lines(0..10);
    let store = place.open();
    store.create(Service::Police, &ids).await.unwrap();
    let before = first_bytes(&*store, &ids).await;
    drop(store);
    let store = place.open();
    store.create(Service::Police, &ids).await.unwrap();
    assert_eq!(first_bytes(&*store, &ids).await, before);
}

#[tokio::test]
async fn each_key_and_class_has_a_subkey_of_its_own() {
    let place = Place::new();
    let store = place.open();
    store.create(Service::Police, &lines(0..2)).await.unwrap();
    let mut seen = std::collections::HashSet::new();
    for id in lines(0..2) {
        for class in [
            FieldClass::Identity,
            FieldClass::Content,
            FieldClass::Location,
        ] {
            let subkey = store.subkey(Service::Schools, &id, class).await.unwrap();
            assert!(seen.insert(*subkey.0));
        }
    }
}

#[tokio::test]
async fn a_key_that_was_never_made_is_unknown_and_not_destroyed() {
    let place = Place::new();
    let store = place.open();
    assert!(matches!(
        subkey(&*store, &line(1)).await,
        Err(KeyError::Unknown)
    ));
    assert!(!store.is_destroyed(&line(1)).await.unwrap());
}

#[tokio::test]
async fn a_subkey_is_handed_out_by_grant_only() {
    let place = Place::new();
    let store = place.open();
    let area = KeyId::of(KeyKind::Area, [1; 16]);
    store
        .create(Service::Police, &[line(1), area])
        .await
        .unwrap();
    let refused = [
        (Service::Access, line(1), FieldClass::Identity),
        (Service::History, line(1), FieldClass::Identity),
        (Service::History, line(1), FieldClass::Content),
        (Service::Police, area, FieldClass::Location),
        (Service::Schools, line(1), FieldClass::Unspecified),
    ];
    for (service, id, class) in refused {
        let answer = store.subkey(service, &id, class).await;
        assert!(
            matches!(answer, Err(KeyError::NotGranted)),
            "{service:?} {class:?}"
        );
    }
    let granted = store
        .subkey(Service::History, &area, FieldClass::Area)
        .await;
    assert!(granted.is_ok());
}
