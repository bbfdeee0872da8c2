//! Passes calls on to a service in another process, as they come.

use crate::{
    problem::{Code, Problem},
    report::report,
    telemetry,
};
use axum::{
    extract::Request,
    http::{HeaderValue, header::HeaderName},
    response::{IntoResponse, Response},
};
use std::time::Duration;
use tonic::{
    Status,
    body::Body,
    transport::{Channel, Endpoint},
};
use tower::Service as _;

const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const CONNECT: Duration = Duration::from_secs(3);
/// A process that is gone without a word is noticed after at most two of these.
const STILL_THERE: Duration = Duration::from_secs(5);

/// The endpoint with our patience.
pub(crate) fn patient(endpoint: Endpoint) -> Endpoint {
    endpoint
        .connect_timeout(CONNECT)
        .http2_keep_alive_interval(STILL_THERE)
        .keep_alive_timeout(STILL_THERE)
        .keep_alive_while_idle(true)
        .tcp_nodelay(true)
}

/// Passes one call on; what comes back comes as it is.
pub(super) async fn forward(mut channel: Channel, mut request: Request) -> Response {
    if let Some(span) = telemetry::current_traceparent()
        && let Ok(value) = HeaderValue::from_str(&span) {
            request.headers_mut().insert(TRACEPARENT, value);
        }
    let ready = std::future::poll_fn(|context| channel.poll_ready(context)).await;
    let answer = match ready {
        Ok(()) => channel.call(request.map(Body::new)).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) => answer.into_response(),
        Err(error) => {
            tracing::warn!(error = %report(&error), "a service cannot be reached");
            Status::from(Problem::of(Code::Unavailable)).into_http::<axum::body::Body>()
        }
    }
}

/// Whether the process at the end of `channel` says that it is ready.
pub async fn is_ready(mut channel: Channel) -> bool {
    let asked = async {
        let request = Request::builder().uri("/readyz").body(Body::empty()).ok()?;
        std::future::poll_fn(|context| channel.poll_ready(context))
            .await
            .ok()?;
        channel.call(request).await.ok()
    };
    let answer = tokio::time::timeout(CONNECT, asked).await.ok().flatten();
    answer.is_some_and(|answer| answer.status().is_success())
}
