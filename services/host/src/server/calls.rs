//! How many calls are under way.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

/// Counts the calls that a server has taken and not answered yet. A live stream counts until it begins.
/// Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Calls(Arc<AtomicUsize>);

/// One call, for as long as it is held.
#[derive(Debug)]
pub struct Call(Calls);

// === impl Calls ===

impl Calls {
    /// How many there are now.
    pub fn under_way(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// One more, until what this returns is dropped.
    pub fn begin(&self) -> Call {
        self.0.fetch_add(1, Ordering::Relaxed);
        Call(self.clone())
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Counts a call until it is answered, or whoever called has gone.
pub(super) async fn count(State(calls): State<Calls>, request: Request, next: Next) -> Response {
    let _under_way = calls.begin();
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::Service as _;

    #[tokio::test]
    async fn a_call_counts_until_it_is_answered() {
        let calls = Calls::default();
        let seen = calls.clone();
        let count_calls = middleware::from_fn_with_state(calls.clone(), count);
        let mut router = Router::new()
            .route("/", get(async move || seen.under_way().to_string()))
            .layer(count_calls);
        let answer = router.call(Request::new(Body::empty())).await.unwrap();
        let body = axum::body::to_bytes(answer.into_body(), 10).await.unwrap();
        assert_eq!((body.as_ref(), calls.under_way()), (b"1".as_slice(), 0));
    }
}
