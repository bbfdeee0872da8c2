//! What is sealed opens again as it was, under the same grants, and in no other way.

use crate::{Place, line, outage::Outage, with_line};
use keys::{
    KeyError, KeyId, KeyKind, Keys as _, OpenError, Opened, SealError, Sealer, Service, SharedKeys,
};
use proptest::{prelude::*, test_runner::TestRunner};
use proto::sealing::{FieldClass, Sealed};
use std::{error::Error, sync::Arc};
use tokio::runtime::Runtime;

const NAME: &str = "Testy McTestface";

fn name() -> String {
    NAME.to_owned()
}

#[tokio::test]
async fn a_sealed_value_opens_as_it_was() {
    let place = Place::new();
    let (keys, id) = with_line(&place.open(), 1).await;
    let schools = Sealer::new(keys.clone(), Service::Schools);
    let sealed = schools
        .seal(&id, FieldClass::Identity, &name())
        .await
        .unwrap();
    let elsewhere = Sealer::new(keys, Service::Schools);
    let opened = elsewhere.open::<String>(&sealed).await.unwrap();
    assert_eq!(opened.plain(), Some(name()));
}

#[tokio::test]
async fn the_same_value_is_never_sealed_to_the_same_bytes() {
    let place = Place::new();
    let (keys, id) = with_line(&place.open(), 1).await;
    let schools = Sealer::new(keys, Service::Schools);
    let one = schools
        .seal(&id, FieldClass::Identity, &name())
        .await
        .unwrap();
    let two = schools
        .seal(&id, FieldClass::Identity, &name())
        .await
        .unwrap();
    assert_ne!(one.nonce, two.nonce);
    assert_ne!(one.ciphertext, two.ciphertext);
}

#[tokio::test]
async fn police_seal_who_a_child_is_and_cannot_open_it_again() {
    let place = Place::new();
    let (keys, id) = with_line(&place.open(), 1).await;
    let police = Sealer::new(keys.clone(), Service::Police);
    let schools = Sealer::new(keys, Service::Schools);
    let sealed = police
        .seal(&id, FieldClass::Identity, &name())
        .await
        .unwrap();
    let refused = police.open::<String>(&sealed).await;
    assert!(matches!(refused, Err(OpenError::NotGranted)));
    let opened = schools.open::<String>(&sealed).await.unwrap();
    assert_eq!(opened.plain(), Some(name()));
}

#[tokio::test]
async fn nothing_is_sealed_without_a_grant_or_a_key() {
    let place = Place::new();
    let (keys, id) = with_line(&place.open(), 1).await;
    let history = Sealer::new(keys.clone(), Service::History);
    let refused = history.seal(&id, FieldClass::Content, &name()).await;
    assert!(matches!(refused, Err(SealError::Key(KeyError::NotGranted))));
    let schools = Sealer::new(keys, Service::Schools);
    let refused = schools.seal(&line(2), FieldClass::Content, &name()).await;
    assert!(matches!(refused, Err(SealError::Key(KeyError::Unknown))));
}

#[tokio::test]
async fn an_outage_loses_nothing() {
    let place = Place::new();
    let (keys, id) = with_line(&place.open(), 1).await;
    let outage = Arc::new(Outage::before(keys));
    let schools = Sealer::new(outage.clone(), Service::Schools);
    let sealed = schools
        .seal(&id, FieldClass::Identity, &name())
        .await
        .unwrap();

    outage.begin();
    let fresh = Sealer::new(outage.clone(), Service::Schools);
    for _ in 0..3 {
        let waiting = fresh.open::<String>(&sealed).await;
        assert!(matches!(waiting, Err(OpenError::Unavailable(_))));
    }
    let kept = schools.open::<String>(&sealed).await.unwrap();
    assert_eq!(kept.plain(), Some(name()));

    outage.end();
    let opened = fresh.open::<String>(&sealed).await.unwrap();
    assert_eq!(opened.plain(), Some(name()));
}

#[tokio::test]
async fn a_key_the_holder_does_not_know_is_waited_for() {
    let place = Place::new();
    let (keys, id) = with_line(&place.open(), 1).await;
    let schools = Sealer::new(keys, Service::Schools);
    let mut sealed = schools
        .seal(&id, FieldClass::Identity, &name())
        .await
        .unwrap();
    sealed.key_id = line(2).to_string();
    let waiting = schools.open::<String>(&sealed).await;
    assert!(matches!(
        waiting,
        Err(OpenError::Unavailable(KeyError::Unknown))
    ));
}

#[tokio::test]
async fn a_subkey_is_asked_for_once() {
    let place = Place::new();
    let (keys, id) = with_line(&place.open(), 1).await;
    let outage = Arc::new(Outage::before(keys));
    let schools = Sealer::new(outage.clone(), Service::Schools);
    let sealed = schools
        .seal(&id, FieldClass::Identity, &name())
        .await
        .unwrap();
    for _ in 0..100 {
        schools.clone().open::<String>(&sealed).await.unwrap();
    }
    assert_eq!(outage.asked(), 1);
}

#[tokio::test]
async fn many_more_keys_than_are_kept_in_memory_all_open() {
    let place = Place::new();
    let store = place.open();
    let ids = crate::lines(0..40_000);
    store.create(Service::Police, &ids).await.unwrap();
    let schools = Sealer::new(store, Service::Schools);
    let mut sealed = Vec::new();
    for id in &ids {
        let text = id.to_string();
        sealed.push(schools.seal(id, FieldClass::Content, &text).await.unwrap());
    }
    for (id, sealed) in ids.iter().zip(&sealed) {
        let opened = schools.open::<String>(sealed).await.unwrap();
        assert_eq!(opened.plain(), Some(id.to_string()));
    }
}

#[tokio::test]
async fn neither_debug_forms_nor_errors_show_what_was_sealed() {
    let place = Place::new();
    let (keys, id) = with_line(&place.open(), 1).await;
    let schools = Sealer::new(keys, Service::Schools);
    let mut sealed = schools
        .seal(&id, FieldClass::Identity, &name())
        .await
        .unwrap();
    let shown = format!("{sealed:?} {sealed:#?}");
    sealed.ciphertext.reverse();
    let error = schools.open::<String>(&sealed).await.err().unwrap();
    let chain = format!("{error} {error:?} {:?}", error.source());
    for word in ["Testy", "McTestface", &format!("{:?}", NAME.as_bytes())] {
        assert!(!shown.contains(word));
        assert!(!chain.contains(word));
    }
    let bytes = [sealed.nonce, sealed.ciphertext].concat();
    assert!(!bytes.windows(5).any(|window| window == b"Testy"));
}

/// One way to change a sealed value.
#[derive(Clone, Debug)]
enum Change {
    Key(u128),
    Kind,
    Class(FieldClass),
    Suite(i32),
    Nonce(usize, u8),
    Ciphertext(usize, u8),
    CutShort(usize),
    Longer(u8),
    NonceCutShort(usize),
}

impl Change {
    fn make(&self, sealed: &mut Sealed) {
        match *self {
            Self::Key(number) => sealed.key_id = line(number).to_string(),
            Self::Kind => sealed.key_id = notification().to_string(),
            Self::Class(class) => sealed.class = class.into(),
            Self::Suite(suite) => sealed.suite = suite,
            Self::Nonce(at, bits) => flip(&mut sealed.nonce, at, bits),
            Self::Ciphertext(at, bits) => flip(&mut sealed.ciphertext, at, bits),
            Self::CutShort(to) => shorten(&mut sealed.ciphertext, to),
            Self::Longer(byte) => sealed.ciphertext.push(byte),
            Self::NonceCutShort(to) => shorten(&mut sealed.nonce, to),
        }
    }
}

fn flip(bytes: &mut [u8], at: usize, bits: u8) {
    let at = at % bytes.len();
    bytes[at] ^= bits;
}

fn shorten(bytes: &mut Vec<u8>, to: usize) {
    bytes.truncate(to % bytes.len());
}

/// A key with the digits of `line(1)` and another kind.
fn notification() -> KeyId {
    KeyId::of(KeyKind::Notification, 1_u128.to_be_bytes())
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        (2_u128..5).prop_map(Change::Key),
        Just(Change::Kind),
        prop_oneof![Just(FieldClass::Content), Just(FieldClass::Location)].prop_map(Change::Class),
        Just(Change::Class(FieldClass::Unspecified)),
        any::<i32>()
            .prop_filter("another suite", |suite| *suite != 1)
            .prop_map(Change::Suite),
        (any::<usize>(), 1_u8..).prop_map(|(at, bits)| Change::Nonce(at, bits)),
        (any::<usize>(), 1_u8..).prop_map(|(at, bits)| Change::Ciphertext(at, bits)),
        any::<usize>().prop_map(Change::CutShort),
        any::<u8>().prop_map(Change::Longer),
        any::<usize>().prop_map(Change::NonceCutShort),
    ]
}

async fn sealer_with_keys(place: &Place) -> Sealer {
    let (keys, _) = with_line(&place.open(), 1).await;
    let mut ids = crate::lines(2..5);
    ids.push(notification());
    keys.create(Service::Police, &ids).await.unwrap();
    Sealer::new(keys as SharedKeys, Service::Schools)
}

#[test]
fn any_change_to_a_sealed_value_is_refused_as_corrupt() {
    let runtime = Runtime::new().unwrap();
    let place = Place::new();
    let schools = runtime.block_on(sealer_with_keys(&place));
    TestRunner::default()
        .run(&(".{0,40}", any_change()), |(text, change)| {
            runtime.block_on(async {
                let class = FieldClass::Identity;
                let mut sealed = schools.seal(&line(1), class, &text).await.unwrap();
                change.make(&mut sealed);
                let opened = schools.open::<String>(&sealed).await;
                prop_assert!(matches!(opened, Err(OpenError::Corrupt)));
                Ok(())
            })
        })
        .unwrap();
}

#[test]
fn any_text_opens_as_it_was_sealed() {
    let runtime = Runtime::new().unwrap();
    let place = Place::new();
    let schools = runtime.block_on(sealer_with_keys(&place));
    TestRunner::default()
        .run(&"(?s).{0,200}", |text| {
            runtime.block_on(async {
                let class = FieldClass::Content;
                let sealed = schools.seal(&line(1), class, &text).await.unwrap();
                let opened = schools.open::<String>(&sealed).await;
                prop_assert!(matches!(opened, Ok(Opened::Plain(plain)) if plain == text));
                Ok(())
            })
        })
        .unwrap();
}
