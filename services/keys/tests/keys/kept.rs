//! A sealer keeps subkeys only while it can know that their keys stand.

use crate::{Place, outage::Outage, with_line};
use keys::{KeyId, OpenError, Opened, Sealer, Service};
use proto::sealing::{FieldClass, Sealed};
use std::{sync::Arc, time::Duration};
use tokio::time::advance;

/// A sealer that has sealed once, and whose holder can only be asked again when the outage ends.
async fn sealed_once(place: &Place) -> (Arc<Outage>, Sealer, Sealed, KeyId) {
    let (keys, id) = with_line(&place.open(), 1).await;
    let outage = Arc::new(Outage::before(keys));
    let schools = Sealer::new(outage.clone(), Service::Schools);
    let plain = "Testy McTestface".to_owned();
    let sealed = schools
        .seal(&id, FieldClass::Identity, &plain)
        .await
        .unwrap();
    outage.begin();
    (outage, schools, sealed, id)
}

async fn opens(schools: &Sealer, sealed: &Sealed) -> bool {
    match schools.open::<String>(sealed).await {
        Ok(Opened::Plain(_)) => true,
        Err(OpenError::Unavailable(_)) => false,
        Ok(Opened::Destroyed) | Err(_) => panic!("neither opened nor unavailable"),
    }
}

#[tokio::test]
async fn subkeys_are_kept_for_a_minute_without_the_feed() {
    let (outage, schools, sealed, _) = sealed_once(&Place::new()).await;
    tokio::time::pause();
    assert!(opens(&schools, &sealed).await);
    outage.end_feed();
    advance(Duration::from_secs(59)).await;
    assert!(opens(&schools, &sealed).await);
    advance(Duration::from_secs(1)).await;
    assert!(!opens(&schools, &sealed).await);
}

#[tokio::test]
async fn subkeys_are_kept_while_the_feed_is_quiet() {
    let (_outage, schools, sealed, _) = sealed_once(&Place::new()).await;
    tokio::time::pause();
    advance(Duration::from_hours(24)).await;
    assert!(opens(&schools, &sealed).await);
}

#[tokio::test]
async fn subkeys_are_dropped_when_the_feed_comes_back() {
    let (outage, schools, sealed, _) = sealed_once(&Place::new()).await;
    outage.end_feed();
    assert!(opens(&schools, &sealed).await);
    outage.begin_feed();
    assert!(!opens(&schools, &sealed).await);
}

#[tokio::test]
async fn subkeys_are_dropped_by_who_falls_behind_the_feed() {
    let (outage, schools, sealed, id) = sealed_once(&Place::new()).await;
    for other in crate::lines(100..200) {
        assert_ne!(other, id);
        outage.announce(&other);
    }
    assert!(!opens(&schools, &sealed).await);
}

#[tokio::test]
async fn only_the_subkeys_of_a_destroyed_key_are_dropped() {
    let (outage, schools, sealed, id) = sealed_once(&Place::new()).await;
    outage.announce(&crate::line(100));
    assert!(opens(&schools, &sealed).await);
    outage.announce(&id);
    assert!(!opens(&schools, &sealed).await);
}

#[tokio::test]
async fn a_subkey_that_its_destruction_overtook_is_not_kept() {
    let (outage, _, sealed, _) = sealed_once(&Place::new()).await;
    let fresh = Sealer::new(outage.clone(), Service::Schools);
    outage.end();
    outage.overtake_answers();
    assert!(opens(&fresh, &sealed).await);
    outage.begin();
    assert!(!opens(&fresh, &sealed).await);
}
