//! The skeleton of a name: its consonants as they sound, so that spellings of one name share it.
//!
//! Coarse on purpose: it finds rows worth comparing, and backs a similar spelling; alone it says
//! nothing.

use crate::roll::stored::Folded;

/// Longest skeleton, in letters.
const LONGEST: usize = 8;

/// The skeleton of a folded word: `katherine` and `catharin` are `ktrn`, `yousef` and `yusuf` `ysf`,
/// `kowalski` and `kowalska` `kflsk`. A leading vowel is `a`. What has no letters is itself.
pub(crate) fn skeleton(word: &str) -> String {
    let letters: Vec<char> = word.chars().filter(|c| *c != ' ').collect();
    let mut sound = String::with_capacity(LONGEST);
    let mut at = 0;
    while let Some(letter) = letters.get(at).copied().filter(|_| sound.len() < LONGEST) {
        let next = letters.get(at + 1).copied();
        let (heard, taken) = hear(letter, next, at == 0);
        if let Some(heard) = heard.filter(|heard| !sound.ends_with(*heard)) {
            sound.push(heard);
        }
        at += taken;
    }
    if sound.is_empty() {
        word.to_owned()
    } else {
        sound
    }
}

/// The sounds that words begin with, as a set. What is no letter begins with none.
fn initials<'a>(words: impl Iterator<Item = &'a str>) -> u32 {
    let heard = words.filter_map(|word| {
        let mut letters = word.chars();
        let (first, second) = (letters.next()?, letters.next());
        let (heard, _) = hear(first, second, true);
        u32::from(heard.or(second)?).checked_sub(u32::from('a'))
    });
    heard
        .filter(|letter| *letter < 26)
        .fold(0, |set, letter| set | 1 << letter)
}

/// The sounds that the words of a child's names begin with.
#[derive(Clone, Copy)]
pub(crate) struct Beginnings {
    sounds: u32,
    /// A name is in letters of which it is not known how they sound.
    unheard: bool,
}

impl Beginnings {
    /// Of every word of every name.
    pub(crate) fn of(text: &Folded<'_>) -> Self {
        let given = [text.forename, text.middle_names, text.known_as];
        let family = [text.surname, text.former_surname];
        let names = given.into_iter().chain(family);
        Self {
            sounds: initials(names.clone().flat_map(str::split_whitespace)),
            unheard: !names.clone().all(str::is_ascii),
        }
    }

    /// No name of one begins with a sound of the other: nothing would come of comparing them letter
    /// by letter.
    pub(crate) fn have_nothing_in_common(self, other: Self) -> bool {
        !(self.unheard || other.unheard) && self.sounds != 0 && self.sounds & other.sounds == 0
    }
}

/// What is heard of a letter, given the next, and how many letters that takes.
fn hear(letter: char, next: Option<char>, first: bool) -> (Option<char>, usize) {
    let soft = matches!(next, Some('e' | 'i' | 'y'));
    match (letter, next) {
        ('p', Some('h')) => (Some('f'), 2),
        ('c', Some('k')) => (Some('k'), 2),
        ('c' | 's', Some('h' | 'z')) => (Some('s'), 2),
        ('t' | 'd' | 'k' | 'b' | 'r' | 'z', Some('h')) => (hear(letter, None, false).0, 2),
        ('g', Some('h')) if first => (Some('g'), 2),
        ('g', Some('h')) => (None, 2),
        ('k' | 'g' | 'p', Some('n' | 's')) | ('w', Some('r')) if first => (None, 1),
        ('y' | 'j', Some('a' | 'e' | 'i' | 'o' | 'u')) if first => (Some('y'), 1),
        ('a' | 'e' | 'i' | 'o' | 'u' | 'y', _) => (first.then_some('a'), 1),
        ('h', _) => (first.then_some('h'), 1),
        ('c', _) if soft => (Some('s'), 1),
        ('c' | 'q' | 'k', _) => (Some('k'), 1),
        ('x' | 'z' | 's', _) => (Some('s'), 1),
        ('v' | 'w' | 'f', _) => (Some('f'), 1),
        ('j', _) => (Some('y'), 1),
        (other, _) => (Some(other), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spellings_of_one_name_share_a_skeleton() {
        for one_name in [
            &["katherine", "catharin", "kathryn", "catherine"][..],
            &["yousef", "yusuf", "josef", "joseph"],
            &["mohammed", "muhammad", "mohamed", "mohammad"],
            &["kowalski", "kowalska", "kovalsky"],
            &["stephen", "steven"],
            &["zofia", "sofia", "sophia"],
            &["isabelle", "izabel", "isobel"],
        ] {
            let skeletons: Vec<_> = one_name.iter().map(|name| skeleton(name)).collect();
            assert!(
                skeletons.windows(2).all(|pair| pair[0] == pair[1]),
                "{skeletons:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn every_word_has_a_skeleton(word in any::<String>()) {
            let folded = crate::fold(&word);
            prop_assert_eq!(skeleton(&folded).is_empty(), folded.is_empty());
            prop_assert!(skeleton(&folded).len() <= LONGEST.max(folded.len()));
        }
    }
}
