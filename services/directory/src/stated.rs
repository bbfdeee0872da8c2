//! Which school somebody meant who named one: evidence, never proof.
//!
//! Names repeat: England has some 270 schools that "St Mary's" may mean. Every school with all the
//! telling words of what was said may be meant; where none has them, one that has some of them in its
//! name and the others in its town or council ("the academy in Exampleton"). These are narrowed step by step, and a step
//! that would leave none is passed over:
//!
//! 1. nothing said contradicts it: the other faith, the other phase;
//! 2. it teaches children of this age: by its statutory ages, else by its phase;
//! 3. it is near: in the council where the child lives, or within 15 km of the child's postcode
//!    district, or in that district;
//! 4. its name is the one said, else has most of what was said and least besides;
//! 5. it is the nearest, or not much farther than the nearest.
//!
//! A district is where its schools are on average, so that no other data is needed. What falls out
//! on the way is not forgotten: a child may go to a namesake far away.

mod fits;
mod home;
mod words;

pub(crate) use words::{Words, words};

use crate::{Directory, Establishment, places::district};
use fits::{contradicts, school_years, teaches};
use home::Home;
use jiff::civil::Date;
use matching::{Urn, fold};
use std::{cmp::Reverse, fmt};

/// Most schools that a stated name is taken to mean; a name that may mean more says nothing.
const MOST_NAMED: usize = 1_000;
/// A school as somebody named it, and what is known of the child. What is empty is not known.
#[derive(Clone, Copy, Default)]
pub struct Stated<'a> {
    /// The school as somebody said it.
    pub name: &'a str,
    /// Three-digit code of the council where the child lives.
    pub council: &'a str,
    /// Postcode where the child lives, or its first half.
    pub postcode: &'a str,
    /// Birth date.
    pub born: Option<Date>,
    /// Age in whole years; used only where there is no birth date.
    pub age: Option<u32>,
}

/// The schools that a stated name may mean.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Meant {
    /// Those that it likely means; one where it is told from its namesakes. Ascending.
    pub likely: Vec<Urn>,
    /// Others of that name: elsewhere, for another age, of another wording. Ascending.
    pub namesakes: Vec<Urn>,
}

impl Directory {
    /// The schools open on `day` that a stated name may mean.
    pub fn meant(&self, stated: &Stated<'_>, day: Date) -> Meant {
        let said = words(stated.name);
        let all = self.of_those_words(stated.name, &said, day);
        if all.len() > MOST_NAMED {
            return Meant::default();
        }
        let narrowed = self.narrow(all.clone(), stated, &said, day);
        let ascending = |mut schools: Vec<&Establishment>| {
            schools.sort_unstable_by_key(|school| school.urn);
            schools
                .into_iter()
                .map(|school| school.urn)
                .collect::<Vec<Urn>>()
        };
        let likely = ascending(narrowed);
        let mut namesakes = ascending(all);
        namesakes.retain(|urn| !likely.contains(urn));
        Meant { likely, namesakes }
    }

    /// Open schools that have all telling words of what was said.
    fn of_those_words(&self, name: &str, said: &Words, day: Date) -> Vec<&Establishment> {
        let open = |urns: Vec<Urn>| -> Vec<&Establishment> {
            let schools = urns.into_iter().filter_map(|urn| self.get(urn));
            schools.filter(|school| school.open_on(day)).collect()
        };
        if said.telling.is_empty() {
            let folded = fold(name);
            let mut plain = open(self.names.with_none());
            plain.retain(|school| !folded.is_empty() && fold(&school.name) == folded);
            return plain;
        }
        let named = open(self.names.with_all(&said.telling));
        if named.is_empty() {
            open(self.names.with_all_or_there(&said.telling))
        } else {
            named
        }
    }

    fn narrow<'a>(
        &'a self,
        mut schools: Vec<&'a Establishment>,
        stated: &Stated<'_>,
        said: &Words,
        day: Date,
    ) -> Vec<&'a Establishment> {
        keep(&mut schools, |school| !contradicts(school, said));
        if let Some(years) = school_years(stated, day) {
            keep(&mut schools, |school| teaches(school, &years));
        }
        let home = self.home(stated);
        keep(&mut schools, |school| home.is_near(school));
        let folded = fold(stated.name);
        let wording = |school: &Establishment| Wording::of(school, &folded, said);
        let best = schools.iter().map(|school| wording(school)).max();
        keep(&mut schools, |school| Some(wording(school)) == best);
        if let Some(farthest) = home.farthest(&schools) {
            keep(&mut schools, |school| {
                home.distance(school)
                    .is_none_or(|metres| metres <= farthest)
            });
        }
        schools
    }

    fn home<'a>(&self, stated: &Stated<'a>) -> Home<'a> {
        let district = district(stated.postcode);
        Home {
            council: stated.council,
            grid: self.places.middle_of(&district),
            district,
        }
    }
}

/// Keeps what fits; everything where nothing does.
fn keep(schools: &mut Vec<&Establishment>, fits: impl Fn(&Establishment) -> bool) {
    if schools.iter().any(|school| fits(school)) {
        schools.retain(|school| fits(school));
    }
}

/// How well a school's name is the one that was said: the better, the greater.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Wording {
    same: bool,
    kinds: usize,
    besides: Reverse<usize>,
}

impl Wording {
    /// Where a school is, whether after a comma or by its town's name, is nothing besides.
    fn of(school: &Establishment, folded: &str, said: &Words) -> Self {
        let name = school.name.split(',').next().unwrap_or_default();
        let [name, town, council] = [name, &school.town, &school.council_name].map(words);
        let besides = name.telling.iter().filter(|word| {
            let known = [&said.telling, &town.telling, &council.telling];
            known.iter().all(|words| !words.contains(*word))
        });
        Self {
            same: fold(&school.name) == folded,
            kinds: words(&school.name).kinds.intersection(&said.kinds).count(),
            besides: Reverse(besides.count()),
        }
    }
}

impl fmt::Debug for Stated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stated(..)")
    }
}

impl fmt::Debug for Meant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meant")
            .field("likely", &self.likely.len())
            .field("namesakes", &self.namesakes.len())
            .finish()
    }
}
