//! A live stream as server-sent events.

use crate::{json, problem::Problem};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, StreamExt, stream};
use prost_reflect::{DynamicMessage, Value};
use std::convert::Infallible;
use tokio_util::sync::CancellationToken;
use tonic::Status;

/// Takes up where the client's last event was: browsers send it when they reconnect.
pub(super) fn resume(request: &mut DynamicMessage, headers: &HeaderMap) {
    let last = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .filter(|last| !last.is_empty());
    if let Some(last) = last {
        // A request without `after` cannot be resumed and starts afresh.
        let _ = request.try_set_field_by_name("after", Value::String(last.to_owned()));
    }
}

/// Each message as one event, until the stream ends, fails or the process shuts down.
pub(super) fn answer(
    messages: impl Stream<Item = Result<DynamicMessage, Status>> + Send + 'static,
    shutdown: CancellationToken,
) -> Response {
    let events = messages
        .map(|message| match message {
            Ok(message) => event(&message),
            Err(status) => problem(&Problem::from_status(&status)),
        })
        .take_until(shutdown.cancelled_owned());
    // A first comment sends the headers through buffering intermediaries at once.
    let opening = stream::iter([Event::default().comment("open")]);
    let events = opening.chain(events).map(Ok::<_, Infallible>);
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn event(message: &DynamicMessage) -> Event {
    let data = match json::write_dynamic(message) {
        Ok(data) => data,
        Err(internal) => return problem(&internal),
    };
    let event = Event::default().data(String::from_utf8_lossy(&data));
    match message.get_field_by_name("at").as_deref() {
        Some(Value::String(at)) if fits_an_id(at) => event.id(at),
        _ => event,
    }
}

/// Event ids are one line, and an empty one would make the client forget where it was.
fn fits_an_id(at: &str) -> bool {
    !at.is_empty() && !at.contains(['\n', '\r', '\0'])
}

fn problem(problem: &Problem) -> Event {
    Event::default()
        .event("problem")
        .data(String::from_utf8_lossy(&problem.to_json()))
}
