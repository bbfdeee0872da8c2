//! What learnt weights would change: numbers only.

use matching::{Decision, Identity, Query, Roll, Settings, Thresholds, Told};

/// What learnt weights would change of how reports are decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Reports that were learnt from.
    pub reports: u32,
    /// Of them, those that somebody said something of.
    pub decided: u32,
    /// Reports by how they are decided with the weights in use, then with the learnt ones, each in the
    /// order of [`IDENTITIES`].
    pub identities: [[u32; 3]; 3],
    /// With the weights in use.
    pub before: Side,
    /// With the learnt ones.
    pub after: Side,
}

/// What one model makes of the reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// What a match needs, for a child of an age that is not known.
    pub thresholds: Thresholds,
    /// Decisions that people say the same of, in the order of [`IDENTITIES`].
    pub upheld: [u32; 3],
    /// Decisions that people say otherwise of.
    pub overturned: [u32; 3],
}

/// The order of all counts.
pub const IDENTITIES: [Identity; 3] = [Identity::Sure, Identity::Unsure, Identity::None];

// === impl Report ===

impl Report {
    /// Of no report yet, between two models on rolls of so many rows.
    pub fn between(before: &Settings, after: &Settings, rows: usize) -> Self {
        Self {
            reports: 0,
            decided: 0,
            identities: [[0; 3]; 3],
            before: Side::of(before, rows),
            after: Side::of(after, rows),
        }
    }

    /// Sure matches that people said otherwise of: before and after.
    pub fn overturned(&self) -> [u32; 2] {
        [&self.before, &self.after].map(|side| side.overturned[0])
    }

    /// Takes one report in: how each model decides it, and what people say to that.
    pub(super) fn compare(
        &mut self,
        roll: &Roll,
        query: &Query,
        told: &Told,
        before: &Settings,
        after: &Settings,
    ) {
        let [was, is] = [before, after].map(|settings| roll.decide(query, settings));
        self.reports = self.reports.saturating_add(1);
        self.decided = self.decided.saturating_add(u32::from(!told.is_silent()));
        let moved = &mut self.identities[place(was.identity)][place(is.identity)];
        *moved = moved.saturating_add(1);
        self.before.judge(roll, &was, told);
        self.after.judge(roll, &is, told);
    }
}

// === impl Side ===

impl Side {
    fn of(settings: &Settings, rows: usize) -> Self {
        Self {
            thresholds: settings.thresholds(rows, None),
            upheld: [0; 3],
            overturned: [0; 3],
        }
    }

    fn judge(&mut self, roll: &Roll, decision: &Decision, told: &Told) {
        let counts = match is_upheld(roll, decision, told) {
            Some(true) => &mut self.upheld,
            Some(false) => &mut self.overturned,
            None => return,
        };
        let count = &mut counts[place(decision.identity)];
        *count = count.saturating_add(1);
    }
}

/// Whether people say the same; none where they said nothing that tells.
fn is_upheld(roll: &Roll, decision: &Decision, told: &Told) -> Option<bool> {
    if told.is_silent() {
        return None;
    }
    if decision.candidates.is_empty() {
        let on_a_roll = told.at.iter().any(|school| roll.len_of(*school) > 0);
        return (told.nowhere || on_a_roll).then_some(told.nowhere);
    }
    // A person on several rolls is right where one of them is.
    let mut first = decision.candidates.iter().filter(|one| one.person == 0);
    Some(first.any(|candidate| !told.contradicts(candidate.urn)))
}

fn place(identity: Identity) -> usize {
    match identity {
        Identity::Sure => 0,
        Identity::Unsure => 1,
        Identity::None => 2,
    }
}
