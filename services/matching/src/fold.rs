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

/// A folded address without the postcode that was written into it, and that postcode. A postcode
/// that was given apart counts before one in the address.
pub(crate) fn part_postcode(address: &str, given: String) -> (String, String) {
    let words: Vec<&str> = address.split(' ').collect();
    let Some((at, length)) = postcode_among(&words) else {
        return (address.to_owned(), given);
    };
    let (before, rest) = words.split_at(at);
    let (written, after) = rest.split_at(length);
    let written = fold_postcode(&written.concat());
    if given.is_empty() || given == written {
        ([before, after].concat().join(" "), written)
    } else {
        (address.to_owned(), given)
    }
}

/// Where among the words of an address its postcode stands, the last that looks like one, and in
/// how many words.
fn postcode_among(words: &[&str]) -> Option<(usize, usize)> {
    let joined = |word: &str| {
        let end = word.len().checked_sub(3);
        let halves = end.and_then(|end| word.split_at_checked(end));
        halves.is_some_and(|(outward, inward)| is_outward(outward) && is_inward(inward))
    };
    let alone = words.iter().rposition(|word| joined(word));
    let mut pairs = words.windows(2);
    let parted = pairs.rposition(
        |pair| matches!(pair, [outward, inward] if is_outward(outward) && is_inward(inward)),
    );
    match (alone, parted) {
        (Some(alone), parted) if parted.is_none_or(|parted| parted < alone) => Some((alone, 1)),
        (_, parted) => parted.map(|at| (at, 2)),
    }
}

/// Whether it looks like the first half of a postcode, such as `sw1a`.
fn is_outward(word: &str) -> bool {
    let district = word.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let area = word.len() - district.len();
    let mut district = district.chars();
    (1..=2).contains(&area)
        && district.next().is_some_and(|c| c.is_ascii_digit())
        && district.next().is_none_or(|c| c.is_ascii_alphanumeric())
        && district.next().is_none()
}

/// Whether it looks like the second half of a postcode, such as `1aa`.
fn is_inward(word: &str) -> bool {
    matches!(word.as_bytes(), [b'0'..=b'9', b'a'..=b'z', b'a'..=b'z'])
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
    fn a_postcode_that_was_written_into_an_address_is_found() {
        for (address, given, expected, postcode) in [
            ("12 sample road zz1 1aa", "", "12 sample road", "ZZ11AA"),
            ("zz11aa 12 sample road", "", "12 sample road", "ZZ11AA"),
            (
                "12 sample road zz1a 1aa",
                "ZZ1A1AA",
                "12 sample road",
                "ZZ1A1AA",
            ),
            (
                "12 sample road zz1 1aa",
                "ZZ22BB",
                "12 sample road zz1 1aa",
                "ZZ22BB",
            ),
            ("z1 2bb house zz1 1aa", "", "z1 2bb house", "ZZ11AA"),
            ("flat a1 12 sample road", "", "flat a1 12 sample road", ""),
            ("", "", "", ""),
        ] {
            let parted = part_postcode(address, given.to_owned());
            assert_eq!(
                parted,
                (expected.to_owned(), postcode.to_owned()),
                "{address}"
            );
        }
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
            let (address, postcode) = part_postcode(&fold(&text), String::new());
            prop_assert!(address.len() <= LONGEST && postcode.len() <= 10);
        }
    }
}
