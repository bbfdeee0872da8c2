//! Refusals over REST: `application/problem+json` with the problem's own JSON form.

use super::Problem;
use crate::json;
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

/// The media type of every REST refusal.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

const MESSAGE: &str = "firstbell.door.v1.Problem";
const FALLBACK: &[u8] = br#"{"code":"internal"}"#;

impl Problem {
    /// The proto3 JSON form of `firstbell.door.v1.Problem`.
    pub fn to_json(&self) -> Vec<u8> {
        json::write(MESSAGE, &proto::door::v1::Problem::from(self.clone()))
            .unwrap_or_else(|_| FALLBACK.to_vec())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.code.http(), self.to_json()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.code == super::Code::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
