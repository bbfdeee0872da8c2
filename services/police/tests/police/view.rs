//! The view can be thrown away at any time and comes back the same.

use crate::{
    sample::{notification, request},
    world::World,
};
use proto::police::v1::{
    GetNotificationRequest, ListNotificationsRequest, WithdrawNotificationRequest, WithdrawalReason,
};
use std::fs;

#[tokio::test]
async fn a_view_that_is_new_damaged_or_of_another_journal_shows_the_same_as_before() {
    let other_world = World::start().await;
    let elsewhere = other_world
        .coordinator("43")
        .submit_notification(request(notification("X/1")))
        .await;
    let elsewhere = elsewhere.unwrap().into_inner();
    let shown = GetNotificationRequest {
        notification_id: elsewhere.notification_id,
        at_least: elsewhere.position,
    };
    other_world
        .coordinator("43")
        .get_notification(shown)
        .await
        .unwrap();

    let world = World::start().await;
    let mut force = world.coordinator("43");
    let answer = force
        .submit_notification(request(notification("A/1")))
        .await
        .unwrap()
        .into_inner();
    let withdrawal = WithdrawNotificationRequest {
        notification_id: answer.notification_id.clone(),
        lines: vec![2],
        reason: WithdrawalReason::WrongChild.into(),
    };
    let position = force
        .withdraw_notification(withdrawal)
        .await
        .unwrap()
        .into_inner()
        .position;
    let shown = GetNotificationRequest {
        notification_id: answer.notification_id,
        at_least: position,
    };
    let before = force
        .get_notification(shown.clone())
        .await
        .unwrap()
        .into_inner();

    let damaged = world.file("damaged.view");
    fs::write(&damaged, "this is no database".repeat(1000)).unwrap();
    for view in [
        world.file("new.view"),
        damaged,
        other_world.file("police.view"),
    ] {
        let (mut force, _guard) = world.with_view(view).await;
        let after = force
            .get_notification(shown.clone())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(after, before);
        let listed = force
            .list_notifications(ListNotificationsRequest::default())
            .await;
        let listed = listed.unwrap().into_inner().notifications;
        assert_eq!(listed.first(), Some(&before));
        assert_eq!(listed.len(), 1);
    }
}

#[tokio::test]
async fn a_view_that_was_away_goes_on_where_it_stood() {
    let world = World::start().await;
    let file = world.file("second.view");
    for reference in ["A/1", "A/2"] {
        let answer = world
            .coordinator("43")
            .submit_notification(request(notification(reference)))
            .await;
        let answer = answer.unwrap().into_inner();
        let (mut force, _guard) = world.with_view(file.clone()).await;
        let shown = GetNotificationRequest {
            notification_id: answer.notification_id,
            at_least: answer.position,
        };
        assert_eq!(
            force
                .get_notification(shown)
                .await
                .unwrap()
                .into_inner()
                .reference,
            reference
        );
    }
}
