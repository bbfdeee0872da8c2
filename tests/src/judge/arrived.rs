//! What arrived: the hub's answers to those who look, as they came.
//!
//! Holds names, references and schools: no `Debug`.

use serde::Deserialize;

/// Everything that was seen at one look.
#[derive(Default)]
pub struct Arrived {
    pub(crate) notifications: Vec<Notification>,
    pub(crate) cards: Vec<Card>,
    /// Schools whose cards were looked at.
    pub(crate) inboxes: Vec<String>,
    pub(crate) queue: Vec<Queued>,
    /// Whether the coordinator's queue was looked at.
    pub(crate) queue_seen: bool,
}

/// One answer of the hub.
#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Page {
    Notifications { body: NotificationsPage },
    Cards { school: String, body: CardsPage },
    Queue { body: QueuePage },
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
pub(crate) struct NotificationsPage {
    pub(crate) notifications: Vec<Notification>,
    pub(crate) next_page: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct CardsPage {
    cards: Vec<Card>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct QueuePage {
    children: Vec<Queued>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Notification {
    #[serde(rename = "notificationId")]
    pub(crate) id: String,
    pub(crate) reference: String,
    pub(crate) withdrawn: bool,
    pub(crate) children: Vec<Child>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Child {
    pub(crate) line_id: String,
    pub(crate) accountable: String,
    pub(crate) detail: String,
    pub(crate) alerts: Vec<Alert>,
}

/// An alert as the force sees it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Alert {
    #[serde(rename = "alertId")]
    pub(crate) id: String,
    pub(crate) school: String,
    pub(crate) state: String,
    pub(crate) confirmed_by: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Card {
    #[serde(rename = "cardId")]
    pub(crate) id: String,
    pub(crate) school: String,
    pub(crate) alerts: Vec<CardAlert>,
}

/// An alert as its school sees it.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct CardAlert {
    #[serde(rename = "alertId")]
    pub(crate) id: String,
    pub(crate) state: String,
    pub(crate) confirmed_by: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Queued {
    pub(crate) line_id: String,
}

// === impl Arrived ===

impl Arrived {
    /// From JSON lines.
    ///
    /// # Errors
    /// A line is no answer of a hub; its number from 1.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let mut arrived = Self::default();
        for (at, line) in text.lines().enumerate() {
            let page = serde_json::from_str(line).map_err(|_| at + 1)?;
            arrived.take(page);
        }
        Ok(arrived)
    }

    pub(crate) fn take(&mut self, page: Page) {
        match page {
            Page::Notifications { body } => self.notifications.extend(body.notifications),
            Page::Cards { school, body } => {
                self.inboxes.push(school);
                self.cards.extend(body.cards);
            }
            Page::Queue { body } => {
                self.queue_seen = true;
                self.queue.extend(body.children);
            }
        }
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = &Child> {
        self.notifications.iter().flat_map(|each| &each.children)
    }
}

// === impl Child ===

impl Child {
    /// Alerts that are neither "not ours" nor withdrawn.
    pub(crate) fn live(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.iter().filter(|alert| is_live(&alert.state))
    }
}

/// Whether a school still has an alert in this state, by either door's name for it.
pub(crate) fn is_live(state: &str) -> bool {
    matches!(of_alert(state), "UNCONFIRMED" | "CONFIRMED" | "REOPENED")
}

/// The state without the name of its kind, which differs between the doors.
pub(crate) fn of_alert(state: &str) -> &str {
    let plain = state.strip_prefix("ALERT_STATE_");
    plain
        .or_else(|| state.strip_prefix("CARD_STATE_"))
        .unwrap_or(state)
}
