//! A hidden location: the school acts, nobody else learns where the child is.

use crate::{Night, code, night, night_of};
use proto::{
    access::v1::{ContactRole, OrganisationKind},
    police::v1::{Accountable, AlertState},
    schools::v1::{CoverageRequest, Queue},
};
use tests::{
    people::{COUNCIL, PRIMARY, incident, pippa},
    smtp::MailServer,
    world::World,
};

async fn hidden_night(world: &World) -> Night {
    world.roll("2026-11-18", &[pippa()]).await;
    let mut child = pippa().child();
    child.hidden_location = true;
    night_of(world, incident("43-1", vec![child])).await
}

async fn reachable(world: &World, contact_id: &str, role: ContactRole) {
    let kind = OrganisationKind::Council;
    world
        .reachable(kind, COUNCIL, contact_id, "Reachable McTestface", role)
        .await;
}

/// The whole of what the force is told, as it is sent.
async fn as_the_force_sees(night: &Night) -> String {
    let path = format!("/v1/police/notifications/{}", night.notification_id);
    let answer = tests::caller::Answer::of(night.force.get(&path)).await;
    String::from_utf8(answer.bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_force_sees_that_it_was_confirmed_and_not_where() {
    let world = World::start().await;
    let night = hidden_night(&world).await;
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.school, "withheld");
    assert!(!alert.confirmed_in_time);
    night.lead.confirm(&night.lead.card().await).await;
    world.settled().await;
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::Confirmed);
    assert!(alert.confirmed_at.is_some() && alert.confirmed_in_time);
    assert_eq!(alert.deadline, None, "a bell would tell the school");
    let seen = as_the_force_sees(&night).await;
    for told in [PRIMARY, "Testy McTestface", "Madeup Primary"] {
        assert!(!seen.contains(told), "the force sees {told}");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ladder_ends_at_the_officer_and_the_duty_desk_sees_and_hears_nothing() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    reachable(&world, "desk", ContactRole::DutyDesk).await;
    reachable(&world, "officer", ContactRole::HiddenLocationOfficer).await;
    let _night = hidden_night(&world).await;
    world.turn_to("2026-11-20T08:45").await;
    let desk = world.duty_desk(COUNCIL).await;
    assert!(desk.call_sheet().await.is_empty());
    let officer = world.officer(COUNCIL).await;
    let sheet = officer.call_sheet().await;
    assert_eq!(sheet.len(), 1);
    assert_eq!(sheet[0].school, PRIMARY);
    mail.mail_for(&format!("officer@{COUNCIL}.example.org"), 1)
        .await;
    mail.mail_for(&format!("desk@{COUNCIL}.example.org"), 0)
        .await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_school_the_officer_acts_in_place_of_the_coordinator() {
    let world = World::start().await;
    reachable(&world, "officer", ContactRole::HiddenLocationOfficer).await;
    let mut child = pippa().child();
    child.hidden_location = true;
    let night = night_of(&world, incident("43-1", vec![child])).await;
    assert!(night.coordinator.queue().await.is_empty());
    let refused = night
        .coordinator
        .open_child(&night.line_id)
        .await
        .unwrap_err();
    assert_eq!(code(&refused), "not_found");
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::WithCoordinator);
    assert_eq!(child.detail, "hidden");
    let elsewhere = world.officer("826").await;
    assert!(elsewhere.queue().await.is_empty());
    let officer = world.officer(COUNCIL).await;
    let queue = officer.queue().await;
    assert_eq!(queue[0].queue(), Queue::Hidden);
    officer.route(&night.line_id, PRIMARY).await.unwrap();
    world.settled().await;
    assert_eq!(night.lead.card().await.alerts.len(), 1);
    assert_eq!(
        night.force.alert(&night.notification_id).await.school,
        "withheld"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_location_hidden_later_is_withheld_from_then_on() {
    let world = World::start().await;
    let night = night(&world).await;
    night.lead.confirm(&night.lead.card().await).await;
    world.settled().await;
    assert_eq!(
        night.force.alert(&night.notification_id).await.school,
        PRIMARY
    );
    night.coordinator.hide(&night.line_id).await;
    world.settled().await;
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(
        (alert.school.as_str(), alert.state()),
        ("withheld", AlertState::Confirmed)
    );
    assert_eq!(alert.deadline, None);
    let seen = as_the_force_sees(&night).await;
    assert!(!seen.contains(PRIMARY) && !seen.contains("Testy McTestface"));
    assert_eq!(
        night.lead.all_cards().await.len(),
        1,
        "the school keeps its card"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_hidden_while_it_waits_moves_from_the_coordinator_to_the_officer() {
    let world = World::start().await;
    reachable(&world, "officer", ContactRole::HiddenLocationOfficer).await;
    let night = night_of(&world, incident("43-1", vec![pippa().child()])).await;
    assert_eq!(night.coordinator.queue().await.len(), 1);
    night.coordinator.hide(&night.line_id).await;
    world.settled().await;
    assert!(night.coordinator.queue().await.is_empty());
    let refused = night
        .coordinator
        .open_child(&night.line_id)
        .await
        .unwrap_err();
    assert_eq!(code(&refused), "not_found");
    assert_eq!(world.officer(COUNCIL).await.queue().await.len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_council_without_an_officer_is_a_gap_that_coverage_names() {
    let world = World::start().await;
    reachable(&world, "desk", ContactRole::DutyDesk).await;
    let night = hidden_night(&world).await;
    let gaps = async || {
        let request = CoverageRequest {
            council: COUNCIL.to_owned(),
        };
        let answer = world.operator().directory().coverage(request).await;
        let gaps = answer.unwrap().into_inner().gaps;
        gaps.iter()
            .any(|gap| gap.gap == "no_hidden_location_officer")
    };
    assert!(gaps().await);
    // The rung fails; the alert stands on a sheet that the duty desk does not see.
    world.turn_to("2026-11-20T08:45").await;
    assert!(world.duty_desk(COUNCIL).await.call_sheet().await.is_empty());
    assert_eq!(
        night.force.alert(&night.notification_id).await.rung,
        "duty_desk"
    );
    reachable(&world, "officer", ContactRole::HiddenLocationOfficer).await;
    assert!(!gaps().await);
    assert_eq!(world.officer(COUNCIL).await.call_sheet().await.len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_officer_the_force_sees_that_a_hidden_child_waits_and_nothing_of_it() {
    let world = World::start().await;
    let mut child = pippa().child();
    child.hidden_location = true;
    let night = night_of(&world, incident("43-1", vec![child])).await;
    let queue = night.coordinator.queue().await;
    assert_eq!(queue[0].queue(), Queue::Hidden);
    let refused = night.coordinator.open_child(&night.line_id).await;
    assert_eq!(code(&refused.unwrap_err()), "not_found");
    let refused = night.coordinator.route(&night.line_id, PRIMARY).await;
    assert_eq!(code(&refused.unwrap_err()), "not_found");
    world.finish().await;
}
