//! Which school to tell in place of one that closed or became an academy under a new number.
//!
//! A link counts for a school that is closed or not in the directory. For a school that the
//! directory has as open it counts only where it is news: dated, no later than today, and after
//! everything the extract knows (its latest change or census). An extract that knows of later
//! things and still has the school open is right, and the link is history; an extract without
//! such dates cannot contradict a dated link, unless it has the replaced school and its
//! replacement open side by side: then it is asked.

use crate::{
    Directory, Status,
    links::{Link, LinkKind},
};
use jiff::civil::Date;
use matching::Urn;
use std::collections::HashSet;

/// Most schools looked at from one school on.
const MOST_STEPS: usize = 64;

/// The school to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Successor {
    /// The school itself: nothing came after it.
    Same,
    /// One school came after it, and is open.
    Moved(Urn),
    /// Several may have come after it, or it was split, or its links contradict each other: ask.
    /// Open ones in the directory, ascending, perhaps the old school among them.
    Several(Vec<Urn>),
    /// What came after it is not in the directory: report it, and keep the old school.
    NotInDirectory {
        /// The number that is missing.
        successor: Urn,
    },
    /// Closed, and nothing open came after it.
    Closed,
    /// Neither in the directory nor linked to anything.
    Unknown,
}

impl Directory {
    /// The school to tell on `today` in place of `urn`, after as many changes as there were.
    pub fn successor(&self, urn: Urn, today: Date) -> Successor {
        let ends = self.ends(urn, today);
        match ends.as_slice() {
            [] => self.alone(urn, today),
            [only] if *only == urn => self.alone(urn, today),
            [only] => match self.get(*only) {
                Some(school) if school.open_on(today) => Successor::Moved(*only),
                Some(_) => Successor::Closed,
                None => Successor::NotInDirectory { successor: *only },
            },
            several => self.several(several, urn, today),
        }
    }

    /// Old schools of the directory whose successor is not in it, with that successor, ascending.
    pub fn missing_successors(&self, today: Date) -> Vec<(Urn, Urn)> {
        let missing = |urn| match self.successor(urn, today) {
            Successor::NotInDirectory { successor } => Some((urn, successor)),
            _ => None,
        };
        self.schools()
            .filter_map(|school| missing(school.urn))
            .collect()
    }

    fn alone(&self, urn: Urn, today: Date) -> Successor {
        match self.get(urn) {
            Some(school) if school.open_on(today) => Successor::Same,
            Some(school) if school.status == Status::Proposed => Successor::Same,
            Some(_) => Successor::Closed,
            None => Successor::Unknown,
        }
    }

    fn several(&self, ends: &[Urn], urn: Urn, today: Date) -> Successor {
        let is_open = |urn: &Urn| self.get(*urn).is_some_and(|school| school.open_on(today));
        let open: Vec<Urn> = ends.iter().filter(|end| is_open(end)).copied().collect();
        let absent = ends.iter().find(|end| self.get(**end).is_none());
        match (open.as_slice(), absent) {
            // A part went to a school that nobody knows, the rest goes on: the old school is kept.
            ([only], Some(absent)) if *only == urn => {
                Successor::NotInDirectory { successor: *absent }
            }
            ([], Some(absent)) => Successor::NotInDirectory { successor: *absent },
            ([], None) => Successor::Closed,
            _ => Successor::Several(open),
        }
    }

    /// Where all chains of links from a school end, ascending. Schools that are each other's
    /// successors were merged, and it cannot be told into which: all of them are ends.
    fn ends(&self, urn: Urn, today: Date) -> Vec<Urn> {
        let mut ends = Vec::new();
        let mut seen = HashSet::from([urn]);
        let mut ahead = vec![urn];
        while let Some(at) = ahead.pop() {
            let links = self.live_links(at, today);
            let circle = links.iter().any(|link| {
                self.live_links(link.to, today)
                    .iter()
                    .any(|back| back.to == at)
            });
            if links.is_empty() || circle || self.goes_on(at, &links, today) {
                ends.push(at);
            }
            for link in links {
                if seen.len() < MOST_STEPS && seen.insert(link.to) {
                    ahead.push(link.to);
                }
            }
        }
        ends.sort_unstable();
        ends
    }

    /// Whether a school may go on beside what came after it: it is open and only a part of it
    /// left, or the same directory has both open.
    fn goes_on(&self, urn: Urn, links: &[&Link], today: Date) -> bool {
        let open = |urn| self.get(urn).is_some_and(|school| school.open_on(today));
        let beside = |link: &&Link| match link.kind {
            LinkKind::Split => true,
            LinkKind::Merged => false,
            LinkKind::Replaced => open(link.to),
        };
        open(urn) && links.iter().any(beside)
    }

    fn live_links(&self, urn: Urn, today: Date) -> Vec<&Link> {
        let links = self
            .successors
            .get(&urn)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let open = self
            .get(urn)
            .filter(|school| school.status != Status::Closed);
        let counts = |link: &&Link| match (open, link.on) {
            (None, on) => on.is_none_or(|on| on <= today),
            (Some(_), None) => false,
            (Some(school), Some(on)) => {
                on <= today && school.known_to.is_none_or(|known_to| known_to < on)
            }
        };
        links.iter().filter(counts).collect()
    }
}
