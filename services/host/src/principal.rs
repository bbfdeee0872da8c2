//! The place where the one who calls is made known.
//!
//! At the border the bearer token of every call is exchanged for a short-lived signed assertion by
//! whoever implements [`Authenticate`]. Handlers never see a token, and an assertion that somebody
//! sent along is thrown away. Each service checks the assertion itself.

use crate::problem::{Code, Problem};
use async_trait::async_trait;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use prost::bytes::Bytes;
use std::sync::Arc;
use tonic::{Status, metadata::MetadataValue};

/// Metadata key under which handlers find the encoded `firstbell.access.v1.SignedAssertion`.
pub const ASSERTION: &str = "firstbell-assertion-bin";

/// An encoded `firstbell.access.v1.SignedAssertion`. Holds a name, so it has no debug form.
#[derive(Clone)]
pub struct SignedAssertionBytes(pub Bytes);

/// Exchanges tokens for assertions.
#[async_trait]
pub trait Authenticate: Send + Sync {
    /// The assertion for this bearer token, or [`Code::Unauthenticated`].
    async fn authenticate(&self, bearer: &str) -> Result<SignedAssertionBytes, Problem>;
}

/// Puts the assertion in the place of the token, or refuses.
pub(crate) async fn exchange(
    State(authenticate): State<Arc<dyn Authenticate>>,
    mut request: Request,
    next: Next,
) -> Response {
    match assertion(&*authenticate, request.headers()).await {
        Ok(assertion) => {
            let headers = request.headers_mut();
            headers.remove(header::AUTHORIZATION);
            headers.insert(ASSERTION, assertion);
            next.run(request).await
        }
        Err(problem) => refuse(request.headers(), problem),
    }
}

/// Answers in the form of the door that was used.
fn refuse(headers: &HeaderMap, problem: Problem) -> Response {
    if is_grpc(headers) {
        Status::from(problem).into_http::<Body>()
    } else {
        problem.into_response()
    }
}

pub(crate) fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

async fn assertion(
    authenticate: &dyn Authenticate,
    headers: &HeaderMap,
) -> Result<HeaderValue, Problem> {
    let bearer = bearer(headers).ok_or_else(|| Problem::of(Code::Unauthenticated))?;
    let SignedAssertionBytes(bytes) = authenticate.authenticate(bearer).await?;
    let encoded = MetadataValue::from_bytes(&bytes);
    let mut value = HeaderValue::from_bytes(encoded.as_encoded_bytes())
        .map_err(|_| Problem::of(Code::Internal))?;
    value.set_sensitive(true);
    Ok(value)
}

/// The token of `authorization: Bearer <token>`; the scheme's case does not matter.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bearer_token_counts() {
        for (value, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer  abc ", Some("abc")),
            ("Basic abc", None),
            ("Bearer", None),
            ("Bearer  ", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            assert_eq!(bearer(&headers), expected);
        }
    }
}
