//! A real receiver of webhooks, which checks signatures as Standard Webhooks has it.

use aws_lc_rs::hmac;
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;

/// A receiver that runs until the story ends.
#[derive(Clone)]
pub struct Receiver {
    address: SocketAddr,
    post: Arc<Mutex<Post>>,
}

#[derive(Default)]
struct Post {
    calls: Vec<Call>,
    answers: VecDeque<StatusCode>,
}

/// One call as it came.
#[derive(Clone, Debug)]
pub struct Call {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub timestamp: String,
    /// `webhook-signature`.
    pub signature: String,
    /// The body.
    pub body: Vec<u8>,
}

// === impl Receiver ===

impl Receiver {
    /// Answers with these codes in turn, then with 200.
    pub async fn start(answers: &[u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let answers = answers
            .iter()
            .map(|code| StatusCode::from_u16(*code).unwrap());
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            post: Arc::new(Mutex::new(Post {
                calls: Vec::new(),
                answers: answers.collect(),
            })),
        };
        let router = Router::new()
            .route("/hook", post(take))
            .with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        receiver
    }

    /// Where it is called.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Everything that came so far.
    pub fn calls(&self) -> Vec<Call> {
        self.post.lock().unwrap().calls.clone()
    }
}

// === impl Call ===

impl Call {
    /// Whether it was signed with this secret, `whsec_…`, for exactly this id, time and body.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap());
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key.unwrap());
        let mut signed = format!("{}.{}.", self.id, self.timestamp).into_bytes();
        signed.extend_from_slice(&self.body);
        let tag = self.signature.strip_prefix("v1,").unwrap();
        let tag = BASE64_STANDARD.decode(tag).unwrap();
        hmac::verify(&key, &signed, &tag).is_ok()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let call = Call {
        id: header("webhook-id"),
        timestamp: header("webhook-timestamp"),
        signature: header("webhook-signature"),
        body: body.to_vec(),
    };
    let mut post = receiver.post.lock().unwrap();
    post.calls.push(call);
    post.answers.pop_front().unwrap_or(StatusCode::OK)
}
