//! Folds text to plain lower-case words, so that spelling habits do not hide a name.

use deunicode::deunicode;
use proto::police::v1::ChildIdentity;

/// What stands in a name field where no name is known.
const NO_NAMES: [&str; 13] = [
    "and", "baby", "child", "father", "female", "given", "known", "male", "mother", "none", "not",
    "the", "unknown",
];

/// Words of this many letters and fewer say too little.
const SHORT: usize = 2;

/// Lower-case words of plain letters and digits. Accents go, other scripts are written in Latin
/// letters, apostrophes join (O'Brien, obrien), a genitive's `'s` goes, every other sign parts words.
pub(super) fn words(text: &str) -> Vec<String> {
    let plain = deunicode(text).to_ascii_lowercase();
    plain
        .split(|c: char| !c.is_ascii_alphanumeric() && !is_apostrophe(c))
        .map(|word| {
            let word = word.trim_matches(is_apostrophe);
            word.strip_suffix("'s").unwrap_or(word)
        })
        .filter(|stem| !stem.is_empty())
        .map(|stem| {
            if stem.contains(is_apostrophe) {
                stem.replace(is_apostrophe, "")
            } else {
                stem.to_owned()
            }
        })
        .collect()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`')
}

/// The words of these names that may be told apart from other words.
pub(super) fn naming<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut naming: Vec<String> = names.into_iter().flat_map(words).collect();
    naming.retain(|word| word.len() > SHORT && !NO_NAMES.contains(&word.as_str()));
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

    #[test]
    fn spelling_habits_fold_to_one_form() {
        assert_eq!(words("Zoë's  O’Brien-Smith"), ["zoe", "obrien", "smith"]);
        assert_eq!(words("'quoted' Łukasz"), ["quoted", "lukasz"]);
        assert_eq!(words(" \t'' "), Vec::<String>::new());
    }

    #[test]
    fn what_is_no_name_names_nobody() {
        assert_eq!(naming(["Unknown", "Male", "Jo", "Testy"]), ["testy"]);
    }
}
