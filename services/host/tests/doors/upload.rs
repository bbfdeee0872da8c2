//! Uploads: the body as it comes, whatever its size, and never half of one.

use super::hub::{Answer, Hub, TOKEN};
use futures::stream;
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn an_upload_streams_in_bounded_chunks_with_its_header_from_the_query() {
    let hub = Hub::start().await;
    let pieces = stream::iter((0..20).map(|_| Ok::<_, std::io::Error>(vec![b'x'; MIB])));
    let query = "asAt=2026-11-20&mode=IMPORT_MODE_DELTA&schools=100001&schools=100002";
    let request = reqwest::Client::new()
        .post(hub.at(&format!("/v1/directory/rolls?{query}")))
        .bearer_auth(TOKEN)
        .body(reqwest::Body::wrap_stream(pieces));
    let expected = json!({
        "rowsRead": (20 * MIB).to_string(),
        "rowsTaken": "65536",
        "version": "2026-11-20 IMPORT_MODE_DELTA 100001+100002",
    });
    assert_eq!(Answer::of(request).await.json(), expected);
}

#[tokio::test]
async fn an_empty_upload_still_has_its_header() {
    let hub = Hub::start().await;
    let answer = hub.post("/v1/directory/rolls?as_at=2026-11-20", "").await;
    let version = answer.json()["version"].clone();
    assert_eq!(version, "2026-11-20 IMPORT_MODE_UNSPECIFIED ");
}

#[tokio::test]
async fn a_wrong_header_field_is_named() {
    let hub = Hub::start().await;
    let answer = hub
        .post("/v1/directory/rolls?mode=SOME&colour=red", "x")
        .await;
    assert_eq!(answer.status, 400);
    let fields = answer.json()["fields"].clone();
    assert_eq!(
        (&fields[0]["path"], &fields[1]["path"]),
        (&json!("mode"), &json!("colour"))
    );
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_refused_as_a_whole() {
    let hub = Hub::start().await;
    let mut socket = TcpStream::connect(hub.url.trim_start_matches("http://"))
        .await
        .unwrap();
    let head = format!(
        "POST /v1/directory/rolls HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {TOKEN}\r\n\
         content-length: 1000\r\n\r\nonly this"
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = String::new();
    // The server may also just close: what counts is that it never says "done".
    let _ = socket.read_to_string(&mut answer).await;
    assert!(!answer.contains("200 OK"), "{answer}");
}
