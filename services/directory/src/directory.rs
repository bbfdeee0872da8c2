//! Every school the hub knows, by number and council.

use crate::{
    Establishment,
    links::{Link, Links},
    names::Names,
    places::Places,
    schools::Extract,
};
use matching::Urn;
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt,
};

/// All schools in memory.
#[derive(Default)]
pub struct Directory {
    schools: BTreeMap<Urn, Establishment>,
    by_council: BTreeMap<String, BTreeSet<Urn>>,
    pub(crate) names: Names,
    pub(crate) places: Places,
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
            self.names.add(&school);
            self.places.add(&school);
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

    fn forget(&mut self, urn: Urn) {
        let Some(old) = self.schools.remove(&urn) else {
            return;
        };
        self.names.remove(&old);
        self.places.remove(&old);
        if let Some(urns) = self.by_council.get_mut(&old.council) {
            urns.remove(&urn);
            if urns.is_empty() {
                self.by_council.remove(&old.council);
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
