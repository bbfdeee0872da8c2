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
        let mut folded = String::with_capacity(plain.len());
        for word in plain.split(|c: char| !c.is_ascii_alphanumeric() && !is_apostrophe(c)) {
            let word = word.trim_matches(is_apostrophe);
            let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix("'S"));
            let stem = stem.unwrap_or(word);
            if !folded.is_empty() && !stem.is_empty() {
                folded.push(' ');
            }
            stem.split(is_apostrophe)
                .for_each(|part| folded.push_str(part));
        }
        folded.make_ascii_lowercase();
        Self(folded)
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|word| !word.is_empty())
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`')
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
