//! Bad input of every kind: a clear refusal, never a failure of the server, never an echo.

use super::hub::{Hub, TOKEN};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

const SUBMIT: &str = "/v1/police/notifications";
const CANARY: &str = "Canary McTestface";

#[tokio::test]
async fn a_body_above_the_limit_is_refused_by_name_of_the_limit() {
    let hub = Hub::start().await;
    let huge = format!(
        "{{\"notification\":{{\"place\":\"{}\"}}}}",
        "x".repeat(8 << 20)
    );
    let announced = hub.post(SUBMIT, huge.clone()).await;
    let pieces: Vec<_> = huge
        .into_bytes()
        .chunks(65_536)
        .map(|c| Ok::<_, std::io::Error>(c.to_vec()))
        .collect();
    let streamed = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let streamed = hub.post(SUBMIT, streamed).await;
    for answer in [announced, streamed] {
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (413, Some("too_large"))
        );
        assert!(answer.text.contains("1048576 bytes"));
    }
}

#[tokio::test]
async fn what_is_not_json_is_refused_by_its_media_type() {
    let hub = Hub::start().await;
    for kind in ["text/plain", "application/xml", "application/jsonp"] {
        let request = reqwest::Client::new()
            .post(hub.at(SUBMIT))
            .bearer_auth(TOKEN)
            .header("content-type", kind)
            .body("{}");
        assert_eq!(super::hub::Answer::of(request).await.status, 415);
    }
}

#[tokio::test]
async fn refusals_say_what_to_do_and_repeat_nothing() {
    let hub = Hub::start().await;
    for (body, status) in [
        (
            format!("{{\"notification\":{{\"place\":[\"{CANARY}\"]}}}}"),
            400,
        ),
        (format!("{{\"notification\":{{\"{CANARY}\":1}}}}"), 400),
        (
            format!("{{\"notification\":{{\"occurredAt\":\"{CANARY}\"}}}}"),
            400,
        ),
        (
            format!("{{\"notification\":{{\"riskGrade\":\"{CANARY}\"}}}}"),
            400,
        ),
        (
            format!("{{\"notification\":{{\"previousIncidents\":\"{CANARY}\"}}}}"),
            400,
        ),
        (format!("{{\"notification\":{{\"place\":\"{CANARY}"), 400),
        (CANARY.to_owned(), 400),
        (
            format!("{{\"notification\":{{\"place\":\"\u{1}{CANARY}\"}}}}"),
            400,
        ),
    ] {
        let answer = hub.post(SUBMIT, body).await;
        assert_eq!(answer.status, status);
        assert!(!answer.text.contains("Canary"), "{}", answer.text);
        assert!(!answer.json()["message"].as_str().unwrap().is_empty());
    }
    let answer = hub
        .get(&format!("{SUBMIT}?pageSize=Canary%20McTestface"))
        .await;
    assert!(answer.status == 400 && !answer.text.contains("Canary"));
}

#[test]
fn no_body_makes_the_server_fail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let hub = runtime.block_on(Hub::start());
    let mut runner = TestRunner::new(ProptestConfig::with_cases(400));
    let tested = runner.run(&body(), |body| {
        let answer = runtime.block_on(hub.post(SUBMIT, body));
        prop_assert!(
            answer.status == 200 || answer.status == 400,
            "{}",
            answer.status
        );
        let json: Value = serde_json::from_str(&answer.text).unwrap();
        prop_assert!(json.is_object());
        Ok(())
    });
    tested.unwrap();
}

/// Random bytes, random JSON, and JSON that is nearly right, whole or cut short.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let nearly = (
        field(),
        value(),
        any::<prop::sample::Index>(),
        any::<bool>(),
    );
    let nearly = nearly.prop_map(|(field, value, cut, whole)| {
        let mut bytes = json!({"notification": {field: value, "force": "43"}})
            .to_string()
            .into_bytes();
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        bytes
    });
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => value().prop_map(|value| value.to_string().into_bytes()),
        4 => nearly,
    ]
}

fn field() -> impl Strategy<Value = String> {
    let notification = proto::descriptors().get_message_by_name("firstbell.police.v1.Notification");
    let names: Vec<_> = notification
        .unwrap()
        .fields()
        .map(|field| field.json_name().to_owned())
        .collect();
    prop_oneof![4 => prop::sample::select(names), 1 => ".{0,12}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,12})?(Z|[+-][0-9]{2}:[0-9]{2})"
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z]{1,8}|line|identity", inner, 0..4)
                .prop_map(|map| Value::from(serde_json::Map::from_iter(map))),
        ]
    })
}
