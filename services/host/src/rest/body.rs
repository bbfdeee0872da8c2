//! Reads a JSON body within its limit.

use crate::problem::{Code, Problem};
use axum::{
    body::{Body, HttpBody},
    http::{HeaderMap, header},
};
use futures::StreamExt;
use prost::bytes::{Bytes, BytesMut};
use std::time::Duration;

/// The most bytes of a JSON body.
pub(crate) const MOST_BYTES: usize = 1024 * 1024;

/// The longest a JSON body may take to come in, so that slow senders do not hold on to memory.
const MOST_TIME: Duration = Duration::from_secs(60);

/// How much of a body that is too large is read and dropped, so that its sender gets to see the
/// answer instead of a broken connection.
const MOST_DROPPED_BYTES: usize = 256 * 1024 * 1024;

/// The whole body; empty where there is none.
pub(super) async fn read(headers: &HeaderMap, body: Body) -> Result<Bytes, Problem> {
    let announced = body.size_hint().exact();
    if announced == Some(0) {
        return Ok(Bytes::new());
    }
    check_media_type(headers)?;
    if announced.is_some_and(|bytes| bytes > MOST_BYTES as u64) {
        let _ = tokio::time::timeout(MOST_TIME, drop_rest(body, 0)).await;
        return Err(too_large());
    }
    tokio::time::timeout(MOST_TIME, collect(body))
        .await
        .map_err(|_| Problem::of(Code::Timeout))?
}

async fn collect(body: Body) -> Result<Bytes, Problem> {
    let mut whole = BytesMut::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| broke_off())?;
        if whole.len().saturating_add(chunk.len()) > MOST_BYTES {
            let read = whole.len();
            drop(whole);
            drop_rest(Body::from_stream(chunks), read).await;
            return Err(too_large());
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

async fn drop_rest(body: Body, mut read: usize) {
    let mut chunks = body.into_data_stream();
    while read < MOST_DROPPED_BYTES {
        match chunks.next().await {
            Some(Ok(chunk)) => read = read.saturating_add(chunk.len()),
            Some(Err(_)) | None => return,
        }
    }
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map(|value| value.split(';').next().unwrap_or_default().trim())
        .is_some_and(|kind| kind.eq_ignore_ascii_case("application/json"));
    if json {
        Ok(())
    } else {
        Err(Problem::of(Code::UnsupportedMediaType))
    }
}

fn too_large() -> Problem {
    Problem::new(
        Code::TooLarge,
        format!("The body is larger than {MOST_BYTES} bytes. Send less at a time."),
    )
}

fn broke_off() -> Problem {
    Problem::new(
        Code::Malformed,
        "The body broke off before its end. Send the whole request again.",
    )
}
