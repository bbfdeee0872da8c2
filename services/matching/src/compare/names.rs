//! Comparing folded names.

use super::Agreement;
use crate::fold::joined;
use strsim::jaro_winkler;

/// Least Jaro-Winkler similarity of names that may be spellings of one.
const SIMILAR: f64 = 0.88;

/// The given names of one side, folded.
pub(crate) struct Given<'a> {
    pub(crate) forename: &'a str,
    pub(crate) middle: &'a str,
    pub(crate) known_as: &'a str,
}

impl Given<'_> {
    /// Every whole name the child may be called by. Single letters are initials, not names.
    fn calls(&self) -> Vec<String> {
        let whole = format!("{}{}", joined(self.forename), joined(self.middle));
        let mut calls = vec![joined(self.forename), joined(self.known_as), whole];
        calls.retain(|name| !name.is_empty());
        calls.dedup();
        calls
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        [self.forename, self.known_as, self.middle]
            .into_iter()
            .flat_map(str::split_whitespace)
    }

    fn is_missing(&self) -> bool {
        self.forename.is_empty() && self.known_as.is_empty()
    }
}

/// Exact where any whole name of one side is a whole name of the other; close for similar
/// spellings, one shared word, or an initial.
pub(crate) fn forenames(report: &Given<'_>, roll: &Given<'_>) -> Agreement {
    if report.is_missing() || roll.is_missing() {
        return Agreement::Missing;
    }
    let (ours, theirs) = (report.calls(), roll.calls());
    if ours
        .iter()
        .any(|name| is_whole(name) && theirs.contains(name))
    {
        return Agreement::Exact;
    }
    let shared = report
        .words()
        .any(|word| is_whole(word) && roll.words().any(|other| other == word));
    let alike = ours
        .iter()
        .any(|a| theirs.iter().any(|b| similar(a, b) || initial(a, b)));
    if shared || alike {
        Agreement::Close
    } else {
        Agreement::Differs
    }
}

/// Exact where the surname is the roll's or its former one; close for similar spellings or one
/// shared part of a double-barrelled name.
pub(crate) fn surnames(report: &str, roll: &str, former: &str) -> Agreement {
    if report.is_empty() || (roll.is_empty() && former.is_empty()) {
        return Agreement::Missing;
    }
    let ours = joined(report);
    let theirs = [joined(roll), joined(former)];
    if theirs.contains(&ours) {
        return Agreement::Exact;
    }
    let parts = |name: &'_ str| {
        name.split(' ')
            .filter(|part| part.len() > 2)
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let theirs_in_parts = [parts(roll), parts(former)].concat();
    let shared = parts(report)
        .iter()
        .any(|part| theirs_in_parts.contains(part));
    let alike = theirs.iter().any(|name| similar(&ours, name));
    if shared || alike {
        Agreement::Close
    } else {
        Agreement::Differs
    }
}

/// Whether forename and surname stand in each other's place.
pub(crate) fn exchanged(report: (&str, &str), roll: (&str, &str)) -> bool {
    let whole = is_whole(report.0) && is_whole(report.1);
    whole && report.0 != report.1 && report == (roll.1, roll.0)
}

fn is_whole(name: &str) -> bool {
    name.chars().nth(1).is_some()
}

fn similar(one: &str, other: &str) -> bool {
    is_whole(one) && is_whole(other) && jaro_winkler(one, other) >= SIMILAR
}

fn initial(one: &str, other: &str) -> bool {
    (!is_whole(one) || !is_whole(other)) && one.chars().next() == other.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;

    fn forename(report: &str, roll: (&str, &str, &str)) -> Agreement {
        let (ours, forename, middle, known_as) =
            (fold(report), fold(roll.0), fold(roll.1), fold(roll.2));
        let report = Given {
            forename: &ours,
            middle: "",
            known_as: "",
        };
        forenames(
            &report,
            &Given {
                forename: &forename,
                middle: &middle,
                known_as: &known_as,
            },
        )
    }

    #[test]
    fn forenames_agree_through_every_name_a_child_goes_by() {
        use Agreement::{Close, Differs, Exact, Missing};
        let roll = ("Testina", "Mae", "Tess");
        for (report, agreement) in [
            ("TESTINA", Exact),
            ("Tess", Exact),
            ("Testina Mae", Exact),
            ("Testina-Mae", Exact),
            ("Testinna", Close),
            ("Mae", Close),
            ("T", Close),
            ("Orla", Differs),
            ("", Missing),
        ] {
            assert_eq!(forename(report, roll), agreement, "{report}");
        }
    }

    #[test]
    fn an_initial_is_never_exact() {
        assert_eq!(forename("T", ("T", "", "")), Agreement::Close);
    }

    #[test]
    fn surnames_agree_in_part_and_with_a_former_one() {
        use Agreement::{Close, Differs, Exact, Missing};
        for (report, roll, former, agreement) in [
            ("mctestface", "mc testface", "", Exact),
            ("mctestface", "sample", "mctestface", Exact),
            ("sample", "sample mctestface", "", Close),
            ("mctestfaice", "mctestface", "", Close),
            ("sample", "mctestface", "", Differs),
            ("", "mctestface", "", Missing),
            ("sample", "", "", Missing),
        ] {
            assert_eq!(surnames(report, roll, former), agreement, "{report}");
        }
    }
}
