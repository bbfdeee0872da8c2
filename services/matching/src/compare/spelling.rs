//! Whether two words may be spellings of one.

use crate::sound::skeleton;
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
    let (a, b) = (one.chars().count(), other.chars().count());
    let (short, long) = (a.min(b), a.max(b));
    if short < 2
        || !share_letters(one, other)
        || long - short > 4 && !one.starts_with(other) && !other.starts_with(one)
    {
        return false;
    }
    let allowed = usize::from(short >= ONE_SLIP) + usize::from(short >= TWO_SLIPS);
    let cut_off = short >= CUT_OFF && (one.starts_with(other) || other.starts_with(one));
    if cut_off || long - short <= allowed && osa_distance(one, other) <= allowed {
        return true;
    }
    let likeness = jaro_winkler(one, other);
    let sound = || Some(skeleton(one)).filter(|sound| sound.len() >= TELLING_SOUND);
    short >= 3 && likeness >= SIMILAR
        || likeness >= SOUNDS_SIMILAR && sound().is_some_and(|sound| sound == skeleton(other))
}

/// Whether at least half of the different letters of one are in the other: without that, no more
/// needs to be compared.
fn share_letters(one: &str, other: &str) -> bool {
    let letters = |word: &str| word.bytes().fold(0_u32, |set, byte| set | 1 << (byte & 31));
    let (ours, theirs) = (letters(one), letters(other));
    let fewer = ours.count_ones().min(theirs.count_ones());
    (ours & theirs).count_ones() * 2 >= fewer
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
