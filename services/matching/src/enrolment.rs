//! Where the child is on roll today, decided apart from who the child is.
//!
//! All rows of the person count, not only those that resemble the report: a row that shares the
//! UPN, the NHS number, or names and birth date. So a second school that newly claims a child as
//! its own main registration is always seen, and never routed to.

use crate::{
    Candidate, EnrolmentStatus, Roll, RollRow, Settings, Urn, decide::same_person, roll::keys,
};
use jiff::{ToSpan, civil::Date};
use std::fmt;

/// Most schools that one child may be registered at by their own declaration.
const MOST_DUAL: usize = 2;
/// Most rows looked at for one person; more than this is a contradiction in itself.
const MOST_ROWS: usize = 16;

/// Where a person is on roll today.
#[derive(Clone, PartialEq, Eq)]
pub enum Enrolment {
    /// Sure: one open row on a current roll, or two that both schools declare dual. Ascending.
    Current {
        /// One school, or two.
        schools: Vec<Urn>,
    },
    /// On the roll of this school as far as anybody knows, but that roll is too old to believe:
    /// ask the school.
    Stale {
        /// The school to ask.
        likely: Urn,
    },
    /// Open, or about to open, at several schools that do not all declare it: a coordinator decides.
    /// No school is asked, since the claimant's own yes proves nothing. Ascending.
    Conflicting {
        /// The schools that claim the child.
        schools: Vec<Urn>,
    },
    /// On no roll today, but will be: ask the school.
    Starting {
        /// The school to ask.
        likely: Urn,
        /// First day on its roll.
        from: Date,
    },
    /// On no roll any more.
    Left {
        /// The last school, where its roll said when.
        last: Urn,
        /// Last day on its roll.
        on: Option<Date>,
    },
    /// The candidate's row is no longer on any roll: decide again.
    Gone,
}

impl Roll {
    /// Where the person of a candidate is on roll on `today`.
    pub fn enrolment(&self, candidate: &Candidate, today: Date, settings: &Settings) -> Enrolment {
        let rows = self.person(candidate);
        let Some(best) = rows.first() else {
            return Enrolment::Gone;
        };
        let open: Vec<&RollRow> = rows.iter().filter(|row| row.open_on(today)).collect();
        let schools = distinct(open.iter().map(|row| row.urn));
        if schools.is_empty() {
            return not_open(&rows, best, today);
        }
        let alone = schools.len() == 1 || declared(&schools, open.iter().copied());
        if !alone || rows.len() > MOST_ROWS {
            return Enrolment::Conflicting { schools };
        }
        // Of two declared registrations the one on a current roll is told; the other is too old to tell.
        let current: Vec<Urn> = schools
            .iter()
            .copied()
            .filter(|urn| self.is_current(*urn, today, settings))
            .collect();
        match schools.first() {
            Some(likely) if current.is_empty() => Enrolment::Stale { likely: *likely },
            _ => Enrolment::Current { schools: current },
        }
    }

    /// Whether a school's roll is recent enough to be believed without asking. A roll dated after
    /// `today` is not.
    pub fn is_current(&self, school: Urn, today: Date, settings: &Settings) -> bool {
        let oldest = today.saturating_sub(i64::from(settings.max_roll_age_days).days());
        self.as_at(school)
            .is_some_and(|as_at| (oldest..=today).contains(&as_at))
    }

    /// All rows of the candidate's person, the candidate's first; one more than [`MOST_ROWS`] at most.
    fn person(&self, candidate: &Candidate) -> Vec<RollRow> {
        let Some(first) = self.slot(candidate.urn, candidate.row_id) else {
            return Vec::new();
        };
        let mut slots = vec![first];
        let mut at = 0;
        while let Some(row) = slots.get(at).and_then(|slot| self.stored(*slot)) {
            for slot in self.block(&keys::keys_of_person(row)) {
                let same = self
                    .stored(slot)
                    .is_some_and(|other| same_person(row, other));
                if same && !slots.contains(&slot) && slots.len() <= MOST_ROWS {
                    slots.push(slot);
                }
            }
            at += 1;
        }
        slots
            .into_iter()
            .filter_map(|slot| Some(self.stored(slot)?.row()))
            .collect()
    }
}

/// The next school where one is to come, else the last one. Of several that are to come none is
/// asked: a place that was declined looks like a claim, and so does a claim like a place.
fn not_open(rows: &[RollRow], best: &RollRow, today: Date) -> Enrolment {
    let coming: Vec<(Date, &RollRow)> = rows
        .iter()
        .filter_map(|row| Some((row.opens_after(today)?, row)))
        .collect();
    let schools = distinct(coming.iter().map(|(_, row)| row.urn));
    let first = coming.iter().map(|(from, row)| (*from, row.urn)).min();
    match first {
        Some(_) if schools.len() > 1 && !declared(&schools, coming.iter().map(|(_, row)| *row)) => {
            Enrolment::Conflicting { schools }
        }
        Some((from, likely)) => Enrolment::Starting { likely, from },
        None => {
            let last = rows.iter().max_by_key(|row| row.to).unwrap_or(best);
            Enrolment::Left {
                last: last.urn,
                on: last.to,
            }
        }
    }
}

/// Whether no more schools than may share a child all declare it.
fn declared<'a>(schools: &[Urn], mut rows: impl Iterator<Item = &'a RollRow>) -> bool {
    schools.len() <= MOST_DUAL && rows.all(|row| row.status == EnrolmentStatus::Dual)
}

fn distinct(schools: impl Iterator<Item = Urn>) -> Vec<Urn> {
    let mut schools: Vec<Urn> = schools.collect();
    schools.sort_unstable();
    schools.dedup();
    schools
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Current { .. } => "Current(..)",
            Self::Stale { .. } => "Stale(..)",
            Self::Conflicting { .. } => "Conflicting(..)",
            Self::Starting { .. } => "Starting(..)",
            Self::Left { .. } => "Left(..)",
            Self::Gone => "Gone",
        })
    }
}
