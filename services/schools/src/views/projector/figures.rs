//! How long confirming took and how far alerts climbed, as metrics.
//!
//! Told of each event that came after the start, once, when the view shows it: what is read again to
//! make the view anew is no news.

use super::Prepared;
use crate::{
    domain::{Alert, LineEvent},
    seals::Seals,
    views::{AlertFacts, LineFacts},
};
use host::telemetry::metrics::{Counter, Figure, Histogram, counter, histogram};
use journal::{Position, Recorded, decider::EventSet};
use proto::{
    police::v1::IncidentTimes,
    schools::v1::{Rung, RungOutcome},
};

/// What is told from here on.
pub(super) struct Figures {
    since: Position,
    elapsed: Histogram,
    parts: Histogram,
    bell: Histogram,
    steps: Counter,
}

/// Types of events that something is told of.
const TOLD: [&str; 2] = ["schools.alert_confirmed", "schools.rung_concluded"];
/// Upper bounds in seconds: from what a machine takes to what a weekend takes.
const BOUNDS: [f64; 17] = [
    0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 14_400.0, 28_800.0,
    43_200.0, 86_400.0, 172_800.0, 345_600.0,
];

// === impl Figures ===

impl Figures {
    /// Tells what comes after this position.
    pub(super) fn since(since: Position) -> Self {
        Self {
            since,
            elapsed: histogram(
                "firstbell.confirmation.duration",
                "s",
                "From when police knew to the first confirmation by a named person.",
                &BOUNDS,
            ),
            parts: histogram(
                "firstbell.confirmation.part.duration",
                "s",
                "Whose part of that time it was: police until the hub accepted, the hub until the \
                 school had the alert, the school until it confirmed.",
                &BOUNDS,
            ),
            bell: histogram(
                "firstbell.confirmation.bell.distance",
                "s",
                "From the first confirmation to the alert's deadline, before it or after it.",
                &BOUNDS,
            ),
            steps: counter(
                "firstbell.alerts.escalated",
                "{step}",
                "Steps of the ladder that alerts climbed, and what came of them.",
            ),
        }
    }

    /// `lines` are those that the page touched, as they are shown now.
    pub(super) async fn tell(&self, page: &[Recorded], lines: &[Prepared], seals: &Seals) {
        for recorded in page.iter().filter(|event| event.position > self.since) {
            let frame = &recorded.frame;
            if !TOLD.contains(&frame.r#type.as_str()) {
                continue;
            }
            let line = lines
                .iter()
                .find(|line| line.stream.as_str() == frame.stream);
            let event = LineEvent::decode(&frame.r#type, frame.version, &frame.payload);
            match (line, event) {
                (Some(line), Some(LineEvent::AlertConfirmed(confirmed))) => {
                    let at_ms = recorded.recorded_at().as_millisecond();
                    self.confirmed(&line.facts, &confirmed.alert_id, at_ms, seals)
                        .await;
                }
                (Some(line), Some(LineEvent::RungConcluded(step))) if step.of_alert => {
                    self.climbed(&line.facts, step.rung(), step.outcome());
                }
                _ => {}
            }
        }
    }

    async fn confirmed(&self, facts: &LineFacts, alert_id: &str, at_ms: i64, seals: &Seals) {
        let around = facts.alerts.get(alert_id);
        let alert = facts.line.alert(alert_id).zip(around);
        let first = |(_, around): &(&Alert, &AlertFacts)| around.first_confirmed_ms == Some(at_ms);
        let Some((alert, around)) = alert.filter(first) else {
            return;
        };
        let force = &facts.line.child.owner_force;
        let after = at_ms > alert.deadline.at_ms;
        let side = if after { "after" } else { "before" };
        let distance = seconds(at_ms, alert.deadline.at_ms).abs();
        self.bell
            .record(Figure::of(distance).word("side", side).code("force", force));
        let times = seals.open_to_show(facts.line.shared.times.as_ref()).await;
        // Where its key is away or destroyed, so is when police knew.
        let Ok(Some(IncidentTimes { known_at_ms, .. })) = times else {
            return;
        };
        let elapsed = seconds(known_at_ms, at_ms).max(0.0);
        self.elapsed
            .record(Figure::of(elapsed).code("force", force));
        for (part, from, to) in [
            ("police", known_at_ms, facts.accepted_ms),
            ("hub", facts.accepted_ms, around.raised_ms),
            ("school", around.raised_ms, at_ms),
        ] {
            let took = Figure::of(seconds(from, to).max(0.0));
            self.parts
                .record(took.word("part", part).code("force", force));
        }
    }

    fn climbed(&self, facts: &LineFacts, rung: Rung, outcome: RungOutcome) {
        let rung = match rung {
            // No step of the ladder: it comes with the alert.
            Rung::Unspecified | Rung::Telling => return,
            Rung::KeyAdults => "key_adults",
            Rung::HolidayContact => "holiday_contact",
            Rung::Head => "head",
            Rung::DutyDesk => "duty_desk",
        };
        let outcome = match outcome {
            RungOutcome::Reached => "reached",
            RungOutcome::Skipped => "skipped",
            RungOutcome::NoContact => "no_contact",
            RungOutcome::Refused => "refused",
            RungOutcome::HiddenNoOfficer => "hidden_no_officer",
            RungOutcome::Unspecified => "unknown",
        };
        let step = Figure::count(1).word("rung", rung).word("outcome", outcome);
        self.steps
            .add(step.code("force", &facts.line.child.owner_force));
    }
}

/// Between two times in milliseconds.
#[expect(
    clippy::cast_precision_loss,
    reason = "a time is far below 2^53 milliseconds"
)]
fn seconds(from_ms: i64, to_ms: i64) -> f64 {
    to_ms.saturating_sub(from_ms) as f64 / 1_000.0
}
