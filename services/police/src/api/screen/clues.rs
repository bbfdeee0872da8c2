//! What a person of a notification is known by, and whether a text tells it.

use super::words::{Folded, name_words, naming};
use proto::police::v1::{Child, Party};
use std::{collections::BTreeSet, ops::RangeInclusive};

/// What a child or party is known by. Personal data: no debug form.
#[derive(Default)]
pub(super) struct Clues {
    names: Vec<String>,
    /// The telling words of a school's or workplace's name, in order.
    schools: Vec<Vec<String>>,
    /// Neighbouring words of an address that say something together.
    address: BTreeSet<(String, String)>,
    postcodes: BTreeSet<String>,
    phone: Option<String>,
}

/// A text, read once for all comparisons.
pub(super) struct Text<'a> {
    words: Vec<&'a str>,
    written: &'a str,
}

/// Words that half of all schools have in their names.
const SCHOOL_WORDS: [&str; 26] = [
    "academy",
    "and",
    "c",
    "catholic",
    "ce",
    "church",
    "college",
    "community",
    "e",
    "england",
    "first",
    "grammar",
    "high",
    "infant",
    "infants",
    "junior",
    "middle",
    "nursery",
    "of",
    "primary",
    "rc",
    "roman",
    "school",
    "secondary",
    "sixth",
    "the",
];

/// Words that half of all addresses have in them.
const ADDRESS_WORDS: [&str; 24] = [
    "and", "at", "avenue", "close", "court", "crescent", "drive", "flat", "floor", "gardens",
    "grove", "hill", "house", "lane", "near", "of", "park", "place", "road", "street", "terrace",
    "the", "way", "in",
];

/// Digits at the end of a telephone number that tell it apart, whatever prefix was written.
const TELLING_DIGITS: usize = 9;

/// Letters and digits of a postcode, without its space.
const POSTCODE_LENGTHS: RangeInclusive<usize> = 5..=7;

// === impl Clues ===

impl Clues {
    pub(super) fn child(child: &Child) -> Self {
        let Some(who) = &child.identity else {
            return Self::default();
        };
        let address = Folded::of(&format!("{}\n{}", who.address, who.postcode));
        let address: Vec<_> = address.words().collect();
        Self {
            names: name_words(who),
            schools: school(&who.stated_school),
            postcodes: postcodes(&address),
            address: pairs(&address),
            phone: None,
        }
    }

    pub(super) fn party(party: &Party) -> Self {
        let address = Folded::of(&party.address);
        let address: Vec<_> = address.words().collect();
        Self {
            names: naming([party.forename.as_str(), party.surname.as_str()]),
            schools: workplace(&party.workplace),
            postcodes: postcodes(&address),
            address: pairs(&address),
            phone: telling_digits(&party.phone),
        }
    }

    pub(super) fn is_named(&self, word: &str) -> bool {
        self.names.iter().any(|name| name == word)
    }
}

// === impl Text ===

impl<'a> Text<'a> {
    /// `folded` is what `written` folds to.
    pub(super) fn read(written: &'a str, folded: &'a Folded) -> Self {
        Self {
            words: folded.words().collect(),
            written,
        }
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().copied()
    }

    /// A surname that the family shares names nobody else.
    pub(super) fn names(&self, other: &Clues, own: &Clues) -> bool {
        self.words()
            .any(|word| other.is_named(word) && !own.is_named(word))
    }

    pub(super) fn tells_school(&self, other: &Clues, own: &Clues) -> bool {
        let mut strange = other
            .schools
            .iter()
            .filter(|school| !own.schools.contains(school))
            .peekable();
        if strange.peek().is_none() {
            return false;
        }
        let telling = telling(&self.words);
        strange.any(|school| holds(&telling, school) || holds(&self.words, school))
    }

    pub(super) fn tells_address(&self, other: &Clues, own: &Clues) -> bool {
        let mut street = other.address.difference(&own.address);
        let mut postcodes = other.postcodes.difference(&own.postcodes);
        street.any(|pair| self.has_pair(pair)) || postcodes.any(|code| self.has_postcode(code))
    }

    fn has_pair(&self, (one, other): &(String, String)) -> bool {
        let mut pairs = self.words.windows(2);
        pairs.any(|pair| matches!(pair, [a, b] if a == one && b == other))
    }

    /// In one word or in two.
    fn has_postcode(&self, code: &str) -> bool {
        let mut pairs = self.words.windows(2);
        let in_two = |pair: &[&str]| match pair {
            [a, b] => code.strip_prefix(a) == Some(b),
            _ => false,
        };
        self.words().any(|word| word == code) || pairs.any(in_two)
    }

    pub(super) fn tells_phone<'b>(&self, others: impl Iterator<Item = &'b Clues>) -> bool {
        let mut phones = others.filter_map(|other| other.phone.as_deref()).peekable();
        let written = self.written.bytes().filter(u8::is_ascii_digit).count();
        if written < TELLING_DIGITS || phones.peek().is_none() {
            return false;
        }
        let digits = digits(self.written);
        phones.any(|phone| digits.contains(phone))
    }
}

/// The words that tell one school from another.
fn telling<'a>(words: &[&'a str]) -> Vec<&'a str> {
    words
        .iter()
        .filter(|word| !SCHOOL_WORDS.contains(word))
        .map(|word| if *word == "saint" { "st" } else { word })
        // St Mary's is written St Marys too.
        .map(|word| {
            word.strip_suffix('s')
                .filter(|stem| stem.len() > 2)
                .unwrap_or(word)
        })
        .collect()
}

/// A name of nothing but common words is compared whole.
fn school(name: &str) -> Vec<Vec<String>> {
    let name = Folded::of(name);
    let all: Vec<_> = name.words().collect();
    let telling = telling(&all);
    let phrase = if telling.is_empty() { all } else { telling };
    if phrase.is_empty() {
        Vec::new()
    } else {
        vec![phrase.into_iter().map(str::to_owned).collect()]
    }
}

/// A workplace counts where it is a school.
fn workplace(name: &str) -> Vec<Vec<String>> {
    const SIGNS: [&str; 4] = ["academy", "college", "nursery", "school"];
    let is_school = Folded::of(name).words().any(|word| SIGNS.contains(&word));
    if is_school { school(name) } else { Vec::new() }
}

fn holds(text: &[&str], phrase: &[String]) -> bool {
    !phrase.is_empty() && text.windows(phrase.len()).any(|window| window == phrase)
}

fn pairs(words: &[&str]) -> BTreeSet<(String, String)> {
    let says = |word: &str| {
        let letters = word.len() > 2 && word.bytes().all(|b| b.is_ascii_alphabetic());
        letters && !ADDRESS_WORDS.contains(&word)
    };
    words
        .windows(2)
        .filter_map(|pair| match *pair {
            [one, other] if says(one) || says(other) => Some((one.to_owned(), other.to_owned())),
            _ => None,
        })
        .collect()
}

/// Postcodes as one word, however they are written.
fn postcodes(words: &[&str]) -> BTreeSet<String> {
    let ones = words.chunks(1);
    ones.chain(words.windows(2))
        .filter(|parts| POSTCODE_LENGTHS.contains(&parts.iter().map(|part| part.len()).sum()))
        .map(<[&str]>::concat)
        .filter(|word| is_postcode(word.as_bytes()))
        .collect()
}

/// Of a word of a postcode's length: whether it is one.
fn is_postcode(word: &[u8]) -> bool {
    matches!(word, [first, .., digit, one, other]
        if first.is_ascii_alphabetic() && digit.is_ascii_digit()
            && one.is_ascii_alphabetic() && other.is_ascii_alphabetic())
}

/// The digits of a text, with what may stand within a telephone number left out.
fn digits(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '0'..='9' => Some(c),
            ' ' | '\u{a0}' | '-' | '(' | ')' | '.' | '+' | '/' => None,
            _ => Some(' '),
        })
        .collect()
}

fn telling_digits(phone: &str) -> Option<String> {
    let all: String = phone.chars().filter(char::is_ascii_digit).collect();
    let from = all.len().checked_sub(TELLING_DIGITS)?;
    all.get(from..).map(str::to_owned)
}
