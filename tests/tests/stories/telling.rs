//! Really told: by a real mail server, without content, and a failure climbs at once.

use crate::{Night, night, night_of};
use clock::SystemClock;
use firstbell::hub::Folders;
use journal::{
    Journal, Position,
    decider::EventSet,
    embedded::{EmbeddedJournal, Settings},
};
use proto::{
    access::v1::{ContactRole, OrganisationKind, SetWebhookRequest},
    police::v1::{Notification, PartyRole},
    schools::v1::RungOutcome,
};
use rusqlite::Connection;
use schools::{domain::LineEvent, views::View};
use std::{collections::BTreeSet, sync::Arc};
use tests::{
    people::{COUNCIL, PRIMARY, SECONDARY, incident, orlo, party, pippa, pupil},
    smtp::{FROM, MailServer},
    wait::eventually,
    webhook::Receiver,
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

/// With somebody who works with children.
fn of_trust() -> Notification {
    let mut coach = party(PartyRole::AllegedPerpetrator, "Mordecai", "Coachman");
    coach.position_of_trust = true;
    Notification {
        parties: vec![coach],
        ..incident("43-1", vec![pippa().child()])
    }
}

/// Ends the story; what came of telling the council's designated officer, as it is on record.
async fn referred(world: World) -> Vec<RungOutcome> {
    let path = world.folders.journal("schools");
    let _folder = world.end().await;
    let clock = Arc::new(SystemClock);
    let journal = EmbeddedJournal::open(&path, Settings::default(), clock).unwrap();
    let all = journal.read_all(Position::START, 10_000).await.unwrap();
    let events = all.iter().filter_map(|event| {
        let frame = &event.frame;
        LineEvent::decode(&frame.r#type, frame.version, &frame.payload)
    });
    let outcomes = events.filter_map(|event| match event {
        LineEvent::RungConcluded(e) if e.subject_id.ends_with(".referral") => Some(e.outcome()),
        _ => None,
    });
    outcomes.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_of_trust_is_told_to_the_councils_designated_officer_once_and_without_content() {
    let mail = MailServer::start();
    let receiver = Receiver::start(&[]).await;
    let world = World::with(|config| config.smtp = mail.settings()).await;
    let council = OrganisationKind::Council;
    let role = ContactRole::DesignatedOfficer;
    world
        .reachable(council, COUNCIL, "lado", "Lada McTestface", role)
        .await;
    let webhook = SetWebhookRequest {
        kind: council.into(),
        code: COUNCIL.to_owned(),
        url: receiver.url(),
    };
    let mut access = world.operator().access();
    access.set_webhook(webhook).await.unwrap();
    world.roll("2026-11-18", &[pippa()]).await;
    let night = night_of(&world, of_trust()).await;
    let officer = format!("lado@{COUNCIL}.example.org");
    let told = mail.mail_for(&officer, 1).await.remove(0);
    assert_eq!(told.text, "Firstbell: something needs you. Sign in.");
    for content in ["Pippa", "Coachman", "43-1", "Madeup", &night.line_id] {
        assert!(!told.raw.contains(content), "the message tells {content}");
    }
    mail.mail_for(&address("lead"), 1).await;
    assert_eq!(receiver.calls().len(), 1);
    assert_eq!(referred(world).await, [RungOutcome::Reached]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_council_without_a_designated_officer_is_a_step_that_failed() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    let night = night_of(&world, of_trust()).await;
    mail.mail_for(&address("lead"), 1).await;
    assert_eq!(rung(&night).await, "telling");
    assert_eq!(referred(world).await, [RungOutcome::NoContact]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_position_of_trust_is_told_too_where_the_child_is_at_no_school() {
    let mail = MailServer::start();
    let world = World::with(|config| config.smtp = mail.settings()).await;
    let (council, role) = (OrganisationKind::Council, ContactRole::DesignatedOfficer);
    world
        .reachable(council, COUNCIL, "lado", "Lada McTestface", role)
        .await;
    world.roll("2026-11-18", &[]).await;
    let night = night_of(&world, of_trust()).await;
    night.coordinator.to_council(&night.line_id, COUNCIL).await;
    let officer = format!("lado@{COUNCIL}.example.org");
    mail.mail_for(&officer, 1).await;
    assert_eq!(referred(world).await, [RungOutcome::Reached]);
}

/// Keys of contacts, which somebody took out of the store and can put back.
struct TakenKeys(Vec<(Vec<u8>, Vec<u8>)>);

fn take_contact_keys(folders: &Folders) -> TakenKeys {
    let store = Connection::open(folders.keys.join("keys.db")).unwrap();
    // The letter of a key's kind stands behind the id of what it is for.
    let take = "DELETE FROM keys WHERE substr(id, 17) = CAST('c' AS BLOB) RETURNING id, wrapped";
    let mut taken = store.prepare(take).unwrap();
    let rows = taken.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    TakenKeys(rows.unwrap().collect::<Result<_, _>>().unwrap())
}

fn put_back(folders: &Folders, TakenKeys(keys): &TakenKeys) {
    let store = Connection::open(folders.keys.join("keys.db")).unwrap();
    for key in keys {
        let put = "INSERT INTO keys VALUES(?1, ?2)";
        store.execute(put, (&key.0, &key.1)).unwrap();
    }
}

async fn steps_that_wait(world: &World, count: usize) {
    eventually(&format!("{count} steps that wait"), async || {
        let view = View::open(&world.folders.views.join("schools-view.sqlite3"));
        match view.unwrap().pending_steps(1_000).unwrap().len() {
            waiting if waiting == count => Ok(()),
            waiting => Err(format!("{waiting} steps")),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_whose_key_is_away_is_told_when_it_is_back_and_nothing_is_concluded_before() {
    let mail = MailServer::start();
    let mut world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    let force = world.force("43").await;
    let (key_adult, deputy) = (ContactRole::KeyAdult, ContactRole::Deputy);
    world
        .contact(PRIMARY, "lead", "Testy McTestface", key_adult)
        .await;
    let mut taken = TakenKeys(Vec::new());
    world
        .restart(|folders| taken = take_contact_keys(folders))
        .await;
    assert_eq!(taken.0.len(), 1);
    world
        .contact(PRIMARY, "deputy", "Testina McTestface", deputy)
        .await;
    force.submit(incident("43-1", vec![pippa().child()])).await;
    // Nobody else has to wait for that.
    mail.mail_for(&address("deputy"), 1).await;
    steps_that_wait(&world, 1).await;
    mail.mail_for(&address("lead"), 0).await;
    world.restart(|folders| put_back(folders, &taken)).await;
    mail.mail_for(&address("lead"), 1).await;
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_that_fail_again_and_again_keep_no_other_step_waiting() {
    let mail = MailServer::start();
    let mut world = World::with(|config| config.smtp = mail.settings()).await;
    let other = pupil("Petra", "Ploverton", "2012-09-03").at(SECONDARY);
    world.roll("2026-11-18", &[pippa(), other.clone()]).await;
    let force = world.force("43").await;
    let key_adult = ContactRole::KeyAdult;
    world
        .contact(PRIMARY, "lead", "Testy McTestface", key_adult)
        .await;
    let mut taken = TakenKeys(Vec::new());
    world
        .restart(|folders| taken = take_contact_keys(folders))
        .await;
    world
        .contact(SECONDARY, "lead", "Other McTestface", key_adult)
        .await;
    // More than are told side by side.
    for nth in 0..70 {
        let reference = format!("43-{nth}");
        let one = incident(&reference, vec![pippa().child()]);
        force.submit(one).await;
    }
    steps_that_wait(&world, 70).await;
    world.restart_at("2026-11-20T01:05").await;
    force
        .submit(incident("43-other", vec![other.child()]))
        .await;
    mail.mail_for(&format!("lead@{SECONDARY}.example.org"), 1)
        .await;
    steps_that_wait(&world, 70).await;
    world.restart(|folders| put_back(folders, &taken)).await;
    mail.mail_for(&address("lead"), 70).await;
    world.finish().await;
}
