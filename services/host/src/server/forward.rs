//! Passes calls on to a service in another process, as they come.

use crate::{
    method,
    problem::{Code, Problem},
    report::report,
    telemetry,
};
use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header::HeaderName},
    response::{IntoResponse, Response},
};
use http_body::{Body as HttpBody, Frame};
use prost::bytes::Bytes;
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
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

/// Bytes on the way on one connection and on one call of it: who does not read an answer holds up
/// nobody else's.
const WINDOWS: (u32, u32) = (1 << 30, 256 * 1024);

/// The endpoint with our patience.
pub(crate) fn patient(endpoint: Endpoint) -> Endpoint {
    endpoint
        .initial_connection_window_size(WINDOWS.0)
        .initial_stream_window_size(WINDOWS.1)
        .connect_timeout(CONNECT)
        .http2_keep_alive_interval(STILL_THERE)
        .keep_alive_timeout(STILL_THERE)
        .keep_alive_while_idle(true)
        .tcp_nodelay(true)
}

/// Passes one call on; what comes back comes as it is. A live stream ends when `shutdown` is cancelled.
pub(super) async fn forward(
    mut channel: Channel,
    mut request: Request,
    shutdown: CancellationToken,
) -> Response {
    let method = method::named_by(request.uri().path());
    let is_live = method.is_some_and(|method| method.is_server_streaming());
    if let Some(span) = telemetry::current_traceparent()
        && let Ok(value) = HeaderValue::from_str(&span)
    {
        request.headers_mut().insert(TRACEPARENT, value);
    }
    let ready = std::future::poll_fn(|context| channel.poll_ready(context)).await;
    let answer = match ready {
        Ok(()) => channel.call(request.map(Body::new)).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(answer) if is_live => answer
            .map(|body| Live::until(shutdown, body))
            .into_response(),
        Ok(answer) => answer.into_response(),
        Err(error) => {
            tracing::warn!(error = %report(&error), "a service cannot be reached");
            Status::from(Problem::of(Code::Unavailable)).into_http::<axum::body::Body>()
        }
    }
}

/// A live stream that is passed on.
struct Live {
    body: Body,
    /// None once it has ended.
    end: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

// === impl Live ===

impl Live {
    fn until(end: CancellationToken, body: Body) -> axum::body::Body {
        let end = Some(Box::pin(end.cancelled_owned()));
        axum::body::Body::new(Self { body, end })
    }
}

impl HttpBody for Live {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(end) = &mut self.end else {
            return Poll::Ready(None);
        };
        if end.as_mut().poll(context).is_ready() {
            self.end = None;
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from_static("0"));
            return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
        }
        Pin::new(&mut self.body).poll_frame(context)
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
