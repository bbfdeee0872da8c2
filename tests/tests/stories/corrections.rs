//! Corrections and withdrawals reach every copy.

use crate::{code, night};
use clock::SystemClock;
use journal::{
    Journal, Position,
    embedded::{EmbeddedJournal, Settings},
};
use proto::{
    police::v1::{Accountable, AlertState, PartyRole, ReleaseTextRequest},
    schools::v1::{CardState, ConfirmAlertsRequest, ResolveReason},
};
use std::sync::Arc;
use tests::{
    caller::seen,
    people::{SECONDARY, incident, orlo, party, pippa, pupil},
    world::World,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_material_correction_reaches_the_copy_and_asks_for_a_new_confirmation() {
    let world = World::start().await;
    let night = night(&world).await;
    night.lead.confirm(&night.lead.card().await).await;
    let mut corrected = night.notification.clone();
    corrected.children[0].line = 1;
    let content = corrected.children[0].content.as_mut().unwrap();
    content.circumstances = "The child was alleged to have rung 999.".to_owned();
    let answer = night
        .force
        .correct(&night.notification_id, "c1", corrected.clone())
        .await;
    assert!(answer.material);
    assert_eq!(answer.version, 2);
    world.settled().await;

    let card = night.lead.card().await;
    assert_eq!(card.alerts[0].state(), CardState::Reopened);
    let opened = night.lead.open(&card.card_id).await.unwrap();
    let child = &opened.incidents[0].children[0];
    assert_eq!(child.version, 2);
    assert_eq!(child.content, corrected.children[0].content);
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::Reopened);

    world.turn_to("2026-11-20T01:10").await;
    night.lead.confirm(&card).await;
    world.settled().await;
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::Confirmed);
    let again = night
        .force
        .correct(&night.notification_id, "c1", corrected)
        .await;
    assert_eq!(
        again.version, 2,
        "the same correction again changes nothing"
    );
    world.settled().await;
    assert!(night.lead.cards().await.is_empty());
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_confirms_what_was_corrected_meanwhile_is_told_and_has_confirmed_nothing() {
    let world = World::start().await;
    let night = night(&world).await;
    let before = night.lead.card().await;
    let mut corrected = night.notification.clone();
    corrected.children[0].line = 1;
    let content = corrected.children[0].content.as_mut().unwrap();
    content.circumstances = "The child was alleged to have rung 999.".to_owned();
    let force = &night.force;
    force.correct(&night.notification_id, "c1", corrected).await;
    world.settled().await;

    let request = ConfirmAlertsRequest {
        alerts: vec![seen(&before.alerts[0])],
    };
    let answer = night.lead.inbox().confirm_alerts(request).await.unwrap();
    let result = answer.into_inner().results.remove(0);
    assert_eq!(result.problem.unwrap().code, "conflict");
    let alert = force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::Unconfirmed);
    night.lead.confirm(&night.lead.card().await).await;
    world.settled().await;
    let alert = force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::Confirmed);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_brings_back_a_child_whom_the_coordinator_had_closed() {
    let world = World::start().await;
    world.roll("2026-11-18", &[pippa()]).await;
    let stranger = pupil("Nobody", "Onroll", "2014-05-06").child();
    let night = crate::night_of(&world, incident("43-1", vec![stranger])).await;
    let line_id = night.coordinator.queue().await.remove(0).line_id;
    let duplicate = ResolveReason::Duplicate;
    night.coordinator.close(&line_id, duplicate).await.unwrap();
    world.settled().await;
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::Closed);

    let mut corrected = night.notification.clone();
    corrected.children[0].line = 1;
    corrected.children[0].identity = pippa().child().identity;
    let force = &night.force;
    force.correct(&night.notification_id, "c1", corrected).await;
    world.settled().await;
    let child = force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::Routed);
    assert_eq!(night.lead.cards().await.len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_of_who_the_child_is_takes_the_wrong_copy_back_and_tells_the_right_school() {
    let world = World::start().await;
    let other = pupil("Petra", "Quillfeather", "2012-03-04").at(SECONDARY);
    world.roll("2026-11-18", &[pippa(), other.clone()]).await;
    let night = crate::night_of(&world, incident("43-1", vec![pippa().child()])).await;
    let card = night.lead.card().await;
    let mut corrected = night.notification.clone();
    corrected.children[0].line = 1;
    corrected.children[0].identity = other.child().identity;
    night
        .force
        .correct(&night.notification_id, "c1", corrected)
        .await;
    world.settled().await;

    assert!(night.lead.cards().await.is_empty());
    let refused = night.lead.open(&card.card_id).await.unwrap_err();
    assert_eq!(code(&refused), "not_found", "the wrong copy is hidden");
    let opened = night
        .other_lead
        .open(&night.other_lead.card().await.card_id)
        .await
        .unwrap();
    let child = opened.incidents[0].children[0].identity.clone().unwrap();
    assert_eq!(child.forename, "Petra");
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::Routed);
    let states: Vec<_> = child
        .alerts
        .iter()
        .map(proto::police::v1::AlertStatus::state)
        .collect();
    assert_eq!(states, [AlertState::Withdrawn, AlertState::Unconfirmed]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_adds_a_child_to_the_same_card() {
    let world = World::start().await;
    world.roll("2026-11-18", &[pippa(), orlo()]).await;
    let night = crate::night_of(&world, incident("43-1", vec![pippa().child()])).await;
    let mut corrected = night.notification.clone();
    let mut added = orlo().child();
    added.line = 2;
    corrected.children = vec![added];
    night
        .force
        .correct(&night.notification_id, "c1", corrected)
        .await;
    world.settled().await;
    assert_eq!(night.lead.card().await.alerts.len(), 2);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_correction_that_names_somebody_in_a_position_of_trust_is_referred_once() {
    let world = World::start().await;
    let night = night(&world).await;
    let mut corrected = night.notification.clone();
    corrected.children[0].line = 1;
    let mut coach = party(PartyRole::AllegedPerpetrator, "Mordecai", "Coachman");
    coach.position_of_trust = true;
    corrected.parties.push(coach);
    for (correction, workplace) in [("c1", ""), ("c2", "A swimming club")] {
        workplace.clone_into(&mut corrected.parties[0].workplace);
        let again = corrected.clone();
        let force = &night.force;
        force
            .correct(&night.notification_id, correction, again)
            .await;
        world.settled().await;
    }
    let path = world.folders.journal("schools");
    let _folder = world.end().await;

    let clock = Arc::new(SystemClock);
    let journal = EmbeddedJournal::open(&path, Settings::default(), clock).unwrap();
    let all = journal.read_all(Position::START, 10_000).await.unwrap();
    let kinds = all.iter().map(|event| event.frame.r#type.as_str());
    let referred = kinds.filter(|kind| *kind == "schools.position_of_trust_flagged");
    assert_eq!(referred.count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_child_is_hidden_and_closed_while_its_sibling_stays() {
    let world = World::start().await;
    world.roll("2026-11-18", &[pippa(), orlo()]).await;
    let both = incident("43-1", vec![pippa().child(), orlo().child()]);
    let night = crate::night_of(&world, both).await;
    let coordinator = &night.coordinator;
    coordinator.withdraw(&night.notification_id, &[1]).await;
    world.settled().await;

    let card = night.lead.card().await;
    let opened = night.lead.open(&card.card_id).await.unwrap();
    let children = &opened.incidents[0].children;
    assert_eq!(children.len(), 1);
    assert_eq!(children[0].identity.as_ref().unwrap().forename, "Orlo");
    let status = night.force.status(&night.notification_id).await;
    assert_eq!(status.children[0].accountable(), Accountable::Closed);
    assert_eq!(status.children[0].detail, "withdrawn");
    assert_eq!(status.children[1].accountable(), Accountable::Routed);

    coordinator.withdraw(&night.notification_id, &[]).await;
    world.settled().await;
    assert!(night.lead.cards().await.is_empty());
    let refused = night.lead.open(&card.card_id).await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    assert!(night.force.status(&night.notification_id).await.withdrawn);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn text_that_names_somebody_else_is_held_while_the_alert_goes_out() {
    let world = World::start().await;
    world.roll("2026-11-18", &[pippa()]).await;
    let mut notification = incident("43-1", vec![pippa().child()]);
    let perpetrator = PartyRole::AllegedPerpetrator;
    notification.parties = vec![party(perpetrator, "Mordecai", "Quillfeather")];
    let content = notification.children[0].content.as_mut().unwrap();
    "Mordecai is alleged to have shouted.".clone_into(&mut content.circumstances);
    let night = crate::night_of(&world, notification).await;
    let circumstances = async || {
        let card = night.lead.card().await;
        let opened = night.lead.open(&card.card_id).await.unwrap();
        let child = opened.incidents[0].children[0].clone();
        (child.more_to_follow, child.content.unwrap().circumstances)
    };
    assert_eq!(circumstances().await, (true, String::new()));
    assert!(night.force.child(&night.notification_id).await.text_held);
    night.lead.confirm(&night.lead.card().await).await;

    let release = ReleaseTextRequest {
        notification_id: night.notification_id.clone(),
        line: 1,
        content: None,
    };
    night.force.police().release_text(release).await.unwrap();
    world.settled().await;
    let (more, text) = circumstances().await;
    assert!(!more);
    assert_eq!(text, "Mordecai is alleged to have shouted.");
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::Reopened);
    night.lead.confirm(&night.lead.card().await).await;
    world.settled().await;
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.state(), AlertState::Confirmed);
    assert!(!night.force.child(&night.notification_id).await.text_held);
    world.finish().await;
}
