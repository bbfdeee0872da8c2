//! Folding text of any script to plain lower-case words, so that spelling habits do not count.

use deunicode::deunicode_char;

/// Longest folded text in bytes; what is longer is cut.
const LONGEST: usize = 120;

/// Folds a name to lower-case words of plain letters and digits with single spaces between.
///
/// Accents go, other scripts are written in Latin letters, apostrophes join (O'Brien, obrien),
/// every other sign parts words (Smith-Jones, smith jones), `&` is "and". A sign that cannot be
/// transliterated stands for itself. At most 120 bytes are kept.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len().min(LONGEST));
    for c in text.chars() {
        if folded.len() >= LONGEST {
            break;
        }
        match c {
            'a'..='z' | '0'..='9' => folded.push(c),
            'A'..='Z' => folded.push(c.to_ascii_lowercase()),
            '\'' | '`' | '’' | '‘' | 'ʼ' | '´' | '′' => {}
            '&' => push_word(&mut folded, "and"),
            _ if c.is_ascii() => part(&mut folded),
            _ => push_foreign(&mut folded, c),
        }
    }
    while folded.len() > LONGEST {
        folded.pop();
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn part(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

fn push_word(folded: &mut String, word: &str) {
    part(folded);
    folded.push_str(word);
    folded.push(' ');
}

fn push_foreign(folded: &mut String, c: char) {
    match deunicode_char(c) {
        Some(latin) => push_latin(folded, latin),
        None if c.is_alphanumeric() => c.to_lowercase().for_each(|l| push_lower(folded, l)),
        None => {}
    }
}

// A capital may be newer than the table of transliterations and its small letter not.
fn push_lower(folded: &mut String, c: char) {
    match deunicode_char(c) {
        Some(latin) => push_latin(folded, latin),
        None => folded.push(c),
    }
}

fn push_latin(folded: &mut String, latin: &str) {
    for l in latin.chars() {
        if l.is_ascii_alphanumeric() {
            folded.push(l.to_ascii_lowercase());
        } else if l != '\'' && l != '`' {
            part(folded);
        }
    }
}

/// Upper-case letters and digits of a postcode, without the space; at most ten.
pub(crate) fn fold_postcode(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .take(10)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spelling_habits_fold_to_one_form() {
        for (one, other) in [
            ("O’Brien", "o'brien"),
            ("Smith-Jones", " SMITH   jones "),
            ("Zoë", "Zoe\u{308}"),
            ("Łukasz", "lukasz"),
            ("St. Mary & St. John", "st mary and st john"),
        ] {
            assert_eq!(fold(one), fold(other));
        }
    }

    #[test]
    fn other_scripts_are_written_in_latin_letters() {
        assert_eq!(fold("Зофия"), "zofiia");
        assert!(!fold("王小明").is_empty());
        assert!(!fold("محمد").is_empty());
    }

    #[test]
    fn every_character_folds_once_and_for_all() {
        for c in (char::MIN..=char::MAX).map(String::from) {
            let once = fold(&c);
            assert_eq!(fold(&once), once, "{}", c.escape_unicode());
        }
    }

    #[test]
    fn an_absurdly_long_name_is_cut() {
        assert!(fold(&"ﷺ".repeat(1_000_000)).len() <= LONGEST);
    }

    proptest! {
        #[test]
        fn folding_any_text_twice_changes_nothing(text in any::<String>()) {
            let once = fold(&text);
            prop_assert!(once.len() <= LONGEST && !once.starts_with(' ') && !once.contains("  "));
            prop_assert_eq!(fold(&once), once);
            prop_assert!(fold_postcode(&text).len() <= 10);
        }
    }
}
