//! Key Adults who confirm everything they see, while the hub comes and goes.

use super::{
    record::Record,
    site::{Hub, Site},
    town,
};
use serde_json::{Value, json};
use std::time::Duration;
use tests::judge::Answer;
use tokio::task::JoinHandle;

/// One Key Adult at each school.
pub(super) struct Confirming(JoinHandle<()>);

struct Adult {
    client: reqwest::Client,
    hub: String,
    token: String,
    name: String,
    record: Record,
}

// === impl Confirming ===

impl Confirming {
    pub(super) fn begin(site: &Site<impl Hub>) -> Self {
        let adults: Vec<_> = town::SCHOOLS
            .iter()
            .map(|school| Adult::of(site, school))
            .collect();
        Self(tokio::spawn(async move {
            loop {
                for adult in &adults {
                    // A hub that is away is asked again in the next turn.
                    let _ = adult.confirm_some().await;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }))
    }

    pub(super) async fn end(self) {
        self.0.abort();
        let _ = self.0.await;
    }
}

// === impl Adult ===

impl Adult {
    fn of(site: &Site<impl Hub>, school: &str) -> Self {
        Self {
            client: site.client.clone(),
            hub: site.hub.url().to_owned(),
            token: site.token(school),
            name: town::adult(school),
            record: site.record.clone(),
        }
    }

    async fn confirm_some(&self) -> Result<(), reqwest::Error> {
        let cards = self.client.get(format!("{}/v1/schools/cards", self.hub));
        let cards = answer(cards.bearer_auth(&self.token)).await?;
        let cards = cards["cards"].as_array().into_iter().flatten();
        let alerts = cards.flat_map(|card| card["alerts"].as_array().into_iter().flatten());
        let waiting = alerts.filter(|alert| alert["state"] == "CARD_STATE_UNCONFIRMED");
        let ids: Vec<_> = waiting
            .map(|alert| json!({"alertId": alert["alertId"], "version": alert["version"]}))
            .take(10)
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        let confirm = self
            .client
            .post(format!("{}/v1/schools/alerts/confirm", self.hub));
        let confirm = confirm
            .header("content-type", "application/json")
            .body(json!({"alerts": ids}).to_string());
        let confirmed = answer(confirm.bearer_auth(&self.token)).await?;
        for result in confirmed["results"].as_array().into_iter().flatten() {
            if result["problem"].is_null() {
                self.record.note(Answer::Confirmed {
                    alert_id: result["alertId"].as_str().unwrap().to_owned(),
                    by: self.name.clone(),
                });
            }
        }
        Ok(())
    }
}

async fn answer(asked: reqwest::RequestBuilder) -> Result<Value, reqwest::Error> {
    let answer = asked.send().await?.error_for_status()?.bytes().await?;
    Ok(serde_json::from_slice(&answer).unwrap_or(Value::Null))
}
