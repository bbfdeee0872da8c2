//! One notification from the night of an incident to the morning bell, step by step.
//!
//! The numbers are those of the README's second section.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use proto::{
    police::v1::{Accountable, AlertState, NotificationStatus},
    schools::v1::{CardState, Queue},
};
use tests::{
    caller::{Answer, Caller, problem},
    people::{COUNCIL, ELSEWHERE, FORCE, PRIMARY, SECONDARY, at, incident, orlo, pippa, pupil},
    smtp::MailServer,
    world::{Shape, World},
};

/// Everybody of the story.
struct Cast {
    force: Caller,
    coordinator: Caller,
    lead: Caller,
    deputy: Caller,
    head: Caller,
    other_school: Caller,
    duty_desk: Caller,
}

async fn cast(world: &World) -> Cast {
    let roll = [
        pippa(),
        orlo(),
        pupil("Somebody", "Else", "2012-01-02").at(SECONDARY),
    ];
    world.roll("2026-11-18", &roll).await;
    world
        .reachable(
            proto::access::v1::OrganisationKind::Council,
            COUNCIL,
            "desk",
            "Dutiful McTestface",
            proto::access::v1::ContactRole::DutyDesk,
        )
        .await;
    Cast {
        force: world.force(FORCE).await,
        coordinator: world.coordinator(FORCE).await,
        lead: world.key_adult(PRIMARY, "lead", "Testy McTestface").await,
        deputy: world
            .key_adult(PRIMARY, "deputy", "Testina McTestface")
            .await,
        head: world.head(PRIMARY).await,
        other_school: world.key_adult(SECONDARY, "lead", "Other McTestface").await,
        duty_desk: world.duty_desk(COUNCIL).await,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_notification_of_the_night_is_in_a_named_adults_hands_before_the_bell_and_the_force_knows()
 {
    story(Shape::OneProcess).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_where_a_broker_carries_the_events() {
    story(Shape::OverNats).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_where_each_service_is_a_process_of_its_own() {
    story(Shape::Processes).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_where_a_cluster_keeps_the_journals_too() {
    story(Shape::Cluster).await;
}

async fn story(shape: Shape) {
    let mail = MailServer::start();
    let world = World::shaped(shape, |config| config.smtp = mail.settings()).await;
    let cast = cast(&world).await;
    let notification_id = submitted_once(&cast).await;
    world.settled().await;
    with_a_coordinator(&cast, &notification_id).await;
    on_one_card_without_content(&cast, &mail).await;
    climbs_through_the_morning(&world, &cast, &mail).await;
    confirmed_by_name(&world, &cast, &notification_id).await;
    stays_confirmed(&world, &mail).await;
    world.finish().await;
}

/// Steps 1 to 3: taken in durably, recognised when it comes again, refused with other content.
async fn submitted_once(cast: &Cast) -> String {
    let unknown = pupil("Nobody", "Onroll", "2016-03-04");
    let children = vec![pippa().child(), orlo().child(), unknown.child()];
    let notification = incident("43/REF 1.*>", children);

    // 1. A force submits; the answer comes after the notification is on disk.
    let first = cast.force.submit(notification.clone()).await;
    assert!(!first.already_known);
    assert_eq!(first.children.len(), 3);

    // 2. The same again is recognised; other content is refused, and the remedy is to correct.
    let again = cast.force.submit(notification.clone()).await;
    assert!(again.already_known);
    assert_eq!(again.notification_id, first.notification_id);
    assert_eq!(again.children, first.children);
    let mut other = notification;
    let content = other.children[0].content.as_mut().unwrap();
    "Something else.".clone_into(&mut content.circumstances);
    let refused = problem(&cast.force.try_submit(other).await.unwrap_err());
    assert_eq!(refused.code().as_str(), "conflict");
    assert_eq!(refused.fields()[0].path, "reference");
    assert!(refused.fields()[0].remedy.contains("correct"));

    // 3. From here on it is a public event; what follows shows that it arrived.
    first.notification_id
}

/// Step 4: sure children are routed; the one on no roll is with a coordinator.
async fn with_a_coordinator(cast: &Cast, notification_id: &str) {
    let status = cast.force.status(notification_id).await;
    assert_eq!(
        standing(&status),
        [
            (Accountable::Routed, ""),
            (Accountable::Routed, ""),
            (Accountable::WithCoordinator, "unmatched"),
        ]
    );
    let queue = cast.coordinator.queue().await;
    assert_eq!(queue.len(), 1);
    assert_eq!(queue[0].queue(), Queue::Unmatched);
    assert_eq!(queue[0].line_id, status.children[2].line_id);
    let child = cast
        .coordinator
        .open_child(&queue[0].line_id)
        .await
        .unwrap();
    assert_eq!(child.identity.unwrap().forename, "Nobody");
    assert!(child.candidates.is_empty());
}

/// Steps 5 and 6: one card with Friday's bell; who must act is told at once, and nothing else.
async fn on_one_card_without_content(cast: &Cast, mail: &MailServer) {
    // 5. One alert for each child, one card for the incident, the deadline is the next bell.
    let card = cast.lead.card().await;
    assert_eq!(card.alerts.len(), 2);
    assert_eq!(card.deadline, Some(at("2026-11-20T08:50")));
    assert!(!card.late_on_arrival);
    assert!(
        cast.other_school.cards().await.is_empty(),
        "another school sees nothing"
    );

    // 6. The list says that there is something; only opening says what.
    let listed = Answer::of(cast.lead.get("/v1/schools/cards")).await;
    let listed = String::from_utf8(listed.bytes).unwrap();
    assert!(listed.contains(&card.card_id));
    for told in ["Pippa", "Quillfeather", "43/REF", "shouting", "Madeuptown"] {
        assert!(!listed.contains(told), "the list tells {told}");
    }
    for contact in ["lead", "deputy"] {
        let told = mail
            .mail_for(&format!("{contact}@{PRIMARY}.example.org"), 1)
            .await;
        assert_eq!(
            told[0].text,
            "Firstbell: something needs you before 08:50. Sign in."
        );
        assert!(told[0].encrypted);
    }
    assert!(
        mail.received()
            .iter()
            .all(|mail| !mail.to[0].starts_with("head"))
    );
}

/// Step 8: unconfirmed, it climbs 60, 30 and 20 minutes before the bell.
async fn climbs_through_the_morning(world: &World, cast: &Cast, mail: &MailServer) {
    let lead = format!("lead@{PRIMARY}.example.org");
    let head = format!("head@{PRIMARY}.example.org");
    let desk = format!("desk@{COUNCIL}.example.org");
    world.turn_to("2026-11-20T07:49:59").await;
    // Both children are on one card, yet each has a ladder of its own.
    mail.mail_for(&lead, 1).await;
    world.turn_to("2026-11-20T07:50").await;
    mail.mail_for(&lead, 2).await;
    mail.mail_for(&head, 0).await;
    world.turn_to("2026-11-20T08:20").await;
    let to_head = mail.mail_for(&head, 1).await;
    assert!(to_head[0].text.contains("safeguarding lead"));
    assert!(cast.duty_desk.call_sheet().await.is_empty());
    world.turn_to("2026-11-20T08:30").await;
    mail.mail_for(&desk, 1).await;
    let sheet = cast.duty_desk.call_sheet().await;
    assert_eq!(sheet.len(), 1);
    assert_eq!(sheet[0].school, PRIMARY);
    assert_eq!(sheet[0].phone, "01632960101", "the directory's number");
    assert_eq!(sheet[0].alerts, 2);
    assert_eq!(sheet[0].ask_for, "Testina McTestface");
}

/// Steps 7 and 9: confirmed by name in one call; the force sees role, name and time.
async fn confirmed_by_name(world: &World, cast: &Cast, notification_id: &str) {
    world.turn_to("2026-11-20T08:41").await;
    let card = cast.lead.card().await;
    let opened = cast.lead.open(&card.card_id).await.unwrap();
    assert_eq!(opened.incidents[0].reference, "43/REF 1.*>");
    let children = &opened.incidents[0].children;
    assert_eq!(children.len(), 2, "the school's own children only");
    assert!(
        cast.head.open(&card.card_id).await.is_err(),
        "a head is not told what"
    );
    let hidden = problem(&cast.other_school.open(&card.card_id).await.unwrap_err());
    assert_eq!(hidden.code().as_str(), "not_found");

    // 7. "I have this in hand", for both children in one call.
    cast.deputy.confirm(&card).await;
    world.settled().await;
    assert!(
        cast.lead.cards().await.is_empty(),
        "nothing needs anybody any more"
    );
    let all = cast.lead.all_cards().await;
    let alerts = &all[0].alerts;
    assert!(
        alerts
            .iter()
            .all(|alert| alert.state() == CardState::Confirmed)
    );
    assert!(
        alerts
            .iter()
            .all(|alert| alert.confirmed_by == "Testina McTestface")
    );
    assert!(cast.duty_desk.call_sheet().await.is_empty());

    // 9. The force sees who, as what and when; of the school's doings nothing more.
    let status = cast.force.status(notification_id).await;
    for child in &status.children[..2] {
        assert_eq!(child.alerts.len(), 1);
        let alert = &child.alerts[0];
        assert_eq!(alert.state(), AlertState::Confirmed);
        assert_eq!(alert.school, PRIMARY);
        assert_eq!(alert.confirmed_by, "Testina McTestface");
        assert_eq!(alert.confirmed_as, "key adult");
        assert_eq!(alert.confirmed_at, Some(at("2026-11-20T08:41")));
        assert_eq!(alert.rung, "duty_desk");
    }
    assert_eq!(
        status.children[2].accountable(),
        Accountable::WithCoordinator
    );
    let elsewhere = world.force("44").await;
    let path = format!("/v1/police/notifications/{notification_id}");
    assert_eq!(Answer::of(elsewhere.get(&path)).await.status, 404);
}

/// After a confirmation nobody is told again, and no other school ever was.
async fn stays_confirmed(world: &World, mail: &MailServer) {
    let before = mail.received().len();
    world.turn_to("2026-11-20T12:00").await;
    assert_eq!(mail.received().len(), before, "nobody is told again");
    for other in [SECONDARY, ELSEWHERE] {
        let told = |to: &String| to.ends_with(&format!("@{other}.example.org"));
        assert!(!mail.received().iter().any(|mail| mail.to.iter().any(told)));
    }
}

fn standing(status: &NotificationStatus) -> Vec<(Accountable, &str)> {
    let children = status.children.iter();
    children
        .map(|child| (child.accountable(), child.detail.as_str()))
        .collect()
}
