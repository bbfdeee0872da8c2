//! Fills the schools with families, a quarter of their real size each.

use super::{Pupil, born};
use crate::demo::{
    chance::Chance,
    hours::Night,
    names, numbers,
    town::{Ages, COUNCIL, School, Town},
};
use proto::police::v1::Sex;

/// Pupils of the town for each of the demo.
const SCALE: usize = 4;
/// No school is smaller.
const SMALLEST: usize = 12;

/// Where a family lives and what it is called.
struct Family {
    household: usize,
    surname: String,
    address: String,
    postcode: String,
}

struct Filling<'a> {
    night: Night,
    chance: &'a mut Chance,
    list: &'a mut Vec<Pupil>,
    /// Pupils still wanted, by the place of their school in the town.
    wanted: Vec<usize>,
}

/// Adds families to `list` until every school is full.
pub(super) fn fill(town: &Town, night: Night, chance: &mut Chance, list: &mut Vec<Pupil>) {
    let wanted = |school: &School| (school.pupils / SCALE).max(SMALLEST);
    let mut filling = Filling {
        night,
        chance,
        list,
        wanted: town.schools.iter().map(wanted).collect(),
    };
    // Primary schools first: their families bring older children along.
    for primary in [true, false] {
        for (place, school) in town.schools.iter().enumerate() {
            if (school.ages == Ages::Primary) == primary {
                filling.fill_school(town, place, school);
            }
        }
    }
}

// === impl Filling ===

impl Filling<'_> {
    fn fill_school(&mut self, town: &Town, place: usize, school: &School) {
        let older = older_children_at(town, place);
        while self.wanted.get(place).is_some_and(|wanted| *wanted > 0) {
            let family = self.family();
            self.enrol(&family, place, school);
            if school.apart {
                continue;
            }
            if self.chance.one_in(3) {
                self.enrol_sibling(&family, place, school);
            }
            let at = older.get(self.chance.below(older.len())).copied();
            if self.chance.one_in(3)
                && let Some((at, older)) = at.and_then(|at| Some((at, town.schools.get(at)?)))
            {
                self.enrol_sibling(&family, at, older);
            }
        }
    }

    fn family(&mut self) -> Family {
        let (address, postcode) = names::address(self.chance);
        Family {
            household: self.list.len(),
            surname: names::surname(self.chance),
            address,
            postcode,
        }
    }

    fn enrol_sibling(&mut self, family: &Family, place: usize, school: &School) {
        if self.wanted.get(place).is_some_and(|wanted| *wanted > 0) {
            self.enrol(family, place, school);
        }
    }

    fn enrol(&mut self, family: &Family, place: usize, school: &School) {
        let pupil = self.child(family, school);
        let same = |other: &Pupil| {
            other.household == family.household
                && (other.forename == pupil.forename || other.date_of_birth == pupil.date_of_birth)
        };
        if self.list.iter().rev().take(8).any(same) {
            return;
        }
        self.list.push(pupil);
        if let Some(wanted) = self.wanted.get_mut(place) {
            *wanted = wanted.saturating_sub(1);
        }
    }

    fn child(&mut self, family: &Family, school: &School) -> Pupil {
        let (first, last) = school.ages.years();
        let year = first + self.chance.below(last - first + 1);
        let female = self.chance.one_in(2);
        let month = small(self.chance.below(12)) + 1;
        let day = small(self.chance.below(28)) + 1;
        let serial = u32::try_from(self.list.len()).unwrap_or_default();
        let upn = (!self.chance.one_in(40)).then(|| numbers::upn(COUNCIL, serial));
        let nhs_number = self
            .chance
            .one_in(2)
            .then(|| numbers::nhs_number(serial))
            .flatten();
        Pupil {
            household: family.household,
            case: None,
            urn: school.urn.clone(),
            upn: upn.unwrap_or_default(),
            nhs_number: nhs_number.unwrap_or_default(),
            forename: names::forename(self.chance, female).to_owned(),
            surname: family.surname.clone(),
            known_as: String::new(),
            date_of_birth: born(
                self.night,
                i16::try_from(year).unwrap_or_default(),
                (month, day),
            ),
            sex: if female { Sex::Female } else { Sex::Male },
            address: family.address.clone(),
            postcode: family.postcode.clone(),
            status: "main",
            to: None,
        }
    }
}

/// Secondary schools and those apart, where brothers and sisters may be.
fn older_children_at(town: &Town, not: usize) -> Vec<usize> {
    let schools = town.schools.iter().enumerate();
    schools
        .filter(|(place, school)| *place != not && school.ages != Ages::Primary)
        .map(|(place, _)| place)
        .collect()
}

fn small(number: usize) -> i8 {
    i8::try_from(number).unwrap_or_default()
}
