//! One span for each request, joined to the caller's trace.
//!
//! It names the route, never the path, query, headers or body: those may hold what was mistyped.

use crate::{method, telemetry};
use axum::{
    extract::{MatchedPath, Request},
    middleware::Next,
    response::Response,
};
use tracing::{Instrument, Span, field::Empty, info_span};

/// Answers within a span.
pub(super) async fn in_span(request: Request, next: Next) -> Response {
    let span = span(&request);
    async {
        let response = next.run(request).await;
        Span::current().record("status", response.status().as_u16());
        response
    }
    .instrument(span)
    .await
}

fn span(request: &Request) -> Span {
    let span = info_span!(
        "request",
        verb = request.method().as_str(),
        route = route(request),
        status = Empty
    );
    let traceparent = request.headers().get("traceparent");
    if let Some(parent) = traceparent.and_then(|value| value.to_str().ok()) {
        telemetry::set_remote_parent(&span, parent);
    }
    span
}

/// The path's pattern; for gRPC the path itself, if the contract has such a method.
fn route(request: &Request) -> &str {
    let Some(matched) = request.extensions().get::<MatchedPath>() else {
        return "none";
    };
    match request.uri().path() {
        path if matched.as_str().ends_with("/{*rest}") && method::named_by(path).is_some() => path,
        _ => matched.as_str(),
    }
}
