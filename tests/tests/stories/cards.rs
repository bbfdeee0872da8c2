//! Cards: duplicates are linked, and a party to the incident never sees one.

use crate::{code, night_of};
use proto::{
    police::v1::{Notification, PartyRole},
    schools::v1::{CardState, ConfirmAlertsRequest, PassAlertRequest},
};
use tests::{
    caller::seen,
    people::{FORCE, PRIMARY, incident, party, pippa},
    smtp::MailServer,
    world::World,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_child_under_two_references_is_one_card_and_nothing_is_dropped() {
    let world = World::start().await;
    let night = crate::night(&world).await;
    world.turn_to("2026-11-20T01:10").await;
    let other = incident("43-2", vec![pippa().child()]);
    let other = night.force.submit(other).await;
    world.settled().await;
    let card = night.lead.card().await;
    assert_eq!(card.alerts.len(), 2);
    assert_eq!(card.possible_duplicates, [other.notification_id.as_str()]);
    let opened = night.lead.open(&card.card_id).await.unwrap();
    let references: Vec<_> = opened
        .incidents
        .iter()
        .map(|one| one.reference.as_str())
        .collect();
    assert_eq!(references, ["43-1", "43-2"]);
    night.lead.confirm(&card).await;
    world.settled().await;
    let card = night.lead.all_cards().await.remove(0);
    assert!(
        card.alerts
            .iter()
            .all(|alert| alert.state() == CardState::Confirmed)
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_is_passed_to_a_colleague_before_it_is_opened_and_only_the_colleague_is_told() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    let night = crate::night(&world).await;
    let deputy = world
        .key_adult(PRIMARY, "deputy", "Testina McTestface")
        .await;
    world.turn_to("2026-11-20T01:10").await;
    let alert_id = night.lead.card().await.alerts[0].alert_id.clone();
    let pass = |contact_id: &str| PassAlertRequest {
        alert_id: alert_id.clone(),
        contact_id: contact_id.to_owned(),
    };
    let stranger = night.lead.inbox().pass_alert(pass("stranger")).await;
    assert_eq!(code(&stranger.unwrap_err()), "invalid_field");
    night.lead.inbox().pass_alert(pass("deputy")).await.unwrap();
    world.settled().await;
    let card = deputy.card().await;
    assert_eq!(card.alerts[0].passed_to, "deputy");
    assert!(!card.alerts[0].opened);
    mail.mail_for(&format!("deputy@{PRIMARY}.example.org"), 1)
        .await;
    // Told at first, with everybody else.
    mail.mail_for(&format!("lead@{PRIMARY}.example.org"), 1)
        .await;
    deputy.confirm(&card).await;
    world.settled().await;
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.confirmed_by, "Testina McTestface");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_that_is_confirmed_without_its_version_is_refused_at_its_place_in_the_request() {
    let world = World::start().await;
    let night = crate::night(&world).await;
    let card = night.lead.card().await;
    let mut unseen = seen(&card.alerts[0]);
    unseen.version = 0;
    let request = ConfirmAlertsRequest {
        alerts: vec![seen(&card.alerts[0]), unseen],
    };
    let answer = night.lead.inbox().confirm_alerts(request).await.unwrap();
    let [confirmed, refused] = &answer.get_ref().results[..] else {
        panic!("a result for each");
    };
    assert!(confirmed.problem.is_none());
    let problem = refused.problem.as_ref().unwrap();
    assert_eq!(problem.fields[0].path, "alerts[1].version");
    world.finish().await;
}

/// An incident that the school's safeguarding lead is a party to.
fn with_the_lead_as_a_party() -> Notification {
    let mut notification = incident("43-1", vec![pippa().child()]);
    let lead = party(PartyRole::AllegedPerpetrator, "Testy", "McTestface");
    notification.parties = vec![lead];
    notification
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_party_to_the_incident_is_not_told_and_finds_nothing() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    let deputy = world
        .key_adult(PRIMARY, "deputy", "Testina Othername")
        .await;
    world
        .force(FORCE)
        .await
        .submit(with_the_lead_as_a_party())
        .await;
    world.settled().await;
    world.turn_to("2026-11-20T07:50").await;

    let card = deputy.card().await;
    assert!(lead.cards().await.is_empty());
    assert!(lead.all_cards().await.is_empty());
    let refused = lead.open(&card.card_id).await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    let alert_id = card.alerts[0].alert_id.clone();
    let request = ConfirmAlertsRequest {
        alerts: vec![seen(&card.alerts[0])],
    };
    let answer = lead.inbox().confirm_alerts(request).await.unwrap();
    let result = answer.into_inner().results.remove(0);
    assert_eq!(result.problem.unwrap().code, "not_found");
    let refused = lead.restore(&alert_id).await.unwrap_err();
    assert_eq!(code(&refused), "not_found");
    // Told at once, and once more an hour before the bell.
    mail.mail_for(&format!("deputy@{PRIMARY}.example.org"), 2)
        .await;
    mail.mail_for(&format!("lead@{PRIMARY}.example.org"), 0)
        .await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_only_key_adult_is_a_party_the_ladder_climbs_at_once() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    world.head(PRIMARY).await;
    let night = night_of(&world, with_the_lead_as_a_party()).await;
    world.turn_to("2026-11-20T07:00").await;
    mail.mail_for(&format!("head@{PRIMARY}.example.org"), 1)
        .await;
    assert_eq!(night.force.alert(&night.notification_id).await.rung, "head");
    world.finish().await;
}
