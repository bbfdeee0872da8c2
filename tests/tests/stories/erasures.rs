//! The key of a notification is destroyed: what concerns all its children is gone, and the children
//! are not.

use crate::{Night, night_of};
use firstbell::hub::Folders;
use proto::police::v1::{Accountable, AlertState, Notification, PartyRole};
use rusqlite::Connection;
use tests::{
    caller::{Answer, problem},
    people::{incident, orlo, party, pippa},
    world::World,
};

const REFERENCE: &str = "43-erased-1";
const PARTY: &str = "Quetzalcoatlus";

fn notification() -> Notification {
    Notification {
        place: "The lighthouse".to_owned(),
        parties: vec![party(PartyRole::AllegedVictim, "Testy", PARTY)],
        ..incident(REFERENCE, vec![pippa().child()])
    }
}

/// How many people the schools service can still tell to be parties.
fn known_parties(folders: &Folders) -> i64 {
    let view = Connection::open(folders.views.join("schools-view.sqlite3")).unwrap();
    let count = "SELECT count(*) FROM party";
    view.query_row(count, [], |row| row.get(0)).unwrap()
}

/// Views are made anew from the journals.
fn without_views(folders: &Folders) {
    for view in ["schools-view.sqlite3", "police-view.sqlite3"] {
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(folders.views.join(format!("{view}{suffix}")));
        }
    }
}

/// Force, school and desk see the child and nothing of what was erased.
async fn shows_as_erased(world: &World, night: &Night) {
    let id = &night.notification_id;
    let status = Answer::of(night.force.get(&format!("/v1/police/notifications/{id}"))).await;
    assert_eq!(
        (status.status, &status.json()["reference"]),
        (200, &"erased".into())
    );
    let list = Answer::of(night.force.get("/v1/police/notifications")).await;
    assert_eq!(list.json()["notifications"][0]["reference"], "erased");

    let cards = night.lead.all_cards().await;
    assert_eq!(cards.len(), 1);
    let opened = night.lead.open(&cards[0].card_id).await.unwrap();
    let incident = &opened.incidents[0];
    assert!(incident.erased);
    assert_eq!(
        (incident.reference.as_str(), incident.place.as_str()),
        ("", "")
    );
    assert_eq!(incident.occurred_at, None);
    let child = &incident.children[0];
    assert!(!child.erased && child.content.is_some());
    assert_eq!(child.identity.as_ref().unwrap().forename, "Pippa");
    assert_eq!(known_parties(&world.folders), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_concerns_all_children_is_erased_everywhere_and_for_good() {
    let mut world = World::start().await;
    world.roll("2026-11-18", &[pippa()]).await;
    let night = night_of(&world, notification()).await;
    world.back_up("evening").await;
    assert_eq!(known_parties(&world.folders), 1);
    world.destroy_notification_key(&night.notification_id).await;
    world.settled().await;
    shows_as_erased(&world, &night).await;

    // The child's ladder, its school and its coordinator go on as before.
    let card = night.lead.card().await;
    night.lead.confirm(&card).await;
    world.settled().await;
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::Confirmed);
    let again = night.force.try_submit(night.notification.clone()).await;
    let again = problem(&again.unwrap_err());
    assert_eq!(again.fields()[0].path, "reference");
    assert!(again.message().contains("erased"));

    world.restart(without_views).await;
    world.settled().await;
    shows_as_erased(&world, &night).await;
    world.restore("evening").await;
    world.settled().await;
    shows_as_erased(&world, &night).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_nobody_has_routed_yet_still_is() {
    let world = World::start().await;
    let night = night_of(&world, notification()).await;
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::WithCoordinator);
    world.destroy_notification_key(&night.notification_id).await;
    night
        .coordinator
        .route(&night.line_id, tests::people::PRIMARY)
        .await
        .unwrap();
    world.settled().await;
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::Routed);
    shows_as_erased(&world, &night).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_hubs_operator_destroys_it_and_names_it_rightly() {
    let world = World::start().await;
    let night = night_of(&world, notification()).await;
    let path = "/v1/operator/destroy-notification-key";
    let body = serde_json::json!({"notificationId": night.notification_id});
    for other in [&night.force, &night.lead, &night.coordinator] {
        assert_eq!(other.post(path, &body).await.status, 403);
    }
    let wrong = serde_json::json!({"notificationId": REFERENCE});
    let refused = world.operator().post(path, &wrong).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["fields"][0]["path"], "notification_id");
    assert!(!String::from_utf8_lossy(&refused.bytes).contains(REFERENCE));
    let status = night.force.get(&format!(
        "/v1/police/notifications/{}",
        night.notification_id
    ));
    assert_eq!(Answer::of(status).await.json()["reference"], REFERENCE);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_of_what_concerns_all_asks_nobody_about_an_erased_child() {
    let world = World::start().await;
    world.roll("2026-11-18", &[pippa(), orlo()]).await;
    let both = incident(REFERENCE, vec![pippa().child(), orlo().child()]);
    let night = night_of(&world, both).await;
    let card = night.lead.card().await;
    night.lead.confirm(&card).await;
    world.settled().await;
    world.operator().destroy_keys(&night.line_id).await;

    let corrected = Notification {
        urgent: true,
        place: "The lighthouse".to_owned(),
        children: Vec::new(),
        ..night.notification.clone()
    };
    let force = &night.force;
    let answer = force.correct(&night.notification_id, "c1", corrected).await;
    assert!(answer.material);
    world.settled().await;

    assert!(night.coordinator.queue().await.is_empty());
    let children = force.status(&night.notification_id).await.children;
    assert_eq!(children[0].accountable(), Accountable::Routed);
    assert_eq!(children[0].alerts[0].state(), AlertState::Confirmed);
    assert_eq!(children[1].alerts[0].state(), AlertState::Reopened);
    world.finish().await;
}
