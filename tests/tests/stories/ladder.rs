//! When the ladder does not wait for its hour, and when it goes elsewhere.

use crate::{Night, night_of};
use proto::{
    access::v1::{ContactRole, OrganisationKind},
    police::v1::{Handling, Notification},
};
use tests::{
    people::{COUNCIL, PRIMARY, at, incident, pippa},
    smtp::MailServer,
    world::World,
};

/// A school and a council where everybody can be reached.
async fn everybody(mail: &MailServer) -> World {
    let world = World::with(|config| config.smtp = mail.settings()).await;
    world.roll("2026-11-18", &[pippa()]).await;
    world.head(PRIMARY).await;
    let council = OrganisationKind::Council;
    world
        .reachable(
            council,
            COUNCIL,
            "desk",
            "Desk McTestface",
            ContactRole::DutyDesk,
        )
        .await;
    world
}

/// How many messages the Key Adult, the head and the duty desk got.
fn told(mail: &MailServer) -> [usize; 3] {
    ["lead@900001", "head@900001", "desk@825"].map(|name| {
        let to = format!("{name}.example.org");
        mail.received()
            .iter()
            .filter(|mail| mail.to.contains(&to))
            .count()
    })
}

async fn submitted(world: &World, notification: Notification) -> Night {
    let night = night_of(world, notification).await;
    world.settled().await;
    night
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_arrives_past_its_bell_is_late_and_takes_every_rung_at_once() {
    let mail = MailServer::start();
    let world = everybody(&mail).await;
    world.turn_to("2026-11-20T09:30").await;
    let night = submitted(&world, incident("43-1", vec![pippa().child()])).await;
    let card = night.lead.card().await;
    assert!(card.late_on_arrival);
    assert_eq!(card.deadline, Some(at("2026-11-20T08:50")));
    assert_eq!(told(&mail), [2, 1, 1]);
    let alert = night.force.alert(&night.notification_id).await;
    assert!(alert.late_on_arrival, "charged to the sender");
    assert_eq!(alert.rung, "duty_desk");
    assert_eq!(world.duty_desk(COUNCIL).await.call_sheet().await.len(), 1);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_urgent_takes_every_rung_at_seven() {
    let mail = MailServer::start();
    let world = everybody(&mail).await;
    let mut urgent = incident("43-1", vec![pippa().child()]);
    urgent.urgent = true;
    let night = submitted(&world, urgent).await;
    assert!(night.lead.card().await.urgent);
    world.turn_to("2026-11-20T06:59:59").await;
    assert_eq!(told(&mail), [1, 0, 0]);
    world.turn_to("2026-11-20T07:00").await;
    assert_eq!(told(&mail), [2, 1, 1]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_somebody_may_come_to_collect_the_child_every_rung_goes_at_seven() {
    let mail = MailServer::start();
    let world = everybody(&mail).await;
    let mut child = pippa().child();
    child.content.as_mut().unwrap().handling = Some(Handling {
        collection_risk: true,
        ..Handling::default()
    });
    submitted(&world, incident("43-1", vec![child])).await;
    world.turn_to("2026-11-20T06:59:59").await;
    assert_eq!(told(&mail), [1, 0, 0]);
    world.turn_to("2026-11-20T07:00").await;
    assert_eq!(told(&mail), [2, 1, 1]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_confirmation_in_the_night_leaves_the_morning_quiet() {
    let mail = MailServer::start();
    let world = everybody(&mail).await;
    let night = submitted(&world, incident("43-1", vec![pippa().child()])).await;
    night.lead.confirm(&night.lead.card().await).await;
    world.turn_to("2026-11-20T09:00").await;
    assert_eq!(told(&mail), [1, 0, 0]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_snow_day_the_off_site_contacts_act_and_nothing_is_delayed() {
    let mail = MailServer::start();
    let world = everybody(&mail).await;
    let home = ContactRole::OffSite;
    world
        .contact(PRIMARY, "home", "Home McTestface", home)
        .await;
    let night = submitted(&world, incident("43-1", vec![pippa().child()])).await;
    world.turn_to("2026-11-20T06:30").await;
    night.lead.close_today().await;
    world.settled().await;
    let off_site = format!("home@{PRIMARY}.example.org");
    mail.mail_for(&off_site, 1).await;
    assert_eq!(
        night.lead.card().await.deadline,
        Some(at("2026-11-20T08:50"))
    );
    world.turn_to("2026-11-20T07:50").await;
    mail.mail_for(&off_site, 2).await;
    assert_eq!(
        told(&mail),
        [1, 0, 0],
        "nobody is sent to a school that is shut"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_downtime_only_the_latest_rung_acts() {
    let mail = MailServer::start();
    let mut world = everybody(&mail).await;
    let night = submitted(&world, incident("43-1", vec![pippa().child()])).await;
    world.restart_at("2026-11-20T08:35").await;
    world.settled().await;
    assert_eq!(
        told(&mail),
        [1, 0, 1],
        "the nudge and the head were skipped"
    );
    let alert = night.force.alert(&night.notification_id).await;
    assert_eq!(alert.rung, "duty_desk");
    world.finish().await;
}
