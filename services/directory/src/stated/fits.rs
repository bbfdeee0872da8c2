//! Whether a school can be the one that was meant: by what was said of it, and by the child's age.

use super::{Stated, Words, words};
use crate::{Establishment, Kind};
use jiff::civil::Date;
use std::{collections::BTreeSet, ops::RangeInclusive};

/// Words of kind of which a school has one or the other.
const EITHER: [(&str, &str); 3] = [
    ("cofe", "catholic"),
    ("girls", "boys"),
    ("infant", "junior"),
];

/// Whether what was said is of another faith, sex or phase than the school.
pub(super) fn contradicts(school: &Establishment, said: &Words) -> bool {
    let named = words(&school.name).kinds;
    let only = |kinds: &BTreeSet<&'static str>, this: &str, that: &str| -> bool {
        kinds.contains(this) && !kinds.contains(that)
    };
    let other = EITHER.iter().any(|(one, two)| {
        only(&said.kinds, one, two) && only(&named, two, one)
            || only(&said.kinds, two, one) && only(&named, one, two)
    });
    let says = |kinds: &[&str]| kinds.iter().any(|kind| said.kinds.contains(kind));
    let young = says(&["primary", "infant", "junior", "nursery", "first"]);
    let old = says(&[
        "secondary",
        "high",
        "comprehensive",
        "grammar",
        "upper",
        "sixth",
    ]);
    let phase = match school.kind {
        Kind::Primary | Kind::Nursery => old && !young,
        Kind::Secondary | Kind::College => young && !old,
        _ => false,
    };
    other || phase
}

/// The ages that the child may have been at the beginning of the school year; from July on, also
/// of the next, since its school is then spoken of.
pub(super) fn school_years(stated: &Stated<'_>, day: Date) -> Option<RangeInclusive<i16>> {
    let begins = if day.month() >= 9 {
        day.year()
    } else {
        day.year().saturating_sub(1)
    };
    let years = match (stated.born, stated.age) {
        (Some(born), _) => {
            let before_september = begins.saturating_sub(born.year());
            let age = before_september.saturating_sub(i16::from(born.month() >= 9));
            age..=age
        }
        (None, Some(age)) => {
            let age = i16::try_from(age).ok()?;
            age.saturating_sub(1)..=age
        }
        (None, None) => return None,
    };
    let ahead = i16::from(matches!(day.month(), 7 | 8));
    Some(*years.start()..=years.end().saturating_add(ahead))
}

/// Whether a school has children who were of one of these ages when the school year began.
pub(super) fn teaches(school: &Establishment, years: &RangeInclusive<i16>) -> bool {
    let (low, high) = match school.kind {
        Kind::Nursery => (2, 5),
        Kind::Primary => (2, 11),
        Kind::Secondary => (11, 19),
        Kind::College => (14, 26),
        _ => (0, 26),
    };
    let low = school.low_age.map_or(low, i16::from);
    let high = school.high_age.map_or(high, i16::from);
    // Nurseries take children from the birthday on, not from September.
    let nursery = i16::from(*years.start() < 4);
    low <= years.end().saturating_add(nursery) && *years.start() < high
}
