//! The judge: compares what a hub answered with what arrived, seen only from outside.
//!
//! It knows nothing of the hub but its REST doors. Everything is one JSON object a line.
//!
//! **Answers** are written down by whoever talks to the hub, in the order in which they came:
//!
//! ```text
//! {"kind":"sent","force":"43","reference":"R 1"}                  before it is pushed
//! {"kind":"accepted","force":"43","reference":"R 1","notification_id":"…","line_ids":["…"]}
//! {"kind":"confirmed","alert_id":"…","by":"Testy McTestface"}
//! {"kind":"withdrawn","notification_id":"…"}
//! {"kind":"destroyed","line_id":"…"}                              the keys of a child line
//! {"kind":"backup","name":"evening"}                              before it is asked for
//! {"kind":"restored","name":"evening"}
//! ```
//!
//! **Arrived** are the hub's own answers, as they came:
//!
//! ```text
//! {"kind":"notifications","body":{…}}           GET /v1/police/notifications, each page
//! {"kind":"cards","school":"110206","body":{…}} GET /v1/schools/cards?all=true, each school
//! {"kind":"queue","body":{…}}                   GET /v1/coordinator/children
//! ```
//!
//! **Findings** name an opaque id and what is wrong with it, never a reference or a name:
//!
//! ```text
//! {"kind":"finding","what":"missing","id":"…"}
//! {"kind":"summary","answered":120,"children":203,"confirmed":77,"findings":1}
//! ```
//!
//! What it demands: every answered notification is there exactly once, under the ids that were
//! answered, with exactly its children; what was sent and never answered is there at most once; what
//! was never sent is not there. Every child is in exactly one accountable state, none is still in
//! transit, and the force, the school and the coordinator's queue say the same of it: one alert at
//! one school, or one place in a queue. Every answered confirmation is shown by its name, every
//! answered withdrawal as withdrawn, and nothing shows where a child was whose keys were destroyed.
//! What was answered between a backup and its restoring may be lost; all else may not, not even the
//! destruction of keys.
//!
//! A finding while the hub is still at work may be gone a moment later: look again until there is
//! none or patience ends, as [`settled`] does.

mod answers;
mod arrived;
mod children;
mod finding;
mod look;
mod notifications;
mod outcomes;

pub use answers::{Answer, Answers};
pub use arrived::Arrived;
pub use finding::{Finding, What};
pub use look::{LookError, Tokens, look};

use std::time::Duration;
use tokio::time::{Instant, sleep};

/// Everything that is wrong with what arrived, given what was answered.
pub fn judge(answers: &Answers, arrived: &Arrived) -> Vec<Finding> {
    let mut findings = notifications::check(answers, arrived);
    findings.extend(children::check(answers, arrived));
    findings.extend(outcomes::check(answers, arrived));
    findings
}

/// What the judge said, and of what.
#[derive(Debug)]
pub struct Verdict {
    /// What is wrong; nothing where all is well.
    pub findings: Vec<Finding>,
    /// Notifications that arrived.
    pub notifications: usize,
    /// Children that arrived.
    pub children: usize,
}

// === impl Verdict ===

impl Verdict {
    /// On what was seen at one look.
    pub fn of(answers: &Answers, arrived: &Arrived) -> Self {
        Self {
            findings: judge(answers, arrived),
            notifications: arrived.notifications.len(),
            children: arrived.children().count(),
        }
    }
}

/// Looks at the hub again and again until there is nothing to find or `patience` ends.
///
/// # Errors
/// The hub could not be looked at even at the end.
pub async fn settled(
    answers: &Answers,
    hub: &str,
    tokens: &Tokens,
    patience: Duration,
) -> Result<Verdict, LookError> {
    const PAUSE: Duration = Duration::from_millis(200);
    let begun = Instant::now();
    loop {
        let looked = look(hub, tokens).await;
        let verdict = looked.map(|arrived| Verdict::of(answers, &arrived));
        let content = verdict.as_ref().is_ok_and(|said| said.findings.is_empty());
        if content || begun.elapsed() >= patience {
            return verdict;
        }
        sleep(PAUSE).await;
    }
}
