//! What was erased stays erased, and keeps nobody else out.

use crate::{
    sample::{notification, request},
    world::{Client, World, problem, refusal},
};
use keys::{KeyId, KeyKind};
use proto::police::v1::{
    ChildContent, CorrectNotificationRequest, GetNotificationRequest, Notification,
    ReleaseTextRequest, SubmitNotificationResponse, WithdrawNotificationRequest, WithdrawalReason,
};

async fn submit(force: &mut Client, notification: Notification) -> SubmitNotificationResponse {
    let answer = force.submit_notification(request(notification)).await;
    answer.unwrap().into_inner()
}

async fn destroy(world: &World, kind: KeyKind, id: &str) {
    let key = KeyId::of(kind, journal::id::unhex16(id).unwrap());
    world.keys.destroy(&[key]).await.unwrap();
}

/// As a correction has to be.
fn numbered(mut notification: Notification) -> Notification {
    for (child, line) in notification.children.iter_mut().zip(1..) {
        child.line = line;
    }
    notification
}

fn line_ids(answer: &SubmitNotificationResponse) -> Vec<&str> {
    let children = answer.children.iter();
    children.map(|child| child.line_id.as_str()).collect()
}

#[tokio::test]
async fn a_known_notification_is_recognised_though_a_child_of_it_was_erased() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let first = submit(&mut force, notification("A/1")).await;
    destroy(&world, KeyKind::ChildLine, line_ids(&first)[0]).await;
    let again = submit(&mut force, notification("A/1")).await;
    assert!(again.already_known);
    assert_eq!(line_ids(&again), line_ids(&first));
    assert_eq!(again.position, first.position, "nothing was written");
    let mut other = notification("A/1");
    other.children.remove(0);
    let refused = force.submit_notification(request(other)).await;
    assert_eq!(refusal(refused).1, ["reference"]);
}

#[tokio::test]
async fn of_a_lost_notification_the_siblings_of_an_erased_child_get_in() {
    let world = World::start().await;
    let mut whole = notification("A/1");
    // Numbered by their places, those who are left move up.
    for child in &mut whole.children {
        child.line = 0;
    }
    let first = submit(&mut world.coordinator("43"), whole.clone()).await;
    for erased in 0..whole.children.len() {
        let world = World::start().await;
        let first = submit(&mut world.coordinator("43"), whole.clone()).await;
        destroy(&world, KeyKind::ChildLine, line_ids(&first)[erased]).await;
        let (mut force, _running) = world.with_everything_lost().await;
        let problem = problem(force.submit_notification(request(whole.clone())).await);
        assert_eq!(problem.code().as_str(), "conflict");
        assert_eq!(problem.fields().len(), 1, "one child was erased");
        let field = &problem.fields()[0];
        assert_eq!(field.path, format!("children[{erased}]"));
        assert!(field.remedy.contains("leave that child out"));

        let mut others = whole.clone();
        others.children.remove(erased);
        let answer = submit(&mut force, others.clone()).await;
        assert!(!answer.already_known);
        assert_eq!(answer.children.len(), whole.children.len() - 1);
        assert!(submit(&mut force, others).await.already_known);
    }
    let (mut force, _running) = world.with_everything_lost().await;
    let again = submit(&mut force, whole).await;
    assert_eq!(
        line_ids(&again),
        line_ids(&first),
        "the same names for ever"
    );
}

#[tokio::test]
async fn every_erased_child_is_named_at_once_and_edited_texts_bring_nobody_back() {
    let world = World::start().await;
    let mut whole = notification("A/1");
    let first = submit(&mut world.coordinator("43"), whole.clone()).await;
    for line_id in line_ids(&first) {
        destroy(&world, KeyKind::ChildLine, line_id).await;
    }
    let (mut force, _running) = world.with_everything_lost().await;
    whole.place = "Elsewhere".into();
    whole.children[0].content = Some(ChildContent::default());
    let (code, paths) = refusal(force.submit_notification(request(whole)).await);
    assert_eq!(code, "conflict");
    assert_eq!(paths, ["children[0]", "children[1]"]);
}

#[tokio::test]
async fn a_correction_names_the_erased_child_and_is_taken_without_it() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let first = submit(&mut force, notification("A/1")).await;
    destroy(&world, KeyKind::ChildLine, line_ids(&first)[1]).await;
    let mut mended = numbered(notification("A/1"));
    for child in &mut mended.children {
        child.content = Some(ChildContent::default());
    }
    let mut correction = CorrectNotificationRequest {
        notification_id: first.notification_id,
        correction_id: "c1".into(),
        notification: Some(mended),
    };
    let refused = force.correct_notification(correction.clone()).await;
    assert_eq!(refusal(refused).1, ["children[1]"]);
    correction.notification.as_mut().unwrap().children.remove(1);
    let taken = force.correct_notification(correction).await;
    assert_eq!(taken.unwrap().into_inner().version, 2);
}

#[tokio::test]
async fn a_known_correction_is_recognised_though_a_child_that_it_names_was_erased() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let first = submit(&mut force, notification("A/1")).await;
    let mut mended = numbered(notification("A/1"));
    mended.place = "Elsewhere".into();
    let mut correction = CorrectNotificationRequest {
        notification_id: first.notification_id.clone(),
        correction_id: "c1".into(),
        notification: Some(mended),
    };
    let taken = force.correct_notification(correction.clone()).await;
    let taken = taken.unwrap().into_inner();
    destroy(&world, KeyKind::ChildLine, line_ids(&first)[1]).await;

    let again = force.correct_notification(correction.clone()).await;
    assert_eq!(again.unwrap().into_inner(), taken);
    correction.notification.as_mut().unwrap().place = "Elsewhere still".into();
    let other = force.correct_notification(correction).await;
    assert_eq!(refusal(other).1, ["correction_id"]);
}

#[tokio::test]
async fn of_a_notification_without_its_key_the_children_stand_and_nothing_is_added() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let first = submit(&mut force, notification("A/1")).await;
    let id = first.notification_id;
    destroy(&world, KeyKind::Notification, &id).await;

    let again = force.submit_notification(request(notification("A/1")));
    assert_eq!(
        refusal(again.await),
        ("conflict".into(), vec!["reference".into()])
    );
    let correction = CorrectNotificationRequest {
        notification_id: id.clone(),
        correction_id: "c1".into(),
        notification: Some(numbered(notification("A/1"))),
    };
    assert_eq!(
        refusal(force.correct_notification(correction).await).1,
        ["reference"]
    );
    let release = ReleaseTextRequest {
        notification_id: id.clone(),
        line: 1,
        content: Some(ChildContent::default()),
    };
    assert_eq!(
        refusal(force.release_text(release).await).1,
        ["notification_id"]
    );

    let withdraw = WithdrawNotificationRequest {
        notification_id: id.clone(),
        lines: vec![2],
        reason: WithdrawalReason::SentInError.into(),
    };
    let position = force.withdraw_notification(withdraw).await.unwrap();
    let status = GetNotificationRequest {
        notification_id: id,
        at_least: position.into_inner().position,
    };
    let status = force.get_notification(status).await.unwrap().into_inner();
    assert_eq!(
        (status.reference.as_str(), status.children.len()),
        ("erased", 2)
    );
    assert!(!status.withdrawn);
}
