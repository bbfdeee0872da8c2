//! Folds text to plain lower-case words, so that spelling habits do not hide a name.

use deunicode::deunicode;
use proto::police::v1::ChildIdentity;
use std::borrow::Cow;

/// What stands in a name field where no name is known.
const NO_NAMES: [&str; 13] = [
    "and", "baby", "child", "father", "female", "given", "known", "male", "mother", "none", "not",
    "the", "unknown",
];

/// Words of this many letters and fewer say too little.
const SHORT: usize = 2;

/// A text as lower-case words of plain letters and digits. Accents go, other scripts are written in Latin
/// letters, apostrophes join (O'Brien, obrien), a genitive's `'s` goes, every other sign parts words.
pub(super) struct Folded(String);

// === impl Folded ===

impl Folded {
    pub(super) fn of(text: &str) -> Self {
        let plain = if text.is_ascii() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(deunicode(text))
        };
        let parts = |byte: &u8| !byte.is_ascii_alphanumeric() && !is_apostrophe(*byte);
        let mut folded = String::with_capacity(plain.len());
        for word in plain.as_bytes().split(parts) {
            let stem = stem(word);
            if !folded.is_empty() && !stem.is_empty() {
                folded.push(' ');
            }
            let letters = stem.iter().filter(|byte| !is_apostrophe(**byte));
            folded.extend(letters.map(|byte| char::from(byte.to_ascii_lowercase())));
        }
        Self(folded)
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|word| !word.is_empty())
    }
}

/// The word without the apostrophes around it and without a genitive's `'s`.
fn stem(mut word: &[u8]) -> &[u8] {
    while let [b'\'' | b'`', inner @ ..] | [inner @ .., b'\'' | b'`'] = word {
        word = inner;
    }
    match word {
        [stem @ .., b'\'', b's' | b'S'] => stem,
        word => word,
    }
}

fn is_apostrophe(byte: u8) -> bool {
    matches!(byte, b'\'' | b'`')
}

/// The words of these names that may be told apart from other words.
pub(super) fn naming<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let tells = |word: &&str| word.len() > SHORT && !NO_NAMES.contains(word);
    let mut naming = Vec::new();
    for name in names {
        let folded = Folded::of(name);
        naming.extend(folded.words().filter(tells).map(str::to_owned));
    }
    naming.sort_unstable();
    naming.dedup();
    naming
}

/// The words that a child is called by.
pub(crate) fn name_words(who: &ChildIdentity) -> Vec<String> {
    naming([
        who.forename.as_str(),
        &who.middle_names,
        &who.surname,
        &who.known_as,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        Folded::of(text).words().map(str::to_owned).collect()
    }

    #[test]
    fn spelling_habits_fold_to_one_form() {
        assert_eq!(words("Zoë's  O’Brien-Smith"), ["zoe", "obrien", "smith"]);
        assert_eq!(words("'quoted' Łukasz"), ["quoted", "lukasz"]);
        assert_eq!(words("MARY'S o'neill's"), ["mary", "oneill"]);
        assert_eq!(words(" \t'' "), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_name_names_nobody() {
        assert_eq!(naming(["Unknown", "Male", "Jo", "Testy"]), ["testy"]);
    }
}
