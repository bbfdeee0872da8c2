//! Corrections, withdrawals and held text.

use crate::{
    sample::{child, notification, request},
    world::{Client, World, refusal},
};
use policy::{OrganisationKind, Role};
use prost::Message;
use proto::police::v1::{
    ChildContent, CorrectNotificationRequest, CorrectNotificationResponse, GetNotificationRequest,
    Notification, NotificationCorrected, NotificationIssued, NotificationWithdrawn,
    ReleaseTextRequest, SubmitNotificationResponse, TextReleased, WithdrawNotificationRequest,
    WithdrawalReason,
};
use proto::sealing::Sealed;
use tonic::Status;

async fn submitted(force: &mut Client, notification: Notification) -> SubmitNotificationResponse {
    let answer = force.submit_notification(request(notification)).await;
    answer.unwrap().into_inner()
}

async fn corrected(
    force: &mut Client,
    id: &str,
    correction_id: &str,
    notification: Notification,
) -> Result<CorrectNotificationResponse, Status> {
    let request = CorrectNotificationRequest {
        notification_id: id.into(),
        correction_id: correction_id.into(),
        notification: Some(notification),
    };
    force
        .correct_notification(request)
        .await
        .map(tonic::Response::into_inner)
}

fn release(id: &str, line: u32, content: Option<ChildContent>) -> ReleaseTextRequest {
    ReleaseTextRequest {
        notification_id: id.into(),
        line,
        content,
    }
}

fn withdraw(id: &str, lines: &[u32]) -> WithdrawNotificationRequest {
    WithdrawNotificationRequest {
        notification_id: id.into(),
        lines: lines.to_vec(),
        reason: WithdrawalReason::SentInError.into(),
    }
}

/// The public events so far: short name and message.
async fn published(world: &World) -> Vec<(String, Vec<u8>)> {
    let events = world.police.feed().read(0, 100).await.unwrap();
    let name = |kind: &str| kind.trim_start_matches("firstbell.v1.police.").to_owned();
    events
        .into_iter()
        .map(|event| (name(&event.kind), event.payload.to_vec()))
        .collect()
}

async fn text(world: &World, content: Option<Sealed>) -> ChildContent {
    let sealer = keys::Sealer::new(world.keys.clone(), keys::Service::Schools);
    sealer
        .open(&content.unwrap())
        .await
        .unwrap()
        .plain()
        .unwrap()
}

/// A household where the text of line 1 names the child of line 2.
fn naming_a_sibling() -> Notification {
    let mut household = notification("A/1");
    household.children[0]
        .content
        .as_mut()
        .unwrap()
        .circumstances = "Robin hid upstairs.".into();
    household
}

#[tokio::test]
async fn a_correction_tells_schools_only_what_changed_and_whether_it_matters() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let id = submitted(&mut force, notification("A/1"))
        .await
        .notification_id;
    let mut mended = notification("A/2 mended");
    let answer = corrected(&mut force, &id, "a", mended.clone())
        .await
        .unwrap();
    assert_eq!((answer.version, answer.material), (2, false));
    mended.children.remove(0);
    mended.children[0].identity.as_mut().unwrap().date_of_birth = "2015-05-04".into();
    let answer = corrected(&mut force, &id, "b", mended).await.unwrap();
    assert_eq!((answer.version, answer.material), (3, true));
    let events = published(&world).await;
    let names: Vec<_> = events.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "notification.issued",
            "notification.corrected",
            "notification.corrected"
        ]
    );
    let shared = NotificationCorrected::decode(events[1].1.as_slice()).unwrap();
    assert!(shared.shared.is_some() && shared.children.is_empty());
    let line = NotificationCorrected::decode(events[2].1.as_slice()).unwrap();
    assert_eq!(
        (
            line.shared.is_none(),
            line.children.len(),
            line.children[0].line
        ),
        (true, 1, 2)
    );
    let status = GetNotificationRequest {
        notification_id: id,
        at_least: answer.position,
    };
    let status = force.get_notification(status).await.unwrap().into_inner();
    assert_eq!(
        (status.reference.as_str(), status.version),
        ("A/2 mended", 3)
    );
}

#[tokio::test]
async fn a_correction_sent_again_gets_its_first_answer_and_its_id_is_good_once() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let id = submitted(&mut force, notification("A/1"))
        .await
        .notification_id;
    let mut mended = notification("A/1");
    mended.urgent = true;
    let first = corrected(&mut force, &id, "a", mended.clone())
        .await
        .unwrap();
    assert!(first.material);
    assert_eq!(
        corrected(&mut force, &id, "a", mended.clone())
            .await
            .unwrap(),
        first
    );
    mended.place = "Elsewhere".into();
    let reused = corrected(&mut force, &id, "a", mended.clone()).await;
    assert_eq!(
        refusal(reused),
        ("conflict".into(), vec!["correction_id".into()])
    );
    let nameless = corrected(&mut force, &id, "", mended.clone()).await;
    assert_eq!(refusal(nameless).1, ["correction_id"]);
    mended.children[0].line = 0;
    assert_eq!(
        refusal(corrected(&mut force, &id, "b", mended).await).1,
        ["children[0].line"]
    );
}

#[tokio::test]
async fn a_correction_belongs_to_the_force_that_submitted() {
    let world = World::start().await;
    let id = submitted(&mut world.coordinator("43"), notification("A/1"))
        .await
        .notification_id;
    let mut other = world.coordinator("44");
    let refused = corrected(&mut other, &id, "a", notification("A/1")).await;
    assert_eq!(refusal(refused).0, "not_found");
    let refused = other.withdraw_notification(withdraw(&id, &[])).await;
    assert_eq!(refusal(refused).0, "not_found");
    let refused = other.release_text(release(&id, 1, None)).await;
    assert_eq!(refusal(refused).0, "not_found");
    let mut foreign = notification("A/1");
    foreign.force = "44".into();
    let refused = corrected(&mut world.coordinator("43"), &id, "a", foreign).await;
    assert_eq!(refusal(refused).1, ["force"]);
}

#[tokio::test]
async fn held_text_waits_while_the_alert_goes_and_follows_when_released() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let answer = submitted(&mut force, naming_a_sibling()).await;
    assert_eq!(
        (answer.children[0].held.len(), answer.children[1].held.len()),
        (1, 0)
    );
    let id = answer.notification_id;
    for _ in 0..2 {
        force.release_text(release(&id, 1, None)).await.unwrap();
    }
    let events = published(&world).await;
    assert_eq!(events.len(), 2);
    let issued = NotificationIssued::decode(events[0].1.as_slice()).unwrap();
    let line = issued.notification.unwrap().children.remove(0);
    assert!(line.text_held);
    let before = text(&world, line.content).await;
    assert_eq!(before.circumstances, "");
    assert_eq!(before.voice.unwrap().words, "I was scared.");
    let released = TextReleased::decode(events[1].1.as_slice()).unwrap();
    assert_eq!(
        text(&world, released.content).await.circumstances,
        "Robin hid upstairs."
    );
}

#[tokio::test]
async fn held_text_may_be_edited_and_only_once() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let id = submitted(&mut force, naming_a_sibling())
        .await
        .notification_id;
    let edited = ChildContent {
        circumstances: "A sibling hid.".into(),
        ..ChildContent::default()
    };
    for _ in 0..2 {
        force
            .release_text(release(&id, 1, Some(edited.clone())))
            .await
            .unwrap();
    }
    let other = ChildContent::default();
    let refused = force.release_text(release(&id, 1, Some(other))).await;
    assert_eq!(
        refusal(refused),
        ("conflict".into(), vec!["content".into()])
    );
    let events = published(&world).await;
    let released = TextReleased::decode(events[1].1.as_slice()).unwrap();
    assert_eq!(text(&world, released.content).await, edited);
    let unknown = force.release_text(release(&id, 9, None)).await;
    assert_eq!(refusal(unknown).1, ["line"]);
}

#[tokio::test]
async fn a_corrected_text_that_names_an_unchanged_sibling_is_held_again() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let id = submitted(&mut force, naming_a_sibling())
        .await
        .notification_id;
    force.release_text(release(&id, 1, None)).await.unwrap();
    let mut mended = naming_a_sibling();
    mended.children.truncate(1);
    mended.children[0].content.as_mut().unwrap().circumstances = "Robin hid in the attic.".into();
    let answer = corrected(&mut force, &id, "a", mended).await.unwrap();
    let status = GetNotificationRequest {
        notification_id: id.clone(),
        at_least: answer.position,
    };
    let status = force.get_notification(status).await.unwrap().into_inner();
    assert!(status.children[0].text_held);
    let position = force
        .release_text(release(&id, 1, None))
        .await
        .unwrap()
        .into_inner()
        .position;
    let status = GetNotificationRequest {
        notification_id: id,
        at_least: position,
    };
    let status = force.get_notification(status).await.unwrap().into_inner();
    assert!(!status.children[0].text_held);
}

#[tokio::test]
async fn a_child_who_is_added_has_keys_of_its_own() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let id = submitted(&mut force, notification("A/1"))
        .await
        .notification_id;
    let mut more = notification("A/1");
    more.children = vec![child(7, "Sam")];
    let answer = corrected(&mut force, &id, "a", more).await.unwrap();
    assert_eq!((answer.version, answer.material), (2, false));
    let events = published(&world).await;
    let public = NotificationCorrected::decode(events[1].1.as_slice()).unwrap();
    assert_eq!(
        text(&world, public.children[0].content.clone())
            .await
            .circumstances,
        "Loud shouting was heard."
    );
}

#[tokio::test]
async fn a_withdrawal_takes_back_lines_or_all_and_is_final() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let answer = submitted(&mut force, notification("A/1")).await;
    let id = answer.notification_id;
    force
        .withdraw_notification(withdraw(&id, &[2]))
        .await
        .unwrap();
    force
        .withdraw_notification(withdraw(&id, &[]))
        .await
        .unwrap();
    let last = force
        .withdraw_notification(withdraw(&id, &[]))
        .await
        .unwrap()
        .into_inner();
    let events = published(&world).await;
    assert_eq!(events.len(), 3);
    let one = NotificationWithdrawn::decode(events[1].1.as_slice()).unwrap();
    assert_eq!(one.line_ids, [answer.children[1].line_id.as_str()]);
    let refused = corrected(&mut force, &id, "a", naming_a_sibling()).await;
    assert_eq!(refusal(refused).1, ["notification_id"]);
    let status = GetNotificationRequest {
        notification_id: id.clone(),
        at_least: last.position,
    };
    assert!(
        force
            .get_notification(status)
            .await
            .unwrap()
            .into_inner()
            .withdrawn
    );
    let silent = WithdrawNotificationRequest {
        reason: 0,
        ..withdraw(&id, &[])
    };
    assert_eq!(
        refusal(force.withdraw_notification(silent).await).1,
        ["reason"]
    );
    assert_eq!(
        refusal(force.withdraw_notification(withdraw(&id, &[9])).await).1,
        ["line"]
    );
}

#[tokio::test]
async fn only_a_coordinator_takes_back() {
    let world = World::start().await;
    let mut sender = world.caller(OrganisationKind::Force, "43", Role::ForceSender);
    let id = submitted(&mut sender, notification("A/1"))
        .await
        .notification_id;
    assert_eq!(
        refusal(sender.withdraw_notification(withdraw(&id, &[])).await).0,
        "forbidden"
    );
}
