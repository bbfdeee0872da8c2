//! A line's history with its times and people: what the read models show beyond the bare state.

use super::Decisions;
use crate::domain::{Accountable, Line, LineDecider, LineEvent};
use journal::{
    ReadError, Recorded,
    decider::{Decider, EventSet},
};
use proto::sealing::Sealed;
use std::collections::BTreeMap;

/// A line with what happened around it.
#[derive(Default)]
pub struct LineFacts {
    /// The line as it stands.
    pub line: Line,
    /// When the police service accepted it, milliseconds since 1970 UTC.
    pub accepted_ms: i64,
    /// Since when the present desk or school answers, milliseconds since 1970 UTC.
    pub since_ms: i64,
    /// The deadline that runs while the child is at a desk.
    pub desk_deadline_ms: i64,
    /// Number of candidates of the last match.
    pub candidates: usize,
    /// By alert id.
    pub alerts: BTreeMap<String, AlertFacts>,
    /// When each enquiry was raised, by its id.
    pub asked_ms: BTreeMap<String, i64>,
    /// What the matcher decided.
    pub decisions: Decisions,
    /// Events that are in it.
    pub events: u64,
}

/// What happened around one alert.
#[derive(Clone, Default)]
pub struct AlertFacts {
    /// When it was raised, milliseconds since 1970 UTC.
    pub raised_ms: i64,
    /// `CouncilRef`.
    pub area: Option<Sealed>,
    /// When it was confirmed for the first time.
    pub first_confirmed_ms: Option<i64>,
    /// When it was last confirmed.
    pub confirmed_ms: Option<i64>,
    /// `Confirmer`.
    pub by: Option<Sealed>,
    /// `PassedTo`, the last one.
    pub passed_to: Option<Sealed>,
}

// === impl LineFacts ===

impl LineFacts {
    /// Folds a line's whole history.
    pub fn fold(history: &[Recorded]) -> Result<Self, ReadError> {
        let mut facts = Self::default();
        facts.go_on(history)?;
        Ok(facts)
    }

    /// Takes the events that come next in the line's history; those that it has are passed over.
    pub fn go_on<'a>(
        &mut self,
        history: impl IntoIterator<Item = &'a Recorded>,
    ) -> Result<(), ReadError> {
        for recorded in history {
            let frame = &recorded.frame;
            if frame.revision < self.events {
                continue;
            }
            let event = LineEvent::decode(&frame.r#type, frame.version, &frame.payload)
                .ok_or(ReadError::Corrupt(recorded.position))?;
            if let LineEvent::Received(_) = event {
                self.accepted_ms = recorded.occurred_at().as_millisecond();
            }
            self.take(&event, recorded.recorded_at().as_millisecond());
            self.events = frame.revision + 1;
        }
        Ok(())
    }

    /// Who answers for the child.
    pub fn accountable(&self) -> Accountable {
        self.line.accountable()
    }

    fn take(&mut self, event: &LineEvent, at_ms: i64) {
        let before = self.line.accountable();
        self.line = LineDecider::evolve(std::mem::take(&mut self.line), event);
        if self.line.accountable() != before {
            self.since_ms = at_ms;
        }
        self.decisions.take(event, at_ms);
        match event {
            LineEvent::Matched(e) => self.candidates = e.weights.len(),
            LineEvent::Placed(e) => self.desk_deadline_ms = e.deadline_ms,
            LineEvent::EnquiryRaised(e) => {
                self.desk_deadline_ms = e.deadline_ms;
                self.asked_ms.insert(e.enquiry_id.clone(), at_ms);
            }
            LineEvent::AlertRaised(e) => {
                let alert = self.alert(&e.alert_id);
                alert.raised_ms = at_ms;
                alert.area.clone_from(&e.area);
            }
            LineEvent::AlertConfirmed(e) => {
                let alert = self.alert(&e.alert_id);
                alert.first_confirmed_ms.get_or_insert(at_ms);
                alert.confirmed_ms = Some(at_ms);
                alert.by.clone_from(&e.by);
            }
            LineEvent::AlertPassed(e) => self.alert(&e.alert_id).passed_to.clone_from(&e.to),
            _ => {}
        }
    }

    fn alert(&mut self, id: &str) -> &mut AlertFacts {
        self.alerts.entry(id.to_owned()).or_default()
    }
}
