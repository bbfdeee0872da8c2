//! JSON in and JSON out, and what a refusal looks like.

use super::hub::{Answer, Hub, PRINCIPAL};
use serde_json::json;

const SUBMIT: &str = "/v1/police/notifications";

#[tokio::test]
async fn a_notification_is_taken_as_json_and_answered_as_json() {
    let hub = Hub::start().await;
    let body = json!({"notification": {
        "force": "43", "reference": "T-1", "urgent": true, "riskGrade": "RISK_GRADE_HIGH",
        "occurred_at": "2026-11-20T22:15:00Z",
        "children": [{"line": 1, "residenceForce": "44"}],
    }});
    let answer = hub.post(SUBMIT, body.to_string()).await;
    assert_eq!(
        (answer.status, answer.kind.as_str()),
        (200, "application/json")
    );
    let expected = json!({
        "notificationId": "T-1", "alreadyKnown": true, "position": PRINCIPAL,
        "children": [{"line": 1, "lineId": "44"}],
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn paths_and_queries_fill_the_request() {
    let hub = Hub::start().await;
    let one = hub.get("/v1/police/notifications/abc%20d?at_least=7").await;
    assert_eq!(
        one.json(),
        json!({"notificationId": "abc d", "acceptedAt": "2026-11-18T11:06:40Z"})
    );
    let list = hub.get("/v1/police/notifications?pageSize=7").await;
    assert_eq!(list.json(), json!({"nextPage": "7"}));
    let coverage = hub.get("/v1/directory/coverage").await;
    assert_eq!(coverage.json(), json!({"schools": "18446744073709551615"}));
}

#[tokio::test]
async fn a_body_may_repeat_the_id_of_its_path_but_not_contradict_it() {
    let hub = Hub::start().await;
    let path = "/v1/police/notifications/abc/correct";
    assert_eq!(hub.post(path, "").await.json(), json!({"position": "abc"}));
    let same = hub.post(path, r#"{"notificationId":"abc"}"#).await;
    assert_eq!(same.status, 200);
    let other = hub.post(path, r#"{"notificationId":"abd"}"#).await;
    assert_eq!(other.status, 400);
    assert_eq!(other.json()["fields"][0]["path"], "notification_id");
}

#[tokio::test]
async fn a_refusal_is_a_problem_with_the_status_that_fits() {
    let hub = Hub::start().await;
    let refused = hub.post(SUBMIT, "{}").await;
    assert_eq!(
        (refused.status, refused.kind.as_str()),
        (400, "application/problem+json")
    );
    let expected = json!({
        "code": "invalid_field",
        "message": "Some fields are wrong. Mend those named and send again.",
        "fields": [{
            "path": "notification.force", "reason": "is missing",
            "remedy": "write the force's two digits",
        }],
    });
    assert_eq!(refused.json(), expected);
    let path = "/v1/police/notifications/abc";
    for (path, status, code) in [
        (format!("{path}/withdraw"), 507, "no_space"),
        (format!("{path}/release-text"), 409, "conflict"),
        (format!("{path}/nonsense"), 404, "not_found"),
        (path.to_owned(), 405, "method_not_allowed"),
    ] {
        let refused = hub.post(&path, "{}").await;
        assert_eq!(
            (refused.status, refused.kind.as_str()),
            (status, "application/problem+json")
        );
        assert_eq!(refused.json()["code"], code);
    }
}

#[tokio::test]
async fn what_is_not_there_and_what_never_was_look_the_same() {
    let hub = Hub::start().await;
    let withheld = hub.get("/v1/police/notifications/missing").await;
    let nowhere = hub.get("/v1/nowhere").await;
    let no_text = hub.get("/v1/police/notifications/%FF").await;
    assert_eq!((no_text.status, &no_text.text), (404, &nowhere.text));
    assert_eq!(
        (withheld.status, &withheld.text),
        (nowhere.status, &nowhere.text)
    );
}

#[tokio::test]
async fn the_text_of_an_unplanned_failure_stays_inside() {
    let hub = Hub::start().await;
    let answer = hub.get("/v1/police/notifications/broken").await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (500, Some("internal"))
    );
    assert!(!answer.text.contains("Testy"));
}

#[tokio::test]
async fn without_a_valid_token_nothing_is_read() {
    let hub = Hub::start().await;
    let client = reqwest::Client::new();
    let url = hub.at(SUBMIT);
    for request in [
        client.post(&url),
        client.post(&url).bearer_auth("other"),
        client.post(&url).basic_auth("a", Some("b")),
        client.post(&url).header("firstbell-assertion-bin", "AAAA"),
    ] {
        let answer = Answer::of(request.body("not even json")).await;
        assert_eq!(
            (answer.status, answer.kind.as_str()),
            (401, "application/problem+json")
        );
    }
}

#[tokio::test]
async fn handlers_see_the_assertion_and_never_the_token() {
    let hub = Hub::start().await;
    hub.get("/v1/police/notifications/abc").await;
    let seen = hub.seen.lock().unwrap().clone();
    assert!(seen.iter().any(|key| key == "firstbell-assertion-bin"));
    assert!(!seen.iter().any(|key| key == "authorization"));
}

#[tokio::test]
async fn an_assertion_sent_along_is_thrown_away() {
    let hub = Hub::start().await;
    let request = reqwest::Client::new()
        .post(hub.at(SUBMIT))
        .bearer_auth(super::hub::TOKEN)
        .header("firstbell-assertion-bin", "CgZmb3JnZWQ")
        .header("content-type", "application/json")
        .body(r#"{"notification":{"force":"43"}}"#);
    assert_eq!(Answer::of(request).await.json()["position"], PRINCIPAL);
}

#[tokio::test]
async fn health_is_open_and_readiness_follows_its_checks() {
    let hub = Hub::start().await;
    let ask = |path| Answer::of(reqwest::Client::new().get(hub.at(path)));
    assert_eq!(ask("/healthz").await.status, 200);
    let starting = ask("/readyz").await;
    assert_eq!(starting.status, 503);
    assert_eq!(starting.json()["checks"][0]["reason"], "starting");
    hub.check.ready();
    assert_eq!(ask("/readyz").await.json()["ready"], true);
}
