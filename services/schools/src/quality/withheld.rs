//! Small counts are not told apart: a count of one is about a child.
//!
//! What is withheld is added up under one name, together with children whose location is hidden. If
//! that sum were small itself, the total would give away what is in it, so the next smallest council
//! joins it.

use super::measure::{Council, Group};
use std::collections::BTreeMap;

/// A council with fewer decisions than this is not told apart.
pub const SMALL: u32 = 10;

/// The groups with small ones of the same force and model put together.
pub fn without_small(groups: Vec<Group>) -> Vec<Group> {
    let mut apart: BTreeMap<(String, String), Vec<Group>> = BTreeMap::new();
    for group in groups {
        let key = (group.force.clone(), group.model.clone());
        apart.entry(key).or_default().push(group);
    }
    apart.into_values().flat_map(of_one_force).collect()
}

fn of_one_force(groups: Vec<Group>) -> Vec<Group> {
    let (mut shown, mut kept) = (Vec::new(), Vec::new());
    let mut withheld: Option<Group> = None;
    for group in groups {
        match group.council {
            Council::Code(_) => shown.push(group),
            Council::Withheld => join(&mut withheld, group),
            Council::NotKnown => kept.push(group),
        }
    }
    shown.sort_by_key(|group| std::cmp::Reverse(group.counts.decisions));
    while let Some(smallest) = shown.pop() {
        let tells_too_much = withheld.as_ref().is_some_and(is_small);
        if is_small(&smallest) || tells_too_much {
            join(&mut withheld, smallest);
        } else {
            shown.push(smallest);
            break;
        }
    }
    shown.extend(kept);
    shown.extend(withheld);
    shown.sort_by(|one, other| one.council.cmp(&other.council));
    shown
}

fn is_small(group: &Group) -> bool {
    group.counts.decisions < SMALL
}

fn join(withheld: &mut Option<Group>, group: Group) {
    match withheld {
        Some(withheld) => withheld.counts.add(&group.counts),
        None => {
            *withheld = Some(Group {
                council: Council::Withheld,
                ..group
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quality::Counts;
    use proptest::prelude::*;

    fn group(council: Council, decisions: u32) -> Group {
        Group {
            force: "43".to_owned(),
            council,
            model: "standard-2".to_owned(),
            counts: Counts {
                decisions,
                ..Counts::default()
            },
        }
    }

    fn code(code: &str) -> Council {
        Council::Code(code.to_owned())
    }

    fn told(groups: Vec<Group>) -> Vec<(Council, u32)> {
        let groups = without_small(groups).into_iter();
        groups
            .map(|group| (group.council, group.counts.decisions))
            .collect()
    }

    #[test]
    fn a_small_council_takes_the_next_smallest_with_it() {
        let groups = vec![
            group(code("825"), 40),
            group(code("826"), 3),
            group(code("827"), 12),
            group(Council::NotKnown, 1),
        ];
        let expected = [
            (Council::NotKnown, 1),
            (Council::Withheld, 15),
            (code("825"), 40),
        ];
        assert_eq!(told(groups), expected);
    }

    #[test]
    fn one_hidden_child_is_not_told_by_the_rest() {
        let groups = vec![group(code("825"), 40), group(Council::Withheld, 1)];
        assert_eq!(told(groups), [(Council::Withheld, 41)]);
    }

    #[test]
    fn where_all_are_many_all_are_told() {
        let groups = vec![group(code("825"), 10), group(code("826"), 10)];
        assert_eq!(told(groups).len(), 2);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_small_council_is_told(
            councils in prop::collection::vec((0..30u32, 0..6u8), 0..12)
        ) {
            let groups: Vec<_> = (100..).zip(&councils).map(|(n, (decisions, kind))| {
                let council = match kind {
                    0 => Council::NotKnown,
                    1 => Council::Withheld,
                    _ => code(&n.to_string()),
                };
                group(council, *decisions)
            }).collect();
            let all: u32 = councils.iter().map(|(decisions, _)| decisions).sum();
            let told = told(groups);
            prop_assert_eq!(told.iter().map(|(_, decisions)| decisions).sum::<u32>(), all);
            for (council, decisions) in &told {
                prop_assert!(!matches!(council, Council::Code(_)) || *decisions >= SMALL);
            }
            let some_told = told.iter().any(|(council, _)| matches!(council, Council::Code(_)));
            let withheld = told.iter().find(|(council, _)| *council == Council::Withheld);
            prop_assert!(!some_told || withheld.is_none_or(|(_, decisions)| *decisions >= SMALL));
        }
    }
}
