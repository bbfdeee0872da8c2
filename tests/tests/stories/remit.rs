//! Outside your remit things do not exist: the answer is the same as for what never did.

use crate::night;
use serde_json::json;
use tests::{caller::Answer, world::World};

const NOTHING: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_schools_card_answers_byte_for_byte_like_one_that_never_was() {
    let world = World::start().await;
    let night = night(&world).await;
    let card = night.lead.card().await;
    let alert_id = card.alerts[0].alert_id.as_str();
    let stranger = &night.other_lead;
    let disown = json!({"reason": "NOT_OURS_REASON_LEFT", "version": 1});
    let pass = json!({"contactId": "lead"});
    for (theirs, nothing, body) in [
        (
            format!("cards/{}/open", card.card_id),
            format!("cards/{NOTHING}/open"),
            json!({}),
        ),
        (
            format!("alerts/{alert_id}/disown"),
            format!("alerts/{NOTHING}/disown"),
            disown,
        ),
        (
            format!("alerts/{alert_id}/restore"),
            format!("alerts/{NOTHING}/restore"),
            json!({}),
        ),
        (
            format!("alerts/{alert_id}/pass"),
            format!("alerts/{NOTHING}/pass"),
            pass,
        ),
    ] {
        let theirs = stranger.post(&format!("/v1/schools/{theirs}"), &body).await;
        let nothing = stranger
            .post(&format!("/v1/schools/{nothing}"), &body)
            .await;
        assert_eq!(theirs.status, 404);
        assert_eq!(
            (theirs.status, theirs.bytes),
            (nothing.status, nothing.bytes)
        );
    }
    for id in [alert_id, NOTHING] {
        let body = json!({"alerts": [{"alertId": id, "version": 1}]});
        let answer = stranger.post("/v1/schools/alerts/confirm", &body).await;
        assert_eq!(answer.json()["results"][0]["problem"]["code"], "not_found");
    }
    assert_eq!(
        night.lead.cards().await.len(),
        1,
        "nothing of it did anything"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_forces_notification_and_child_answer_like_what_never_was() {
    let world = World::start().await;
    let night = night(&world).await;
    let force = world.coordinator("44").await;
    let ask = async |id: &str| {
        let path = format!("/v1/police/notifications/{id}");
        Answer::of(force.get(&path)).await
    };
    let (theirs, nothing) = (ask(&night.notification_id).await, ask(NOTHING).await);
    assert_eq!(theirs.status, 404);
    assert_eq!(theirs.bytes, nothing.bytes);
    let withdraw = json!({"reason": "WITHDRAWAL_REASON_OTHER"});
    let open = json!({});
    for (path, verb, body) in [
        ("police/notifications", "withdraw", &withdraw),
        ("coordinator/children", "open", &open),
        ("coordinator/children", "hide-location", &open),
    ] {
        let id = if verb == "withdraw" {
            &night.notification_id
        } else {
            &night.line_id
        };
        let theirs = force.post(&format!("/v1/{path}/{id}/{verb}"), body).await;
        let nothing = force
            .post(&format!("/v1/{path}/{NOTHING}/{verb}"), body)
            .await;
        assert_eq!(theirs.status, 404, "{verb}");
        assert_eq!(theirs.bytes, nothing.bytes, "{verb}");
    }
    let listed = Answer::of(force.get("/v1/police/notifications")).await;
    assert!(
        listed
            .json()
            .get("notifications")
            .is_none_or(|list| list.as_array().unwrap().is_empty())
    );
    assert_eq!(night.lead.cards().await.len(), 1);
    world.finish().await;
}
