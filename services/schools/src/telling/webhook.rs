//! Webhooks as the Standard Webhooks specification has them, thin: that something waits.

use aws_lc_rs::hmac;
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use proto::access::v1::WebhookTarget;
use std::time::Duration;

/// Sends webhooks.
#[derive(Clone)]
pub struct Webhooks {
    client: reqwest::Client,
}

/// Why a webhook was not taken. Never names the receiver.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The client could not be set up.
    #[error("set up webhooks")]
    Client(#[source] reqwest::Error),
    /// An empty secret signs nothing.
    #[error("send a webhook: its secret is empty")]
    NoSecret,
    /// The receiver answered with something else than success, or not at all.
    #[error("send a webhook: the receiver answered {0}")]
    Refused(String),
}

const TRIES: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const TIMEOUT: Duration = Duration::from_secs(10);
const BODY: &str = r#"{"type":"firstbell.attention","data":{}}"#;

// === impl Webhooks ===

impl Webhooks {
    /// A sender that follows no redirects: a receiver is where it was said to be.
    pub fn new() -> Result<Self, WebhookError> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()
            .map_err(WebhookError::Client)?;
        Ok(Self { client })
    }

    /// Sends one webhook, signed; tries again with growing pauses, under the same id.
    pub async fn send(
        &self,
        target: &WebhookTarget,
        id: &str,
        now: Timestamp,
    ) -> Result<(), WebhookError> {
        let timestamp = now.as_second();
        let signature = sign(&target.secret, id, timestamp)?;
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        loop {
            let sent = self
                .client
                .post(&target.url)
                .header("content-type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp.to_string())
                .header("webhook-signature", &signature)
                .body(BODY)
                .send()
                .await;
            match sent {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                Ok(answer) if tries == TRIES => {
                    return Err(WebhookError::Refused(answer.status().as_u16().to_string()));
                }
                Err(_) if tries == TRIES => {
                    return Err(WebhookError::Refused("nothing".to_owned()));
                }
                Ok(_) | Err(_) => tries += 1,
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
    }
}

/// `v1,` and the base64 of HMAC-SHA-256 over id, timestamp and body.
fn sign(secret: &[u8], id: &str, timestamp: i64) -> Result<String, WebhookError> {
    if secret.is_empty() {
        return Err(WebhookError::NoSecret);
    }
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = hmac::sign(&key, format!("{id}.{timestamp}.{BODY}").as_bytes());
    Ok(format!("v1,{}", BASE64_STANDARD.encode(tag)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_secret_is_refused() {
        assert!(matches!(sign(b"", "id", 0), Err(WebhookError::NoSecret)));
    }

    #[test]
    fn the_signature_changes_with_id_and_time() {
        let signature = sign(b"secret", "a", 1).unwrap();
        assert!(signature.starts_with("v1,"));
        assert_ne!(signature, sign(b"secret", "b", 1).unwrap());
        assert_ne!(signature, sign(b"secret", "a", 2).unwrap());
    }
}
