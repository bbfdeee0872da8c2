//! "Not ours": hidden at once, sent on safely, and taken back for a day.

use crate::{Night, code, night, night_of};
use proto::{
    police::v1::{Accountable, AlertState},
    schools::v1::Queue,
};
use tests::{
    people::{SECONDARY, incident, pippa},
    world::World,
};

/// The lead opens the card and says that the child has left.
async fn opened_and_disowned(night: &Night) -> String {
    let card = night.lead.card().await;
    night.lead.open(&card.card_id).await.unwrap();
    let alert_id = card.alerts[0].alert_id.clone();
    night.lead.disown(&alert_id).await;
    let refused = night.lead.open(&card.card_id).await.unwrap_err();
    assert_eq!(
        code(&refused),
        "not_found",
        "hidden before the call is answered"
    );
    alert_id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_found_by_name_alone_goes_to_the_coordinator_and_an_opened_copy_is_a_misdirected_disclosure()
 {
    let world = World::start().await;
    let night = night(&world).await;
    opened_and_disowned(&night).await;
    assert!(night.lead.cards().await.is_empty());
    // The other school has the child on its roll by now, but a name alone is not enough.
    world.roll("2026-11-19", &[pippa().at(SECONDARY)]).await;
    world.settled().await;

    let queue = night.coordinator.queue().await;
    assert_eq!(queue.len(), 1);
    assert_eq!(queue[0].queue(), Queue::NotOurs);
    assert!(night.other_lead.cards().await.is_empty());
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::NotOurs);
    assert!(
        alert.misdirected,
        "the sender sees that the wrong school had opened it"
    );

    night
        .coordinator
        .route(&night.line_id, SECONDARY)
        .await
        .unwrap();
    world.settled().await;
    assert_eq!(night.other_lead.card().await.alerts.len(), 1);
    assert!(night.coordinator.queue().await.is_empty());
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::Routed);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_nobody_opened_was_disclosed_to_nobody() {
    let world = World::start().await;
    let night = night(&world).await;
    let card = night.lead.card().await;
    night.lead.disown(&card.alerts[0].alert_id).await;
    world.settled().await;
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::NotOurs);
    assert!(!alert.misdirected);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_who_moved_is_sent_on_where_an_exact_identifier_is_on_a_current_roll() {
    let world = World::start().await;
    let child = pippa().numbered(1);
    world.roll("2026-11-17", std::slice::from_ref(&child)).await;
    let night = night_of(&world, incident("43-1", vec![child.child()])).await;
    world
        .roll(
            "2026-11-19",
            &[child.clone().left_on("2026-11-18"), child.at(SECONDARY)],
        )
        .await;
    opened_and_disowned(&night).await;
    world.settled().await;

    let card = night.other_lead.card().await;
    assert_eq!(card.alerts.len(), 1);
    assert!(night.coordinator.queue().await.is_empty());
    let status = night.force.child(&night.notification_id).await;
    assert_eq!(status.accountable(), Accountable::Routed);
    assert_eq!(status.alerts.len(), 2);
    assert_eq!(status.alerts[1].school, SECONDARY);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_moved_child_without_an_exact_identifier_is_a_coordinators() {
    let world = World::start().await;
    let night = night(&world).await;
    let moved = [pippa().left_on("2026-11-18"), pippa().at(SECONDARY)];
    world.roll("2026-11-19", &moved).await;
    opened_and_disowned(&night).await;
    world.settled().await;
    assert!(night.other_lead.cards().await.is_empty());
    assert_eq!(night.coordinator.queue().await[0].queue(), Queue::NotOurs);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slip_is_taken_back_within_a_day() {
    let world = World::start().await;
    let night = night(&world).await;
    let alert_id = opened_and_disowned(&night).await;
    world.turn_to("2026-11-21T00:59").await;
    night.lead.restore(&alert_id).await.unwrap();
    world.settled().await;
    assert_eq!(night.lead.card().await.alerts[0].alert_id, alert_id);
    assert!(night.coordinator.queue().await.is_empty());
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::Routed);
    assert_eq!(child.alerts[0].state(), AlertState::Unconfirmed);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_day_not_ours_stands() {
    let world = World::start().await;
    let night = night(&world).await;
    let alert_id = opened_and_disowned(&night).await;
    world.turn_to("2026-11-21T01:01").await;
    let refused = night.lead.restore(&alert_id).await.unwrap_err();
    assert_eq!(code(&refused), "conflict");
    assert!(night.lead.cards().await.is_empty());
    world.finish().await;
}
