//! The words of a school's name, which people say and write in many ways.
//!
//! "St. Marys C of E Prim", "Saint Mary's Church of England Primary School" and "the primary at
//! St Mary" have the same telling word, `mary`, and words of kind that do not contradict each other.

use matching::fold;
use std::collections::BTreeSet;

/// The words of one name.
#[derive(Default, PartialEq, Eq, Debug)]
pub(crate) struct Words {
    /// Words that tell one school from most, without a plural or possessive s.
    pub(crate) telling: BTreeSet<String>,
    /// Words that many schools have: faith, phase, kind. One form for each.
    pub(crate) kinds: BTreeSet<&'static str>,
}

/// Words that say nothing: of the language, and of schools.
const SILENT: [&str; 19] = [
    "a",
    "an",
    "and",
    "at",
    "by",
    "for",
    "in",
    "of",
    "on",
    "the",
    "to",
    "near",
    "school",
    "sch",
    "va",
    "vc",
    "voluntary",
    "aided",
    "controlled",
];

/// Several words that are one of kind; the longest of one beginning first.
const PHRASES: [(&[&str], &str); 8] = [
    (&["church", "of", "england"], "cofe"),
    (&["c", "of", "e"], "cofe"),
    (&["co", "of", "e"], "cofe"),
    (&["c", "e"], "cofe"),
    (&["roman", "catholic"], "catholic"),
    (&["r", "c"], "catholic"),
    (&["sixth", "form"], "sixth"),
    (&["6th", "form"], "sixth"),
];

/// Words of kind, as they are said and as they count.
const KINDS: [(&str, &str); 37] = [
    ("st", "st"),
    ("saint", "st"),
    ("cofe", "cofe"),
    ("ce", "cofe"),
    ("coe", "cofe"),
    ("catholic", "catholic"),
    ("rc", "catholic"),
    ("primary", "primary"),
    ("prim", "primary"),
    ("infant", "infant"),
    ("infants", "infant"),
    ("inf", "infant"),
    ("junior", "junior"),
    ("juniors", "junior"),
    ("jun", "junior"),
    ("jnr", "junior"),
    ("first", "first"),
    ("lower", "lower"),
    ("middle", "middle"),
    ("upper", "upper"),
    ("secondary", "secondary"),
    ("high", "high"),
    ("comprehensive", "comprehensive"),
    ("comp", "comprehensive"),
    ("grammar", "grammar"),
    ("nursery", "nursery"),
    ("college", "college"),
    ("academy", "academy"),
    ("special", "special"),
    ("community", "community"),
    ("foundation", "foundation"),
    ("endowed", "endowed"),
    ("girls", "girls"),
    ("boys", "boys"),
    ("sixth", "sixth"),
    ("centre", "centre"),
    ("unit", "unit"),
];

/// Takes a name apart.
pub(crate) fn words(name: &str) -> Words {
    let folded = fold(name);
    let all: Vec<&str> = folded.split_whitespace().collect();
    let mut words = Words::default();
    let mut rest = all.as_slice();
    while let [word, after @ ..] = rest {
        if let Some((phrase, kind)) = PHRASES.iter().find(|(phrase, _)| rest.starts_with(phrase)) {
            words.kinds.insert(kind);
            rest = rest.get(phrase.len()..).unwrap_or_default();
            continue;
        }
        match KINDS.iter().find(|(said, _)| said == word) {
            Some((_, kind)) => {
                words.kinds.insert(kind);
            }
            None if SILENT.contains(word) => {}
            None => {
                words.telling.insert(singular(word).to_owned());
            }
        }
        rest = after;
    }
    words
}

/// "marys" and "mary", "kings" and "king"; "cross" stays.
fn singular(word: &str) -> &str {
    match word.strip_suffix('s') {
        Some(stem) if stem.len() >= 3 && !stem.ends_with('s') => stem,
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_school_said_in_many_ways_has_the_same_words() {
        let expected = words("St Mary's CofE Primary School");
        assert_eq!(expected.telling, BTreeSet::from(["mary".to_owned()]));
        assert_eq!(expected.kinds, BTreeSet::from(["st", "cofe", "primary"]));
        for said in [
            "St. Marys C of E Primary",
            "saint mary C.E. primary",
            "ST MARY’S CHURCH OF ENGLAND (VA) PRIM SCH",
            "the CofE primary school of St Mary",
        ] {
            assert_eq!(words(said), expected, "{said}");
        }
    }

    #[test]
    fn words_that_end_in_s_by_nature_are_the_same_on_both_sides() {
        assert_eq!(words("Kings Cross").telling, words("King's Cross").telling);
        assert_eq!(words("").telling, BTreeSet::new());
        assert!(words("The Academy").telling.is_empty());
    }
}
