//! One span for each request, joined to the caller's trace.
//!
//! It names the route, never the path, query, headers or body: those may hold what was mistyped.

use crate::telemetry;
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
        path if matched.as_str().ends_with("/{*rest}") && is_method(path) => path,
        _ => matched.as_str(),
    }
}

fn is_method(path: &str) -> bool {
    let mut parts = path.trim_start_matches('/').split('/');
    let service = parts
        .next()
        .and_then(|name| proto::descriptors().get_service_by_name(name));
    let method = parts.next();
    service.is_some_and(|service| service.methods().any(|known| Some(known.name()) == method))
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_methods_of_the_contract_are_named() {
        assert!(is_method(
            "/firstbell.police.v1.PoliceService/GetNotification"
        ));
        assert!(!is_method(
            "/firstbell.police.v1.PoliceService/TestyMcTestface"
        ));
        assert!(!is_method(
            "/firstbell.police.v1.PoliceService/GetNotification/Testy"
        ));
        assert!(!is_method("/"));
    }
}
