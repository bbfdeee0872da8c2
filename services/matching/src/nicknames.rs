//! Which given names call one child: short forms, spellings, the same name in other languages.

use std::{collections::HashMap, sync::LazyLock};

const TABLE: &str = include_str!("../data/given-names.txt");

static LINES: LazyLock<HashMap<&'static str, Vec<u16>>> = LazyLock::new(|| {
    let mut lines: HashMap<&str, Vec<u16>> = HashMap::new();
    let names = TABLE.lines().filter(|line| !line.starts_with('#'));
    for (number, line) in (0_u16..).zip(names) {
        for form in line.split(' ') {
            lines.entry(form).or_default().push(number);
        }
    }
    lines
});

/// The names that a folded word is a form of; most words are of none.
pub(crate) fn names_of(word: &str) -> &'static [u16] {
    LINES.get(word).map_or(&[], Vec::as_slice)
}

/// Whether two folded words are forms of one name.
pub(crate) fn call_one_child(one: &str, other: &str) -> bool {
    let others = names_of(other);
    names_of(one).iter().any(|name| others.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold;

    #[test]
    fn the_table_is_folded_and_every_line_has_several_forms() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.split(' ').count() > 1, "{line}");
            for form in line.split(' ') {
                assert_eq!(fold(form), form);
            }
        }
    }

    #[test]
    fn forms_of_one_name_call_one_child_and_forms_of_two_do_not() {
        for (one, other) in [
            ("bill", "william"),
            ("muhammad", "mo"),
            ("kasia", "katherine"),
        ] {
            assert!(call_one_child(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("alexander", "alexandra"),
            ("emma", "oliver"),
            ("unheard", "of"),
        ] {
            assert!(!call_one_child(one, other), "{one} {other}");
        }
    }
}
