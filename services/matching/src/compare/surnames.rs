//! Comparing family names.

use super::spelling::{same_joined, similar};
use crate::Agreement;

/// Words that many surnames have and none is told apart by.
const PARTICLES: [&str; 12] = [
    "al", "el", "de", "da", "di", "van", "von", "der", "bin", "ibn", "abu", "ben",
];
/// Shortest part of a surname that counts by itself, in bytes.
const SHORTEST_PART: usize = 3;

/// How far the surnames agree, and the surname of the roll that did: its commonness counts.
///
/// * Exact: the roll's surname.
/// * Variant: the former one, or one half of a double-barrelled one.
/// * Close: a similar spelling of any of these.
pub(crate) fn surnames<'a>(report: &str, roll: &'a str, former: &'a str) -> (Agreement, &'a str) {
    let either = if roll.is_empty() { former } else { roll };
    if report.is_empty() || either.is_empty() {
        return (Agreement::Missing, either);
    }
    if !roll.is_empty() && same_joined(report, roll) {
        return (Agreement::Exact, roll);
    }
    if !former.is_empty() && same_joined(report, former) {
        return (Agreement::Variant, former);
    }
    let theirs = || parts(roll).chain(parts(former));
    let shared = theirs().find(|theirs| parts(report).any(|ours| ours == *theirs));
    if let Some(part) = shared {
        return (Agreement::Variant, part);
    }
    let wholes = [roll, former].into_iter().filter(|name| !name.is_empty());
    let alike = wholes
        .chain(theirs())
        .find(|theirs| similar(report, theirs) || parts(report).any(|ours| similar(ours, theirs)));
    match alike {
        Some(name) => (Agreement::Close, name),
        None => (Agreement::Differs, either),
    }
}

/// The parts of a folded surname that tell it from others.
pub(crate) fn parts(name: &str) -> impl Iterator<Item = &str> {
    let telling = |part: &&str| part.len() >= SHORTEST_PART && !PARTICLES.contains(part);
    name.split(' ').filter(telling)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_agree_in_part_and_with_a_former_one() {
        use Agreement::{Close, Differs, Exact, Missing, Variant};
        for (report, roll, former, expected) in [
            ("mctestface", "mc testface", "", Exact),
            ("mctestface", "sample", "mctestface", Variant),
            ("sample", "sample mctestface", "", Variant),
            ("sample mctestface", "mctestface", "", Variant),
            ("al sample", "sample", "", Variant),
            ("mctestfaice", "mctestface", "", Close),
            ("sampel", "sample mctestface", "", Close),
            ("kowalska", "kowalski", "", Close),
            ("sample", "mctestface", "", Differs),
            ("al jones", "al sample", "", Differs),
            ("", "mctestface", "", Missing),
            ("sample", "", "", Missing),
        ] {
            assert_eq!(surnames(report, roll, former).0, expected, "{report}");
        }
    }
}
