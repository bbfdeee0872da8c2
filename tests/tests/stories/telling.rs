//! Really told: by a real mail server, without content, and a failure climbs at once.

use crate::{Night, night, night_of};
use proto::access::v1::ContactRole;
use std::collections::BTreeSet;
use tests::{
    people::{PRIMARY, incident, orlo, pippa},
    smtp::{FROM, MailServer},
    world::World,
};

fn address(contact_id: &str) -> String {
    format!("{contact_id}@{PRIMARY}.example.org")
}

async fn rung(night: &Night) -> String {
    night.force.alert(&night.notification_id).await.rung
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_key_adult_gets_one_content_free_message_for_an_incident_with_siblings() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa(), orlo()]).await;
    let deputy = ContactRole::Deputy;
    world
        .contact(PRIMARY, "deputy", "Testina McTestface", deputy)
        .await;
    let both = incident("43-1", vec![pippa().child(), orlo().child()]);
    let night = night_of(&world, both).await;
    let received = mail.received();
    let mut to: Vec<_> = received.iter().flat_map(|mail| mail.to.clone()).collect();
    to.sort();
    assert_eq!(to, [address("deputy"), address("lead")]);
    for one in &received {
        assert!(one.encrypted);
        assert_eq!(one.sender, FROM);
        assert_eq!(one.subject, "Firstbell");
        assert_eq!(
            one.text,
            "Firstbell: something needs you before 08:50. Sign in."
        );
        let id = one.message_id.strip_prefix('<').unwrap();
        let id = id.strip_suffix("@firstbell.example.org>").unwrap();
        assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()));
        for told in ["Pippa", "Quillfeather", "43-1", "Madeup", &night.line_id] {
            assert!(!one.raw.contains(told), "the message tells {told}");
        }
    }
    let ids: BTreeSet<_> = received.iter().map(|mail| &mail.message_id).collect();
    assert_eq!(
        ids.len(),
        received.len(),
        "every message has an id of its own"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_is_not_told_again_after_a_restart() {
    let mail = MailServer::start();
    let mut world = World::with(|config| config.smtp = mail.settings()).await;
    night(&world).await;
    let before = mail.mail_for(&address("lead"), 1).await;
    // Even where the view has to be made again.
    world
        .restart(|folders| {
            std::fs::remove_file(folders.views.join("schools-view.sqlite3")).unwrap();
        })
        .await;
    world.settled().await;
    let after = mail.mail_for(&address("lead"), 1).await;
    assert_eq!(before[0].message_id, after[0].message_id);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_of_an_unknown_authority_is_not_trusted_and_the_next_rung_comes_at_once() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.untrusted()).await;
    let night = night(&world).await;
    assert_eq!(rung(&night).await, "telling");
    // Not at 07:50, as it would have been.
    world.turn_to("2026-11-20T07:00").await;
    assert_eq!(rung(&night).await, "duty_desk");
    assert!(mail.received().is_empty());
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_recipient_fails_the_step_and_the_head_is_told_at_once() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    let force = world.force("43").await;
    let key_adult = ContactRole::KeyAdult;
    world
        .contact(PRIMARY, "refused", "Testy McTestface", key_adult)
        .await;
    world
        .contact(PRIMARY, "head", "Heady McTestface", ContactRole::Head)
        .await;
    let id = force
        .submit(incident("43-1", vec![pippa().child()]))
        .await
        .notification_id;
    world.turn_to("2026-11-20T07:00").await;
    assert_eq!(force.alert(&id).await.rung, "head");
    mail.mail_for(&address("head"), 1).await;
    mail.mail_for(&address("refused"), 0).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_refused_recipient_of_two_does_not_fail_the_step() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    let key_adult = ContactRole::KeyAdult;
    world
        .contact(PRIMARY, "refused", "Refused McTestface", key_adult)
        .await;
    let night = night(&world).await;
    mail.mail_for(&address("lead"), 1).await;
    world.turn_to("2026-11-20T07:30").await;
    assert_eq!(rung(&night).await, "telling");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_school_that_never_signed_up_fails_the_step_and_the_ladder_climbs_at_seven() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    let force = world.force("43").await;
    let id = force
        .submit(incident("43-1", vec![pippa().child()]))
        .await
        .notification_id;
    world.settled().await;
    world.turn_to("2026-11-20T07:00").await;
    assert_eq!(force.alert(&id).await.rung, "duty_desk");
    assert_eq!(world.duty_desk("825").await.call_sheet().await.len(), 1);
    assert!(mail.received().is_empty());
    world.finish().await;
}
