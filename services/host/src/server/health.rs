//! Whether the process lives, and whether it can do its work.

use crate::readiness::Readiness;
use axum::{Json, Router, http::StatusCode, response::IntoResponse, routing::get};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// `/healthz` and `/readyz`.
pub(super) fn routes(readiness: Readiness, shutdown: CancellationToken) -> Router {
    Router::new().route("/healthz", get(async || "ok")).route(
        "/readyz",
        get(move || {
            let answer = ready(&readiness, &shutdown);
            async move { answer }
        }),
    )
}

fn ready(readiness: &Readiness, shutdown: &CancellationToken) -> impl IntoResponse + use<> {
    let ready = readiness.is_ready() && !shutdown.is_cancelled();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let checks: Vec<Value> = readiness
        .checks()
        .into_iter()
        .map(|(name, reason)| match reason {
            None => json!({"name": name, "ready": true}),
            Some(reason) => json!({"name": name, "ready": false, "reason": reason}),
        })
        .collect();
    let ending = shutdown.is_cancelled();
    (
        status,
        Json(json!({"ready": ready, "ending": ending, "checks": checks})),
    )
}
