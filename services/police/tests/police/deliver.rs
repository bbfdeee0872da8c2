//! What the force sees of delivery, and what it must not see.

use crate::{
    sample::{notification, request},
    world::{World, now, public_event},
};
use bus::HandleError;
use keys::{KeyId, KeyKind, Keys as _, Sealer, Service};
use proto::police::v1::{
    Accountable, AlertState, CorrectNotificationRequest, GetNotificationRequest,
    NotificationStatus, SubmitNotificationResponse,
};
use proto::schools::v1::{
    AlertConfirmed, AlertDisowned, AlertRaised, ChildPlaced, Confirmer, Desk, LocationHidden,
    Queue, SchoolRef,
};
use proto::sealing::FieldClass;

async fn submitted(world: &World, hidden: bool) -> SubmitNotificationResponse {
    let mut household = notification("A/1");
    household.children[0].hidden_location = hidden;
    let answer = world
        .coordinator("43")
        .submit_notification(request(household))
        .await;
    answer.unwrap().into_inner()
}

fn line_key(answer: &SubmitNotificationResponse) -> KeyId {
    let id = journal::id::unhex16(&answer.children[0].line_id).unwrap();
    KeyId::of(KeyKind::ChildLine, id)
}

fn record_key() -> KeyId {
    KeyId::of(KeyKind::Record, [9; 16])
}

/// Line 1 is routed to a school whose deputy confirms.
async fn confirmed(world: &World, answer: &SubmitNotificationResponse) {
    let sealer = Sealer::new(world.keys.clone(), Service::Schools);
    let school = SchoolRef {
        urn: "900001".into(),
        name: "Oakfield Primary".into(),
    };
    let school = sealer
        .seal(&line_key(answer), FieldClass::Location, &school)
        .await
        .unwrap();
    world
        .keys
        .create(Service::Schools, &[record_key()])
        .await
        .unwrap();
    let by = Confirmer {
        name: "Deputy McTestface".into(),
        role: "deputy".into(),
    };
    let by = sealer
        .seal(&record_key(), FieldClass::Identity, &by)
        .await
        .unwrap();
    let raised = AlertRaised {
        alert_id: "alert-1".into(),
        line_id: answer.children[0].line_id.clone(),
        notification_id: answer.notification_id.clone(),
        school: Some(school),
        deadline_ms: now().as_millisecond() + 1000,
        ..AlertRaised::default()
    };
    world.hear("alert.raised", &raised).await;
    let confirmed = AlertConfirmed {
        alert_id: raised.alert_id,
        line_id: raised.line_id,
        notification_id: raised.notification_id,
        by: Some(by),
        version: 1,
        ..AlertConfirmed::default()
    };
    world.hear("alert.confirmed", &confirmed).await;
}

/// The status with everything that was appended so far in it.
async fn status(world: &World, answer: &SubmitNotificationResponse) -> NotificationStatus {
    let head = world.journal.head().borrow().0;
    let request = GetNotificationRequest {
        notification_id: answer.notification_id.clone(),
        at_least: format!("{}.{head}", world.journal.identity().epoch),
    };
    world
        .coordinator("43")
        .get_notification(request)
        .await
        .unwrap()
        .into_inner()
}

#[tokio::test]
async fn the_force_sees_who_confirmed_and_where() {
    let world = World::start().await;
    let answer = submitted(&world, false).await;
    confirmed(&world, &answer).await;
    let status = status(&world, &answer).await;
    assert_eq!(status.children[0].accountable(), Accountable::Routed);
    let alert = &status.children[0].alerts[0];
    assert_eq!(alert.state(), AlertState::Confirmed);
    assert_eq!(alert.school, "900001");
    assert_eq!(
        (alert.confirmed_by.as_str(), alert.confirmed_as.as_str()),
        ("Deputy McTestface", "deputy")
    );
    assert!(alert.confirmed_at.is_some());
    assert_eq!(status.children[1].detail, "in_transit");
}

#[tokio::test]
async fn of_a_hidden_child_the_force_sees_that_it_was_confirmed_and_not_where_or_by_whom() {
    let world = World::start().await;
    let answer = submitted(&world, true).await;
    confirmed(&world, &answer).await;
    let status = status(&world, &answer).await;
    let alert = &status.children[0].alerts[0];
    assert_eq!(alert.state(), AlertState::Confirmed);
    assert_eq!(
        (alert.school.as_str(), alert.confirmed_by.as_str()),
        ("withheld", "withheld")
    );
    assert_eq!(alert.confirmed_as, "deputy");
}

#[tokio::test]
async fn a_child_who_is_hidden_later_is_withheld_from_then_on_whatever_a_correction_leaves_out() {
    let world = World::start().await;
    let answer = submitted(&world, false).await;
    confirmed(&world, &answer).await;
    let hidden = LocationHidden {
        line_id: answer.children[0].line_id.clone(),
        notification_id: answer.notification_id.clone(),
    };
    world.hear("child.location_hidden", &hidden).await;
    let mut mended = notification("A/1");
    mended.children[0].residence_council = "867".into();
    let correction = CorrectNotificationRequest {
        notification_id: answer.notification_id.clone(),
        correction_id: "a".into(),
        notification: Some(mended),
    };
    let mut force = world.coordinator("43");
    force.correct_notification(correction).await.unwrap();
    let status = status(&world, &answer).await;
    assert_eq!(status.version, 2);
    assert_eq!(status.children[0].alerts[0].school, "withheld");
}

#[tokio::test]
async fn what_was_erased_shows_as_erased() {
    let world = World::start().await;
    let answer = submitted(&world, false).await;
    confirmed(&world, &answer).await;
    world
        .keys
        .destroy(&[line_key(&answer), record_key()])
        .await
        .unwrap();
    let status = status(&world, &answer).await;
    let alert = &status.children[0].alerts[0];
    assert_eq!(
        (alert.school.as_str(), alert.confirmed_by.as_str()),
        ("erased", "erased")
    );
    assert_eq!(status.reference, "A/1");
}

#[tokio::test]
async fn not_ours_brings_the_child_back_to_the_coordinator_and_tells_of_the_wrong_eyes() {
    let world = World::start().await;
    let answer = submitted(&world, false).await;
    confirmed(&world, &answer).await;
    let disowned = AlertDisowned {
        alert_id: "alert-1".into(),
        line_id: answer.children[0].line_id.clone(),
        notification_id: answer.notification_id.clone(),
        misdirected: true,
    };
    world.hear("alert.disowned", &disowned).await;
    let status = status(&world, &answer).await;
    assert_eq!(
        status.children[0].accountable(),
        Accountable::WithCoordinator
    );
    assert_eq!(status.children[0].detail, "not_ours");
    let alert = &status.children[0].alerts[0];
    assert!(alert.misdirected && alert.state() == AlertState::NotOurs);
}

#[tokio::test]
async fn each_event_is_noted_once_however_often_it_comes() {
    let world = World::start().await;
    let answer = submitted(&world, false).await;
    confirmed(&world, &answer).await;
    let history = world
        .journal
        .read_all(journal::Position::START, 100)
        .await
        .unwrap();
    assert_eq!(history.len(), 3);
    assert!(
        history
            .iter()
            .all(|event| event.correlation() == history[0].correlation())
    );
    let feed = world.police.feed().read(0, 100).await.unwrap();
    assert_eq!(feed.len(), 1, "what schools said stays inside");
}

#[tokio::test]
async fn what_cannot_be_noted_is_set_aside_and_what_is_not_ours_is_left() {
    let world = World::start().await;
    let answer = submitted(&world, false).await;
    let stray = ChildPlaced {
        line_id: "0".repeat(32),
        notification_id: answer.notification_id.clone(),
        desk: Desk::Coordinator.into(),
        queue: Queue::Unmatched.into(),
        ..ChildPlaced::default()
    };
    let nowhere = ChildPlaced {
        notification_id: "?".into(),
        ..stray.clone()
    };
    let mut newer = public_event("child.placed", 3, &stray);
    newer.version = 2;
    let mut garbled = public_event("child.placed", 4, &stray);
    garbled.payload = b"\xff\xff".as_slice().into();
    for event in [
        public_event("child.placed", 1, &stray),
        public_event("child.placed", 2, &nowhere),
        newer,
        garbled,
    ] {
        let result = world.handler.handle(&event).await;
        assert!(
            matches!(result, Err(HandleError::Poison(_))),
            "{}",
            event.sequence
        );
    }
    world
        .hear("child.referred_to_designated_officer", &stray)
        .await;
    world.hear("something.new", &stray).await;
    assert_eq!(
        status(&world, &answer).await.children[0].detail,
        "in_transit"
    );
}
