//! Comparing the names a child is called by.

use super::spelling::{is_whole, same_joined, similar};
use crate::{Agreement, nicknames::call_one_child};

/// The given names of one side, folded.
#[derive(Clone, Copy, Default)]
pub(crate) struct Given<'a> {
    pub(crate) forename: &'a str,
    pub(crate) middle: &'a str,
    pub(crate) known_as: &'a str,
}

impl<'a> Given<'a> {
    /// The first of the forenames, and what the child is called instead.
    pub(crate) fn calls(&self) -> impl Iterator<Item = &'a str> + Clone {
        let first = self.forename.split(' ').next().unwrap_or_default();
        let known = self.known_as.split(' ').next().unwrap_or_default();
        [first, known].into_iter().filter(|name| !name.is_empty())
    }

    fn wholes(&self) -> impl Iterator<Item = &'a str> + Clone {
        let wholes = [self.forename, self.known_as].into_iter();
        wholes.filter(|name| !name.is_empty())
    }

    fn words(&self) -> impl Iterator<Item = &'a str> + Clone {
        [self.forename, self.known_as, self.middle]
            .into_iter()
            .flat_map(str::split_whitespace)
    }

    fn is_missing(&self) -> bool {
        self.forename.is_empty() && self.known_as.is_empty()
    }

    /// Forename and middle names together, as one side may write in one field what the other
    /// writes in two.
    fn same_in_full(&self, other: &Self) -> bool {
        let full = |given: &Self| [given.forename, given.middle].join("").replace(' ', "");
        !(self.middle.is_empty() && other.middle.is_empty()) && full(self) == full(other)
    }
}

/// How far the names agree, and the name of the roll that did: its commonness counts.
///
/// * Exact: a whole name of one side is a whole name of the other.
/// * Variant: one of several names, or a form of the same name (Bill, William).
/// * Close: a similar spelling.
/// * Weak: an initial, or one name in common where others differ (brothers Mohammed Ali and
///   Mohammed Adam).
pub(crate) fn forenames<'a>(report: &Given<'_>, roll: &Given<'a>) -> (Agreement, &'a str) {
    let first = roll.calls().next().unwrap_or_default();
    if report.is_missing() || roll.is_missing() {
        return (Agreement::Missing, first);
    }
    let whole = roll.wholes().find(|theirs| {
        let mut ours = report.wholes();
        is_whole(theirs) && ours.any(|ours| same_joined(ours, theirs))
    });
    if let Some(name) = whole {
        return (Agreement::Exact, name);
    }
    if report.same_in_full(roll) {
        return (Agreement::Exact, first);
    }
    let (agreement, name) = match one_of_several(report, roll) {
        Some(name) => (Agreement::Variant, name),
        None => forms(report, roll, first),
    };
    if agreement.is_near() && others_differ(report, roll) {
        (Agreement::Weak, name)
    } else {
        (agreement, name)
    }
}

/// A name that one side gives alone and the other among several.
fn one_of_several<'a>(report: &Given<'_>, roll: &Given<'a>) -> Option<&'a str> {
    let alone = |given: &Given<'_>, word: &str| {
        let mut wholes = given.wholes();
        wholes.any(|whole| whole == word)
    };
    let mut shared = roll
        .words()
        .filter(|theirs| is_whole(theirs) && report.words().any(|ours| ours == *theirs));
    shared.find(|word| alone(report, word) || alone(roll, word))
}

fn forms<'a>(report: &Given<'_>, roll: &Given<'a>, first: &'a str) -> (Agreement, &'a str) {
    let find = |alike: fn(&str, &str) -> bool| {
        let mut theirs = roll.calls();
        theirs.find(|theirs| report.calls().any(|ours| alike(ours, theirs)))
    };
    if let Some(name) = find(|a, b| a == b && is_whole(a)).or_else(|| find(call_one_child)) {
        return (Agreement::Variant, name);
    }
    if let Some(name) = find(similar) {
        return (Agreement::Close, name);
    }
    let mut wholes = report.wholes().zip(roll.wholes());
    if wholes.any(|(ours, theirs)| similar(&ours.replace(' ', ""), &theirs.replace(' ', ""))) {
        return (Agreement::Close, first);
    }
    match find(initial) {
        Some(name) => (Agreement::Weak, name),
        None => (Agreement::Differs, first),
    }
}

/// Both sides give a second forename, and not the same.
fn others_differ(report: &Given<'_>, roll: &Given<'_>) -> bool {
    let mut ours = report.forename.split(' ').skip(1).peekable();
    let mut theirs = roll
        .forename
        .split(' ')
        .skip(1)
        .chain(roll.middle.split_whitespace());
    let given = ours.peek().is_some() && theirs.clone().next().is_some();
    given
        && !ours.any(|one| {
            theirs.any(|other| one == other || similar(one, other) || initial(one, other))
        })
}

fn initial(one: &str, other: &str) -> bool {
    (!is_whole(one) || !is_whole(other)) && one.chars().next() == other.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;

    fn agreement(report: &str, roll: (&str, &str, &str)) -> Agreement {
        let ours = fold(report);
        let (forename, middle, known_as) = (fold(roll.0), fold(roll.1), fold(roll.2));
        let report = Given {
            forename: &ours,
            ..Given::default()
        };
        let roll = Given {
            forename: &forename,
            middle: &middle,
            known_as: &known_as,
        };
        forenames(&report, &roll).0
    }

    #[test]
    fn forenames_agree_through_every_name_a_child_goes_by() {
        use Agreement::{Close, Differs, Exact, Missing, Variant, Weak};
        let roll = ("Testina", "Mae", "Tess");
        for (report, expected) in [
            ("TESTINA", Exact),
            ("Tess", Exact),
            ("Testina Mae", Exact),
            ("Testina-Mae", Exact),
            ("Testinna", Close),
            ("Mae", Variant),
            ("Tessa", Variant),
            ("T", Weak),
            ("Orla", Differs),
            ("", Missing),
        ] {
            assert_eq!(agreement(report, roll), expected, "{report}");
        }
    }

    #[test]
    fn a_first_name_that_brothers_share_is_weak_where_their_second_names_differ() {
        use Agreement::{Exact, Variant, Weak};
        for (report, expected) in [
            ("Mohammed Ali", Exact),
            ("Mohammed", Variant),
            ("Muhammad Ali", Variant),
            ("Mohammed Adam", Weak),
            ("Muhammad Adam", Weak),
            ("Ali", Variant),
        ] {
            assert_eq!(
                agreement(report, ("Mohammed Ali", "", "")),
                expected,
                "{report}"
            );
        }
        assert_eq!(agreement("Mohammed Ali", ("Mohammed", "Ali", "")), Exact);
        assert_eq!(agreement("Mohammed Adam", ("Mohammed", "Ali", "")), Weak);
        assert_eq!(agreement("Ali", ("Mohammed", "Ali", "")), Variant);
    }

    #[test]
    fn an_initial_is_never_more_than_weak() {
        assert_eq!(agreement("T", ("T", "", "")), Agreement::Weak);
        assert_eq!(agreement("Testy", ("T", "", "")), Agreement::Weak);
    }
}
