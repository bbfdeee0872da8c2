//! A roll that is too old is not believed: the likely school is asked first.

use crate::{Night, code, night_of};
use proto::{
    police::v1::Accountable,
    schools::v1::{EnquiryAnswer, Queue},
};
use tests::{
    people::{PRIMARY, at, incident, pippa},
    smtp::MailServer,
    world::World,
};

/// A child on a roll of two months ago, whose school can be reached.
async fn asked(world: &World) -> Night {
    world.roll("2026-09-10", &[pippa()]).await;
    world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    night_of(world, incident("43-1", vec![pippa().child()])).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_likely_school_is_asked_by_name_and_birth_date_only() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    let night = asked(&world).await;
    assert!(night.lead.cards().await.is_empty());
    let enquiries = night.lead.enquiries().await;
    assert_eq!(enquiries.len(), 1);
    assert_eq!(enquiries[0].name, "Pippa Quillfeather");
    assert_eq!(enquiries[0].date_of_birth, "2017-03-04");
    assert_eq!(enquiries[0].deadline, Some(at("2026-11-20T08:50")));
    assert!(night.other_lead.enquiries().await.is_empty());
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::WithCoordinator);
    assert_eq!(child.detail, "asked");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_yes_releases_the_alert_with_the_bell_it_had() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    let night = asked(&world).await;
    let enquiry = night.lead.enquiries().await.remove(0);
    world.turn_to("2026-11-20T07:30").await;
    night
        .lead
        .answer(&enquiry.enquiry_id, EnquiryAnswer::OnRoll)
        .await
        .unwrap();
    world.settled().await;
    let card = night.lead.card().await;
    assert_eq!(card.deadline, Some(at("2026-11-20T08:50")));
    assert!(night.lead.enquiries().await.is_empty());
    let child = night.force.child(&night.notification_id).await;
    assert_eq!(child.accountable(), Accountable::Routed);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_no_brings_the_child_to_the_coordinator() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    let night = asked(&world).await;
    let enquiry = night.lead.enquiries().await.remove(0);
    let stranger = night
        .other_lead
        .answer(&enquiry.enquiry_id, EnquiryAnswer::OnRoll)
        .await;
    assert_eq!(code(&stranger.unwrap_err()), "not_found");
    night
        .lead
        .answer(&enquiry.enquiry_id, EnquiryAnswer::NotOnRoll)
        .await
        .unwrap();
    world.settled().await;
    assert!(night.lead.cards().await.is_empty());
    assert!(night.lead.enquiries().await.is_empty());
    let queue = night.coordinator.queue().await;
    assert_eq!(queue[0].queue(), Queue::Unsure);
    let child = night.coordinator.open_child(&night.line_id).await.unwrap();
    assert_eq!(
        child.candidates.len(),
        1,
        "with the candidate and its reasons"
    );
    assert!(!child.candidates[0].weights.is_empty());
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_question_that_nobody_answers_lapses_an_hour_before_the_bell() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    let night = asked(&world).await;
    let enquiry = night.lead.enquiries().await.remove(0);
    world.turn_to("2026-11-20T07:49").await;
    assert_eq!(night.coordinator.queue().await[0].queue(), Queue::Asked);
    world.turn_to("2026-11-20T07:50").await;
    assert_eq!(night.coordinator.queue().await[0].queue(), Queue::Unsure);
    assert!(night.lead.enquiries().await.is_empty());
    let late = night
        .lead
        .answer(&enquiry.enquiry_id, EnquiryAnswer::OnRoll)
        .await;
    let late = code(&late.unwrap_err());
    assert!(["conflict", "not_found"].contains(&late), "{late}");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_that_cannot_be_asked_leaves_the_child_to_the_coordinator_at_once() {
    let world = World::start().await;
    let night = asked(&world).await;
    assert_eq!(night.coordinator.queue().await[0].queue(), Queue::Unsure);
    assert!(night.lead.enquiries().await.is_empty());
    world.finish().await;
}
