//! What police send in the night: every case, and ordinary incidents beside them.

mod cases_told;
mod incident;
mod words;

use super::{
    cases::Case,
    chance::Chance,
    hours::{self, Night},
    pupils::{Pupil, Pupils},
    town::{INSET, LAPSED, RENUMBERED, SILENT, STALE, Town, UNREACHABLE},
};
use incident::Incidents;
use jiff::Timestamp;
use proto::police::v1::Notification;
use std::collections::BTreeSet;

/// Ordinary incidents beside the cases.
const ORDINARY: usize = 36;
/// Police first hear of the night's incidents between 17:40 and 05:30.
const NIGHT_MINUTES: usize = 710;

/// A notification, and when it is submitted.
#[derive(Clone)]
pub struct Submission {
    /// When it is submitted.
    pub at: Timestamp,
    /// The case that it tells; none: an ordinary incident.
    pub case: Option<Case>,
    /// What is submitted.
    pub notification: Notification,
    /// Who its children are, in the order of its lines.
    pub about: Vec<Pupil>,
}

/// The submissions of a night, in the order in which they come.
pub fn submissions(town: &Town, pupils: &Pupils, night: Night, seed: u64) -> Vec<Submission> {
    let mut chance = Chance::of(seed ^ 0x006e_6967_6874);
    let families = ordinary_families(pupils, &mut chance);
    let mut incidents = Incidents::new(town, night, &mut chance);
    let mut submissions = Vec::new();
    for case in Case::ALL {
        submissions.push(incidents.of_case(case, &pupils.of_case(case)));
        if case == Case::Duplicate {
            submissions.push(incidents.of_case(case, &pupils.of_case(case)));
        }
    }
    for household in families {
        submissions.push(incidents.ordinary(&pupils.household(household)));
    }
    submissions.sort_by_key(|submission| submission.at);
    submissions
}

/// Households without a case, whose schools are none of those where something is amiss.
fn ordinary_families(pupils: &Pupils, chance: &mut Chance) -> BTreeSet<usize> {
    let mut families = BTreeSet::new();
    let mut tries = 0;
    while families.len() < ORDINARY && tries < 100 * ORDINARY {
        tries += 1;
        let Some(pupil) = pupils.list.get(chance.below(pupils.list.len())) else {
            continue;
        };
        let family = pupils.household(pupil.household);
        if family
            .iter()
            .all(|child| child.case.is_none() && is_ordinary(&child.urn))
        {
            families.insert(pupil.household);
        }
    }
    families
}

fn is_ordinary(urn: &str) -> bool {
    let amiss = [INSET, LAPSED, SILENT, STALE, RENUMBERED.0];
    !amiss.contains(&urn) && !UNREACHABLE.contains(&urn)
}

/// When police knew and when they submit, for the incident of this number: spread over the night,
/// the order mixed, submitted within some 80 minutes.
fn times(night: Night, number: usize, chance: &mut Chance) -> (Timestamp, Timestamp) {
    let count = Case::ALL.len() + ORDINARY + 1;
    let place = number * 29 % count;
    let minutes = place * NIGHT_MINUTES / count + chance.below(9);
    let known = hours::later(night.at(17, 40), i64::try_from(minutes).unwrap_or_default());
    let takes = i64::try_from(12 + chance.below(66)).unwrap_or_default();
    (known, hours::later(known, takes))
}
