//! Whether two words may be spellings of one.

use crate::{model::count, sound::skeleton};
use strsim::{jaro_winkler, osa_distance};

/// Shortest word, in letters, of which one letter may be wrong.
const ONE_SLIP: usize = 5;
/// Shortest word of which two may.
const TWO_SLIPS: usize = 8;
/// Least Jaro-Winkler similarity of words that may be one.
const SIMILAR: f64 = 0.9;
/// The same, of words that sound alike.
const SOUNDS_SIMILAR: f64 = 0.78;
/// Shortest sound that tells a name from others.
const TELLING_SOUND: usize = 3;
/// Shortest beginning that may stand for a word that was cut off.
const CUT_OFF: usize = 4;

/// Whether the words may be one: a slip or two in their letters, similar, similar and sounding
/// alike, or one of them cut off. Single letters are initials, not spellings.
pub(crate) fn similar(one: &str, other: &str) -> bool {
    let (a, b) = (length(one), length(other));
    let (short, long) = (a.min(b), a.max(b));
    if short < 2 {
        return false;
    }
    if short >= CUT_OFF && (one.starts_with(other) || other.starts_with(one)) {
        return true;
    }
    // Neither measure can be better than the letters in common allow: most words end here.
    let common = letters_in_common(one, other);
    let allowed = usize::from(short >= ONE_SLIP) + usize::from(short >= TWO_SLIPS);
    if long <= common + allowed && osa_distance(one, other) <= allowed {
        return true;
    }
    if most_alike(common, a, b) < SOUNDS_SIMILAR {
        return false;
    }
    let likeness = jaro_winkler(one, other);
    let sound = || Some(skeleton(one)).filter(|sound| sound.len() >= TELLING_SOUND);
    short >= 3 && likeness >= SIMILAR
        || likeness >= SOUNDS_SIMILAR && sound().is_some_and(|sound| sound == skeleton(other))
}

/// Length in letters.
fn length(word: &str) -> usize {
    if word.is_ascii() {
        word.len()
    } else {
        word.chars().count()
    }
}

/// How many bytes of one word the other has too, each counted as often as both have it.
fn letters_in_common(one: &str, other: &str) -> usize {
    let mut left = [0_u8; 256];
    for byte in one.bytes() {
        let count = &mut left[usize::from(byte)];
        *count = count.saturating_add(1);
    }
    let taken = other.bytes().filter(|byte| {
        let count = &mut left[usize::from(*byte)];
        let there = *count > 0;
        *count = count.saturating_sub(1);
        there
    });
    taken.count()
}

/// The most that Jaro and Winkler can give words of these lengths with so many letters in common.
fn most_alike(common: usize, a: usize, b: usize) -> f64 {
    let share = |length: usize| count(common.min(length)) / count(length);
    let jaro = (share(a) + share(b) + 1.0) / 3.0;
    jaro + 0.4 * (1.0 - jaro)
}

/// The same, spaces apart.
pub(crate) fn same_joined(one: &str, other: &str) -> bool {
    let letters = |text: &'_ str| text.chars().filter(|c| *c != ' ').collect::<Vec<_>>();
    one == other || one.contains(' ') != other.contains(' ') && letters(one) == letters(other)
}

/// Whether it is more than an initial.
pub(crate) fn is_whole(name: &str) -> bool {
    name.chars().nth(1).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_cannot_be_better_is_not(one in "[a-e]{0,9}", other in "[a-e]{0,9}") {
            let common = letters_in_common(&one, &other);
            let longer = one.len().max(other.len());
            prop_assert!(osa_distance(&one, &other) + common >= longer);
            if !one.is_empty() && !other.is_empty() {
                let most = most_alike(common, one.len(), other.len());
                prop_assert!(jaro_winkler(&one, &other) <= most + 1e-9);
            }
        }
    }

    #[test]
    fn slips_are_similar_and_other_names_are_not() {
        for (one, other) in [
            ("testina", "testinna"),
            ("smith", "smtih"),
            ("mctestface", "mctestfaice"),
            ("christian", "chris tian"),
            ("kieran", "kieren"),
            ("featherstonehaugh", "fetherstonhaugh"),
            ("quillfeather", "quillf"),
        ] {
            assert!(similar(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("jayden", "aiden"),
            ("jane", "june"),
            ("ava", "eva"),
            ("t", "t"),
            ("smith", "jones"),
            ("khan", "chan"),
            ("", "testina"),
        ] {
            assert!(!similar(one, other), "{one} {other}");
        }
    }
}
