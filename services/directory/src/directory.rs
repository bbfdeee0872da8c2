//! Every school the hub knows: by number, council and name, and what came after those that closed.

use crate::{
    Establishment,
    links::{Link, Links},
    schools::Extract,
};
use jiff::civil::Date;
use matching::{Urn, fold};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

/// Most schools that a stated name is taken to mean; a name that may mean more says nothing.
const MOST_NAMED: usize = 1_000;

/// All schools in memory.
#[derive(Default)]
pub struct Directory {
    schools: BTreeMap<Urn, Establishment>,
    by_council: BTreeMap<String, BTreeSet<Urn>>,
    by_name: BTreeMap<String, BTreeSet<Urn>>,
    pub(crate) successors: HashMap<Urn, Vec<Link>>,
}

impl Directory {
    /// Adds an extract: its schools replace those of the same number, the others stay, so that
    /// extracts of single councils add up.
    pub fn take_schools(&mut self, extract: Extract) {
        for school in extract.establishments {
            self.forget(school.urn);
            self.by_council
                .entry(school.council.clone())
                .or_default()
                .insert(school.urn);
            self.by_name
                .entry(fold(&school.name))
                .or_default()
                .insert(school.urn);
            self.schools.insert(school.urn, school);
        }
    }

    /// Replaces all links.
    pub fn take_links(&mut self, links: Links) {
        self.successors.clear();
        for link in links.links {
            self.successors.entry(link.from).or_default().push(link);
        }
    }

    /// A school by its number.
    pub fn get(&self, urn: Urn) -> Option<&Establishment> {
        self.schools.get(&urn)
    }

    /// Every school, ascending by number, closed ones included.
    pub fn schools(&self) -> impl Iterator<Item = &Establishment> {
        self.schools.values()
    }

    /// Schools of a council by its three-digit code, ascending by number, closed ones included.
    pub fn of_council(&self, code: &str) -> impl Iterator<Item = &Establishment> {
        self.by_council
            .get(code)
            .into_iter()
            .flatten()
            .filter_map(|urn| self.get(*urn))
    }

    /// Codes of all councils that have a school, ascending.
    pub fn councils(&self) -> impl Iterator<Item = &str> {
        self.by_council.keys().map(String::as_str)
    }

    /// Schools open on `day` that a stated name may mean, ascending: those of that very name,
    /// else those whose name begins with its words. Names repeat, so there are often several.
    pub fn named(&self, stated: &str, day: Date) -> Vec<Urn> {
        let stated = fold(stated);
        if stated.is_empty() {
            return Vec::new();
        }
        let exact = self.open(self.by_name.get(&stated).into_iter().flatten(), day);
        if !exact.is_empty() {
            return exact;
        }
        let words = format!("{stated} ");
        let beginning = self
            .by_name
            .range(words.clone()..)
            .take_while(|(name, _)| name.starts_with(&words));
        let longer = self.open(beginning.flat_map(|(_, urns)| urns), day);
        if longer.len() > MOST_NAMED {
            Vec::new()
        } else {
            longer
        }
    }

    fn open<'a>(&self, urns: impl Iterator<Item = &'a Urn>, day: Date) -> Vec<Urn> {
        let is_open = |urn: &&Urn| self.get(**urn).is_some_and(|school| school.open_on(day));
        let mut open: Vec<Urn> = urns.filter(is_open).copied().collect();
        open.sort_unstable();
        open
    }

    fn forget(&mut self, urn: Urn) {
        let Some(old) = self.schools.remove(&urn) else {
            return;
        };
        for (index, key) in [
            (&mut self.by_council, old.council),
            (&mut self.by_name, fold(&old.name)),
        ] {
            if let Some(urns) = index.get_mut(&key) {
                urns.remove(&urn);
            }
            if index.get(&key).is_some_and(BTreeSet::is_empty) {
                index.remove(&key);
            }
        }
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory")
            .field("schools", &self.schools.len())
            .finish_non_exhaustive()
    }
}
