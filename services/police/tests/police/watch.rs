//! Watching, live and resumed.

use crate::{
    sample::{notification, request},
    world::{Client, World, refusal},
};
use proto::police::v1::{
    Accountable, NotificationChange, WatchNotificationsRequest, WithdrawNotificationRequest,
    WithdrawalReason,
};
use proto::schools::v1::{ChildPlaced, Desk, Queue};
use tonic::Streaming;

async fn watch(force: &mut Client, after: &str) -> Streaming<NotificationChange> {
    let request = WatchNotificationsRequest {
        after: after.into(),
    };
    force
        .watch_notifications(request)
        .await
        .unwrap()
        .into_inner()
}

async fn next(changes: &mut Streaming<NotificationChange>) -> NotificationChange {
    changes.message().await.unwrap().unwrap()
}

#[tokio::test]
async fn a_watch_sees_each_change_as_it_comes_and_resumes_where_it_was() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let mut changes = watch(&mut force, "").await;
    let answer = force
        .submit_notification(request(notification("A/1")))
        .await
        .unwrap()
        .into_inner();
    let first = next(&mut changes).await;
    assert_eq!(first.notification.as_ref().unwrap().reference, "A/1");
    let placed = ChildPlaced {
        line_id: answer.children[0].line_id.clone(),
        notification_id: answer.notification_id.clone(),
        desk: Desk::Council.into(),
        queue: Queue::NoSchool.into(),
        ..ChildPlaced::default()
    };
    world.hear("child.placed", &placed).await;
    let second = next(&mut changes).await;
    let child = &second.notification.as_ref().unwrap().children[0];
    assert_eq!(child.accountable(), Accountable::WithCouncilDesk);
    drop(changes);
    assert_eq!(next(&mut watch(&mut force, &first.at).await).await, second);
}

#[tokio::test]
async fn a_watch_sees_nothing_of_another_force() {
    let world = World::start().await;
    let mut other = world.coordinator("44");
    let mut changes = watch(&mut other, "").await;
    let mut own = world.coordinator("43");
    own.submit_notification(request(notification("A/1")))
        .await
        .unwrap();
    let mut theirs = notification("B/1");
    theirs.force = "44".into();
    other.submit_notification(request(theirs)).await.unwrap();
    assert_eq!(
        next(&mut changes).await.notification.unwrap().reference,
        "B/1"
    );
}

#[tokio::test]
async fn many_changes_arrive_in_order_and_none_is_missed() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let mut changes = watch(&mut force, "").await;
    let mut ids = std::collections::BTreeSet::new();
    for number in 0..40 {
        let one = notification(&format!("A/{number}"));
        let answer = force
            .submit_notification(request(one))
            .await
            .unwrap()
            .into_inner();
        if number % 5 == 0 {
            let withdrawal = WithdrawNotificationRequest {
                notification_id: answer.notification_id.clone(),
                lines: vec![1],
                reason: WithdrawalReason::WrongChild.into(),
            };
            force.withdraw_notification(withdrawal).await.unwrap();
        }
        ids.insert(answer.notification_id);
    }
    while !ids.is_empty() {
        ids.remove(
            &next(&mut changes)
                .await
                .notification
                .unwrap()
                .notification_id,
        );
    }
}

#[tokio::test]
async fn a_place_that_there_is_not_is_refused() {
    let world = World::start().await;
    let request = WatchNotificationsRequest {
        after: "2.1".into(),
    };
    let refused = world.coordinator("43").watch_notifications(request).await;
    assert_eq!(refusal(refused.map(|_| ())).1, ["after"]);
}
