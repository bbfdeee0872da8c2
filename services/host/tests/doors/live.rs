//! Live streams over server-sent events, and how they end.

use super::hub::{Hub, TOKEN};
use std::time::Duration;

async fn watch(hub: &Hub, query: &str, last_event: Option<&str>) -> reqwest::Response {
    let url = hub.at(&format!("/v1/police/watch{query}"));
    let mut request = reqwest::Client::new().get(url).bearer_auth(TOKEN);
    if let Some(last) = last_event {
        request = request.header("last-event-id", last);
    }
    request.send().await.unwrap()
}

/// Reads until `last` has been seen.
async fn until(response: &mut reqwest::Response, last: &str) -> String {
    let mut text = String::new();
    while !text.contains(last) {
        let chunk = response.chunk().await.unwrap().expect("the stream goes on");
        text.push_str(std::str::from_utf8(&chunk).unwrap());
    }
    text
}

#[tokio::test]
async fn each_message_is_one_event_with_its_place_as_id() {
    let hub = Hub::start().await;
    let mut response = watch(&hub, "", None).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let text = until(&mut response, "id: 3\n\n").await;
    assert!(text.contains("data: {\"at\":\"1\"}\nid: 1\n\n"), "{text}");
}

#[tokio::test]
async fn a_stream_is_taken_up_after_the_last_event() {
    let hub = Hub::start().await;
    let mut response = watch(&hub, "?after=20", None).await;
    assert!(
        until(&mut response, "id: 23\n\n")
            .await
            .contains("id: 21\n")
    );
    let mut response = watch(&hub, "?after=20", Some("30")).await;
    let text = until(&mut response, "id: 33\n\n").await;
    assert!(!text.contains("id: 21\n"));
}

#[tokio::test]
async fn a_stream_that_fails_says_why_and_ends() {
    let hub = Hub::start().await;
    let text = watch(&hub, "?after=9", None).await.text().await.unwrap();
    assert!(text.contains("id: 12\n"));
    assert!(
        text.contains("event: problem\ndata: {\"code\":\"unavailable\""),
        "{text}"
    );
}

#[tokio::test]
async fn an_orderly_end_finishes_live_streams_and_stops_listening() {
    let hub = Hub::start().await;
    let mut response = watch(&hub, "", None).await;
    until(&mut response, "id: 3\n\n").await;
    hub.shutdown.cancel();
    let rest = response.text().await.unwrap();
    assert!(!rest.contains("id:"));
    tokio::time::timeout(Duration::from_secs(60), hub.served)
        .await
        .unwrap()
        .unwrap();
    assert!(reqwest::get(format!("{}/healthz", hub.url)).await.is_err());
}
