//! What the judge found: an opaque id and what is wrong with it.

use serde::Serialize;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename = "finding")]
pub struct Finding {
    /// What is wrong.
    pub what: What,
    /// Opaque id of what it is wrong with: a notification, a child line, an alert or a card.
    pub id: String,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A notification was answered and is not there.
    Missing,
    /// A notification, line, alert or card is there twice.
    Doubled,
    /// The same notification was answered under different ids.
    AnsweredDifferently,
    /// A notification has other children than were answered.
    OtherChildren,
    /// A notification is there that nobody sent.
    FromNowhere,
    /// Nobody answers for a child.
    Silent,
    /// A child has not reached the schools service.
    InTransit,
    /// A child counts as routed and has no alert.
    NoAlert,
    /// A child has more than one alert, or one while somebody else answers for it.
    TooManyAlerts,
    /// A child with a coordinator is in no queue.
    NotInQueue,
    /// A child is in a queue more than once, or while somebody else answers for it.
    WronglyInQueue,
    /// A school does not see an alert that the force sees.
    NotAtSchool,
    /// A school sees an alert that the force does not see.
    OnlyAtSchool,
    /// Force and school see an alert in different states.
    StatesDiffer,
    /// A confirmation was answered and is not shown.
    NotConfirmed,
    /// A confirmation is shown under another name.
    WrongName,
    /// A withdrawal was answered and is not shown.
    NotWithdrawn,
    /// Keys were destroyed and what was sealed under them is still shown.
    NotErased,
}

// === impl Finding ===

impl Finding {
    /// `what` is wrong with `id`.
    pub fn new(what: What, id: &str) -> Self {
        let id = id.to_owned();
        Self { what, id }
    }
}
