//! Looks at a running hub through the doors that forces, schools and coordinators use.

use super::arrived::{Arrived, NotificationsPage, Page};
use reqwest::Client;
use serde::de::DeserializeOwned;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// As whom the judge looks.
#[derive(Clone, Default)]
pub struct Tokens {
    /// Of the force that pushed: it sees its notifications and, with the coordinator's role, the queue.
    pub force: String,
    /// Whether the force's token may see the coordinator's queue.
    pub coordinator: bool,
    /// Each school's number with a token of one of its Key Adults.
    pub schools: Vec<(String, String)>,
}

/// The hub could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// It did not answer.
    #[error("ask the hub")]
    Away(#[from] reqwest::Error),
    /// It refused; its HTTP status.
    #[error("the hub answered with {0}")]
    Refused(u16),
    /// Its answer is not what its contract says.
    #[error("read the hub's answer")]
    Unreadable(#[from] serde_json::Error),
}

/// Everything that is to be seen at the hub with this address, such as `http://127.0.0.1:8420`.
///
/// # Errors
/// The hub is away, refuses, or answers something else than its contract says.
pub async fn look(hub: &str, tokens: &Tokens) -> Result<Arrived, LookError> {
    let client = Client::builder().timeout(PATIENCE).no_proxy().build()?;
    let mut arrived = Arrived::default();
    let mut next = String::new();
    loop {
        let page = format!("{hub}/v1/police/notifications?page_size=500&page={next}");
        let mut body: NotificationsPage = get(&client, &page, &tokens.force).await?;
        next = std::mem::take(&mut body.next_page);
        arrived.take(Page::Notifications { body });
        if next.is_empty() {
            break;
        }
    }
    for (school, token) in &tokens.schools {
        let body = get(&client, &format!("{hub}/v1/schools/cards?all=true"), token).await?;
        let school = school.clone();
        arrived.take(Page::Cards { school, body });
    }
    if tokens.coordinator {
        let body = get(
            &client,
            &format!("{hub}/v1/coordinator/children"),
            &tokens.force,
        )
        .await?;
        arrived.take(Page::Queue { body });
    }
    Ok(arrived)
}

async fn get<T: DeserializeOwned>(client: &Client, url: &str, token: &str) -> Result<T, LookError> {
    let answer = client.get(url).bearer_auth(token.trim()).send().await?;
    let status = answer.status();
    if !status.is_success() {
        return Err(LookError::Refused(status.as_u16()));
    }
    Ok(serde_json::from_slice(&answer.bytes().await?)?)
}
