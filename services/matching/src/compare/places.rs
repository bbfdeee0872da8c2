//! Comparing where the child lives and which school was named.

use super::spelling::similar;
use crate::{Agreement, Urn};
use strsim::osa_distance;

/// Words that half of all addresses have.
const COMMON: [&str; 22] = [
    "road",
    "rd",
    "street",
    "st",
    "avenue",
    "ave",
    "av",
    "lane",
    "ln",
    "close",
    "cl",
    "drive",
    "dr",
    "way",
    "flat",
    "apartment",
    "apt",
    "unit",
    "no",
    "the",
    "of",
    "and",
];
/// Shortest word of an address that may be misspelt, in bytes.
const SHORTEST_MISSPELT: usize = 4;

/// Exact for the same postcode; close for one character wrong; weak for the same district (all but
/// the last three characters).
pub(crate) fn postcodes(report: &str, roll: &str) -> Agreement {
    if report.is_empty() || roll.is_empty() {
        return Agreement::Missing;
    }
    if report == roll {
        Agreement::Exact
    } else if osa_distance(report, roll) <= 1 {
        Agreement::Close
    } else if district(report).is_some_and(|ours| district(roll) == Some(ours)) {
        Agreement::Weak
    } else {
        Agreement::Differs
    }
}

fn district(postcode: &str) -> Option<&str> {
    let end = postcode.len().checked_sub(3).filter(|end| *end > 0);
    end.and_then(|end| postcode.get(..end))
}

/// An address that is compared with many.
pub(crate) struct Address<'a> {
    words: Vec<&'a str>,
    numbers: Vec<&'a str>,
}

// === impl Address ===

impl<'a> Address<'a> {
    pub(crate) fn of(folded: &'a str) -> Self {
        let words = telling(folded);
        let numbers = words.iter().copied().filter(|word| is_number(word));
        Self {
            numbers: numbers.collect(),
            words,
        }
    }

    /// Whether both give a number, and none is the same: they are no more than weakly alike.
    pub(crate) fn is_another_house(&self, roll: &str) -> bool {
        let mut theirs = roll
            .split_whitespace()
            .filter(|word| is_number(word))
            .peekable();
        !self.numbers.is_empty()
            && theirs.peek().is_some()
            && !theirs.any(|number| self.numbers.contains(&number))
    }

    /// Exact where every telling word of the shorter address is in the other, house number
    /// included; close for the same house in what is mostly the same; weak where half of the words
    /// are the same.
    pub(crate) fn compare(&self, roll: &str) -> Agreement {
        let (ours, theirs) = (&self.words, telling(roll));
        let shorter = ours.len().min(theirs.len());
        if shorter == 0 {
            return Agreement::Missing;
        }
        let shared = ours
            .iter()
            .filter(|word| theirs.iter().any(|other| same_word(word, other)));
        let shared = shared.count().min(shorter);
        let no_number = self.numbers.is_empty() || !theirs.iter().any(|word| is_number(word));
        let same_house = !no_number && !self.is_another_house(roll);
        if same_house && shared == shorter && shorter >= 2 {
            Agreement::Exact
        } else if same_house && shared * 2 > shorter
            || no_number && shared == shorter && shorter >= 2
        {
            Agreement::Close
        } else if shared * 2 >= shorter {
            Agreement::Weak
        } else {
            Agreement::Differs
        }
    }
}

/// Words that tell one address from another, each once.
pub(crate) fn telling(address: &str) -> Vec<&str> {
    let mut words: Vec<&str> = address
        .split_whitespace()
        .filter(|word| !COMMON.contains(word))
        .collect();
    words.sort_unstable();
    words.dedup();
    words
}

/// Whether a word is a house's number or begins with it.
pub(crate) fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

fn same_word(one: &str, other: &str) -> bool {
    let misspelt = one.len().min(other.len()) >= SHORTEST_MISSPELT && !is_number(one);
    one == other || misspelt && similar(one, other)
}

/// Exact where the stated name likely means this school alone; a variant where it may mean others
/// too; weak where it likely means another of that name.
pub(crate) fn schools(stated: &[Urn], namesakes: &[Urn], roll: Urn) -> Agreement {
    match stated {
        [] => Agreement::Missing,
        [only] if *only == roll => Agreement::Exact,
        several if several.contains(&roll) => Agreement::Variant,
        _ if namesakes.contains(&roll) => Agreement::Weak,
        _ => Agreement::Differs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postcodes_agree_by_slip_and_by_district() {
        for (report, roll, expected) in [
            ("EX11AA", "EX11AA", Agreement::Exact),
            ("EX11AB", "EX11AA", Agreement::Close),
            ("EX12BB", "EX11AA", Agreement::Weak),
            ("EX29ZZ", "EX11AA", Agreement::Differs),
            ("EX", "ZZZ", Agreement::Differs),
            ("", "EX11AA", Agreement::Missing),
        ] {
            assert_eq!(postcodes(report, roll), expected, "{report}");
        }
    }

    #[test]
    fn an_address_is_exact_only_in_the_same_house() {
        let roll = "12 sample road exampleton";
        for (report, expected) in [
            ("12 sample rd", Agreement::Exact),
            ("flat 3 12 smaple road exampleton", Agreement::Exact),
            ("sample road exampleton", Agreement::Close),
            ("12 sample road othertown", Agreement::Close),
            ("14 sample road", Agreement::Weak),
            ("3 other way", Agreement::Differs),
            ("the road", Agreement::Missing),
        ] {
            assert_eq!(Address::of(report).compare(roll), expected, "{report}");
        }
    }

    #[test]
    fn a_stated_school_agrees_by_how_likely_it_is_meant() {
        let urn = |number: u32| -> Urn { number.to_string().parse().expect("six digits") };
        let (here, there, elsewhere) = (urn(100_001), urn(100_002), urn(100_003));
        for (likely, namesakes, expected) in [
            (vec![here], vec![elsewhere], Agreement::Exact),
            (vec![here, there], vec![elsewhere], Agreement::Variant),
            (vec![there], vec![here], Agreement::Weak),
            (vec![there], vec![elsewhere], Agreement::Differs),
            (vec![], vec![], Agreement::Missing),
        ] {
            assert_eq!(schools(&likely, &namesakes, here), expected);
        }
    }
}
