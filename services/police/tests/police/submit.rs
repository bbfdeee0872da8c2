//! Submitting, one and many; what is refused and what is answered again.

use crate::{
    sample::{notification, request},
    world::{World, problem, refusal},
};
use keys::{KeyId, KeyKind};
use policy::{OrganisationKind, Role};
use proto::police::v1::{
    Accountable, GetNotificationRequest, ListNotificationsRequest, SubmitNotificationRequest,
    submission_outcome::Outcome,
};

fn get(notification_id: &str, at_least: &str) -> GetNotificationRequest {
    GetNotificationRequest {
        notification_id: notification_id.into(),
        at_least: at_least.into(),
    }
}

#[tokio::test]
async fn an_accepted_notification_is_answered_for_from_the_first_moment() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let answer = force
        .submit_notification(request(notification("A/1")))
        .await
        .unwrap()
        .into_inner();
    assert!(!answer.already_known);
    let status = force
        .get_notification(get(&answer.notification_id, &answer.position))
        .await;
    let status = status.unwrap().into_inner();
    assert_eq!((status.reference.as_str(), status.version), ("A/1", 1));
    assert_eq!(status.children.len(), 2);
    for (child, accepted) in status.children.iter().zip(&answer.children) {
        assert_eq!(child.line_id, accepted.line_id);
        assert_eq!(child.accountable(), Accountable::WithCoordinator);
        assert_eq!(child.detail, "in_transit");
    }
}

#[tokio::test]
async fn the_same_again_gets_the_first_answer_and_other_content_is_refused() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let mut household = notification("A/1");
    household.children[0]
        .content
        .as_mut()
        .unwrap()
        .circumstances = "Robin hid.".into();
    let first = force
        .submit_notification(request(household.clone()))
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        first.children[0].held[0].path,
        "children[0].content.circumstances"
    );
    let mut again = force
        .submit_notification(request(household.clone()))
        .await
        .unwrap()
        .into_inner();
    assert!(std::mem::take(&mut again.already_known));
    assert_eq!(again, first);
    household.urgent = true;
    let refused = force.submit_notification(request(household)).await;
    let problem = problem(refused);
    assert_eq!(problem.code().as_str(), "conflict");
    assert_eq!(problem.fields()[0].path, "reference");
    assert!(problem.fields()[0].remedy.contains("correct"));
}

#[tokio::test]
async fn many_at_once_of_the_same_are_accepted_once() {
    let world = World::start().await;
    let force = world.coordinator("43");
    let calls = (0..20).map(|_| {
        let mut force = force.clone();
        async move {
            force
                .submit_notification(request(notification("A/1")))
                .await
        }
    });
    let answers = futures::future::join_all(calls).await;
    let answers: Vec<_> = answers
        .into_iter()
        .map(|a| a.unwrap().into_inner())
        .collect();
    assert_eq!(
        answers
            .iter()
            .filter(|answer| !answer.already_known)
            .count(),
        1
    );
    let history = world
        .journal
        .read_all(journal::Position::START, 100)
        .await
        .unwrap();
    assert_eq!(history.len(), 1);
}

#[tokio::test]
async fn one_refused_loses_none_of_the_others_and_outcomes_keep_their_order() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let requests: Vec<_> = (0..100)
        .map(|number| {
            let mut one = notification(&format!("A/{number}"));
            if number % 10 == 3 {
                one.children.clear();
            }
            request(one)
        })
        .collect();
    let answer = force
        .submit_notifications(tokio_stream::iter(requests))
        .await;
    let outcomes = answer.unwrap().into_inner().outcomes;
    assert_eq!(outcomes.len(), 100);
    for (number, outcome) in outcomes.into_iter().enumerate() {
        match outcome.outcome.unwrap() {
            Outcome::Refused(problem) => {
                assert_eq!(
                    (number % 10, problem.fields[0].path.as_str()),
                    (3, "children")
                );
            }
            Outcome::Accepted(accepted) => {
                assert_ne!(number % 10, 3);
                let status =
                    force.get_notification(get(&accepted.notification_id, &accepted.position));
                assert_eq!(
                    status.await.unwrap().into_inner().reference,
                    format!("A/{number}")
                );
            }
        }
    }
}

#[tokio::test]
async fn a_force_submits_and_sees_its_own_and_nothing_else() {
    let world = World::start().await;
    let mut own = world.coordinator("43");
    let mut other = world.coordinator("44");
    let submitted = other
        .submit_notification(request(notification("A/1")))
        .await;
    assert_eq!(
        refusal(submitted),
        ("invalid_field".into(), vec!["force".into()])
    );
    let answer = own
        .submit_notification(request(notification("A/1")))
        .await
        .unwrap()
        .into_inner();
    let mut seen = get(&answer.notification_id, &answer.position);
    assert_eq!(
        refusal(other.get_notification(seen.clone()).await).0,
        "not_found"
    );
    seen.notification_id = "00000000000000000000000000000000".into();
    assert_eq!(refusal(own.get_notification(seen).await).0, "not_found");
    let listed = other
        .list_notifications(ListNotificationsRequest::default())
        .await
        .unwrap();
    assert!(listed.into_inner().notifications.is_empty());
}

#[tokio::test]
async fn the_force_where_a_child_lives_sees_that_child() {
    let world = World::start().await;
    let mut household = notification("A/1");
    household.children[1].residence_force = "44".into();
    let answer = world
        .coordinator("43")
        .submit_notification(request(household))
        .await;
    let answer = answer.unwrap().into_inner();
    let seen = world
        .coordinator("44")
        .get_notification(get(&answer.notification_id, &answer.position))
        .await;
    let lines: Vec<_> = seen
        .unwrap()
        .into_inner()
        .children
        .iter()
        .map(|child| child.line)
        .collect();
    assert_eq!(lines, [2]);
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let world = World::start().await;
    let stranger = world
        .stranger()
        .submit_notification(request(notification("A/1")))
        .await;
    assert_eq!(refusal(stranger).0, "unauthenticated");
    let mut school = world.caller(OrganisationKind::School, "900001", Role::KeyAdult);
    let submitted = school
        .submit_notification(request(notification("A/1")))
        .await;
    assert_eq!(refusal(submitted).0, "forbidden");
    let listed = school
        .list_notifications(ListNotificationsRequest::default())
        .await;
    assert_eq!(refusal(listed).0, "forbidden");
}

#[tokio::test]
async fn nothing_at_all_is_refused_by_name_and_too_much_as_too_large() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let (code, paths) = refusal(
        force
            .submit_notification(SubmitNotificationRequest::default())
            .await,
    );
    assert_eq!(code, "invalid_field");
    assert_eq!(paths, ["occurred_at", "force", "reference", "children"]);
    let mut large = notification("A/1");
    large.place = "x".repeat(1024 * 1024);
    assert_eq!(
        refusal(force.submit_notification(request(large)).await).0,
        "too_large"
    );
}

#[tokio::test]
async fn below_the_reserve_new_submissions_are_refused_clearly() {
    let world = World::start_without_space().await;
    let refused = world
        .coordinator("43")
        .submit_notification(request(notification("A/1")))
        .await;
    assert_eq!(refusal(refused).0, "no_space");
}

#[tokio::test]
async fn a_notification_whose_key_is_gone_is_refused_as_known() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let answer = force
        .submit_notification(request(notification("A/1")))
        .await
        .unwrap()
        .into_inner();
    let id = journal::id::unhex16(&answer.notification_id).unwrap();
    world
        .keys
        .destroy(&[KeyId::of(KeyKind::Notification, id)])
        .await
        .unwrap();
    let again = force
        .submit_notification(request(notification("A/1")))
        .await;
    assert_eq!(
        refusal(again),
        ("conflict".into(), vec!["reference".into()])
    );
    let status = force
        .get_notification(get(&answer.notification_id, &answer.position))
        .await;
    assert_eq!(status.unwrap().into_inner().reference, "erased");
}

#[tokio::test]
async fn lists_are_newest_first_and_go_on_where_they_stopped() {
    let world = World::start().await;
    let mut force = world.coordinator("43");
    let mut last = String::new();
    for number in 0..5 {
        let request = request(notification(&format!("A/{number}")));
        let answer = force
            .submit_notification(request)
            .await
            .unwrap()
            .into_inner();
        last = answer.notification_id;
        force
            .get_notification(get(&last, &answer.position))
            .await
            .unwrap();
    }
    let mut seen = Vec::new();
    let mut page = String::new();
    loop {
        let request = ListNotificationsRequest {
            page_size: 2,
            page,
            accountable: Accountable::WithCoordinator.into(),
        };
        let answer = force
            .list_notifications(request)
            .await
            .unwrap()
            .into_inner();
        seen.extend(answer.notifications.into_iter().map(|one| one.reference));
        page = answer.next_page;
        if page.is_empty() {
            break;
        }
    }
    assert_eq!(seen, ["A/4", "A/3", "A/2", "A/1", "A/0"]);
    let closed = ListNotificationsRequest {
        accountable: Accountable::Closed.into(),
        ..ListNotificationsRequest::default()
    };
    assert!(
        force
            .list_notifications(closed)
            .await
            .unwrap()
            .into_inner()
            .notifications
            .is_empty()
    );
    let too_many = ListNotificationsRequest {
        page_size: 501,
        ..ListNotificationsRequest::default()
    };
    assert_eq!(
        refusal(force.list_notifications(too_many).await).1,
        ["page_size"]
    );
    assert_eq!(
        refusal(force.get_notification(get(&last, "1.999999")).await).1,
        ["at_least"]
    );
}
