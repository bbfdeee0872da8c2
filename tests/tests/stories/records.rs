//! A school's record system writes its own roll and nothing else.

use crate::{code, night_of};
use proto::{police::v1::Accountable, schools::v1::ImportMode};
use tests::{
    people::{PRIMARY, ROLL_HEADER, SECONDARY, incident, pippa},
    world::World,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_cannot_write_another_schools_roll() {
    let world = World::start().await;
    let feed = world.records_feed(PRIMARY).await;
    let both = format!(
        "{ROLL_HEADER}{}{}",
        pippa().row(),
        pippa().at(SECONDARY).row()
    );
    for mode in [ImportMode::Whole, ImportMode::Delta] {
        let refused = feed.import_roll("2026-11-18", mode, both.clone()).await;
        assert_eq!(code(&refused.unwrap_err()), "not_found");
    }
    // Not even its own row of that file was taken.
    let night = night_of(&world, incident("43-1", vec![pippa().child()])).await;
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.detail, "unmatched");

    let own = format!("{ROLL_HEADER}{}", pippa().row());
    let report = feed
        .import_roll("2026-11-18", ImportMode::Whole, own)
        .await
        .unwrap();
    assert_eq!(report.rows_taken, 1);
    let next = night
        .force
        .submit(incident("43-2", vec![pippa().child()]))
        .await;
    world.settled().await;
    let child = night.force.child(&next.notification_id).await;
    assert_eq!(child.accountable(), Accountable::Routed);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_system_sees_nothing_of_alerts() {
    let world = World::start().await;
    crate::night(&world).await;
    let feed = world.records_feed(PRIMARY).await;
    let answer = tests::caller::Answer::of(feed.get("/v1/schools/cards")).await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["code"], "forbidden");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_newly_claimed_by_a_second_school_is_never_routed_surely() {
    let world = World::start().await;
    let child = pippa().numbered(1);
    world
        .roll("2026-11-18", &[child.clone(), child.clone().at(SECONDARY)])
        .await;
    let night = night_of(&world, incident("43-1", vec![child.child()])).await;
    assert!(night.lead.cards().await.is_empty());
    assert!(night.other_lead.cards().await.is_empty());
    assert_eq!(night.coordinator.queue().await[0].candidates, 2);
    world.finish().await;
}
