//! The made-up schools and families that the load is about, as files to import.

use std::fmt::Write as _;

/// Schools; each has its own live stream.
pub(super) const SCHOOLS: usize = 100;
/// Families with two children, spread evenly over the schools.
pub(super) const FAMILIES: usize = 10_000;
/// Force and council of all of them.
pub(super) const FORCE: &str = "43";
pub(super) const COUNCIL: &str = "825";

/// Two siblings at one school.
pub(super) struct Family {
    number: usize,
}

/// One child of a family.
pub(super) struct Sibling {
    pub(super) forename: &'static str,
    pub(super) birth: String,
}

const FORENAMES: [&str; 10] = [
    "Testa", "Mocka", "Fixtura", "Sampla", "Probia", "Stubbo", "Dummo", "Trialo", "Drillo",
    "Essayo",
];
const SYLLABLES: [&str; 22] = [
    "ba", "ke", "di", "fo", "gu", "ha", "je", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa",
    "ye", "zi", "bro", "klu", "stra", "fle",
];

// === impl Family ===

impl Family {
    /// Family number `number`; after the last one comes the first.
    pub(super) fn of(number: usize) -> Self {
        Self {
            number: number % FAMILIES,
        }
    }

    /// Which school the children go to, from 0.
    pub(super) fn school(&self) -> usize {
        self.number % SCHOOLS
    }

    /// A name that no other family has.
    pub(super) fn surname(&self) -> String {
        let mut name = String::new();
        let mut rest = self.number;
        for _ in 0..4 {
            name.push_str(SYLLABLES[rest % SYLLABLES.len()]);
            rest /= SYLLABLES.len();
        }
        name + "son"
    }

    pub(super) fn address(&self) -> String {
        format!("{} Madeup Lane", 1 + self.number % 200)
    }

    pub(super) fn postcode(&self) -> String {
        let letter = |n: usize| char::from(b'A' + u8::try_from(n % 20).unwrap_or_default());
        let n = self.number / 200;
        format!("ZZ9 {}{}{}", n % 9 + 1, letter(n), letter(n / 20))
    }

    pub(super) fn siblings(&self) -> [Sibling; 2] {
        [0, 1].map(|which| {
            let n = self.number * 2 + which;
            // Steps without a common divisor: birthdays are spread as those of real children.
            let day_of_birth = n * 37 % (9 * 12 * 28);
            let (year, month) = (2010 + day_of_birth / 336, 1 + day_of_birth / 28 % 12);
            let day = 1 + day_of_birth % 28;
            Sibling {
                forename: FORENAMES[n % FORENAMES.len()],
                birth: format!("{year}-{month:02}-{day:02}"),
            }
        })
    }
}

/// A number that no real school has.
pub(super) fn urn(school: usize) -> String {
    format!("{}", 900_000 + school)
}

/// All schools under the column names of GIAS.
pub(super) fn schools_file() -> String {
    let mut file = "URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,\
                    TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name)\n"
        .to_owned();
    for school in 0..SCHOOLS {
        let urn = urn(school);
        // Writing to a String does not fail.
        let _ = writeln!(
            file,
            "{urn},{COUNCIL},Madeup Council,{},Madeup School {school},Community school,Open,All-through",
            4000 + school
        );
    }
    file
}

/// All children on the rolls of their schools.
pub(super) fn roll_file() -> String {
    let mut file =
        "urn,forename,surname,date_of_birth,address,postcode,enrolment_status,from\n".to_owned();
    for family in (0..FAMILIES).map(Family::of) {
        let (urn, surname) = (urn(family.school()), family.surname());
        let (address, postcode) = (family.address(), family.postcode());
        for child in family.siblings() {
            let (forename, birth) = (child.forename, child.birth);
            let _ = writeln!(
                file,
                "{urn},{forename},{surname},{birth},{address},{postcode},main,2021-09-01"
            );
        }
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_families_share_a_name() {
        let names: BTreeSet<_> = (0..FAMILIES).map(|n| Family::of(n).surname()).collect();
        assert_eq!(names.len(), FAMILIES);
    }

    #[test]
    fn siblings_differ() {
        for family in (0..FAMILIES).map(Family::of) {
            let [one, other] = family.siblings();
            assert_ne!((one.forename, one.birth), (other.forename, other.birth));
        }
    }
}
