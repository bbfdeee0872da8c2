//! A made-up town: its schools, their Key Adults, their rolls, and its nights.

use super::{chance::Chance, push::Night};
use jiff::{Timestamp, ToSpan};
use std::fmt::Write;

pub(super) const FORCE: &str = "43";
pub(super) const SCHOOLS: [&str; 5] = ["900101", "900102", "900103", "900104", "900105"];
/// The school whose roll is too old to be believed: children of it are asked about first.
const STALE: &str = "900105";
const COUNCIL: &str = "825";
const PUPILS: usize = 150;

const FORENAMES: [&str; 12] = [
    "Testy",
    "Mocky",
    "Exampla",
    "Sample",
    "Dummy",
    "Placeholda",
    "Pippa",
    "Orlo",
    "Fixtura",
    "Stubbs",
    "Quilla",
    "Dorrit",
];
const SURNAMES: [&str; 10] = [
    "McTestface",
    "Specimen",
    "Quillfeather",
    "Exampleton",
    "Mockingham",
    "Placeholder",
    "Fixturely",
    "Samplesworth",
    "Dummond",
    "Testerby",
];

struct Pupil {
    forename: &'static str,
    surname: String,
    born: String,
    /// Empty: name and birth date alone make nobody sure.
    nhs_number: String,
}

/// Pupils are the same in every town, and no two of a town are alike.
fn pupil(school: usize, number: usize) -> Pupil {
    let at = school * PUPILS + number;
    Pupil {
        forename: FORENAMES[at % FORENAMES.len()],
        surname: format!("{}-{}", SURNAMES[at % SURNAMES.len()], word(at)),
        born: format!(
            "{}-{:02}-{:02}",
            2012 + at % 8,
            1 + at % 12,
            1 + at * 7 % 28
        ),
        nhs_number: if at.is_multiple_of(9) {
            String::new()
        } else {
            nhs_number(at)
        },
    }
}

/// A valid number that is nobody's: those that begin with 999 are never given out.
fn nhs_number(at: usize) -> String {
    let valid = (0..10).find_map(|last| {
        let nine = format!("999{:06}", at * 10 + last);
        let digits = nine.bytes().map(|digit| usize::from(digit - b'0'));
        let sum: usize = digits
            .zip((2..=10).rev())
            .map(|(digit, weight)| digit * weight)
            .sum();
        let check = (11 - sum % 11) % 11;
        (check < 10).then(|| format!("{nine}{check}"))
    });
    valid.expect("at most one in eleven has no check digit")
}

/// A number in letters, since names hold no digits.
fn word(number: usize) -> String {
    const SYLLABLES: [&str; 10] = ["ba", "ce", "di", "fo", "gu", "ha", "je", "ki", "lo", "mu"];
    let digits = number.to_string();
    let syllables = digits
        .bytes()
        .map(|digit| SYLLABLES[usize::from(digit - b'0')]);
    let mut word: String = syllables.collect();
    word.replace_range(..1, &word[..1].to_uppercase());
    word
}

/// Name of a school's Key Adult.
pub(super) fn adult(school: &str) -> String {
    let number: usize = school.parse().unwrap();
    format!("Leady {}", word(number))
}

pub(super) fn schools_csv() -> String {
    let mut csv =
        "URN,LA (code),LA (name),EstablishmentName,EstablishmentStatus (name)\n".to_owned();
    for (at, school) in SCHOOLS.iter().enumerate() {
        writeln!(
            csv,
            "{school},{COUNCIL},Testshire,Example School {},Open",
            at + 1
        )
        .unwrap();
    }
    csv
}

pub(super) fn contacts_csv() -> String {
    let mut csv = "kind,code,contact_id,roles,name,job_title,email,phone,from,to\n".to_owned();
    for school in SCHOOLS {
        let name = adult(school);
        let mail = format!("lead-{school}@example.org");
        writeln!(
            csv,
            "school,{school},lead,key_adult,{name},DSL,{mail},01632960001,,"
        )
        .unwrap();
    }
    csv
}

/// The roll of the stale school alone, or of all others.
pub(super) fn roll_csv(stale: bool) -> String {
    let mut csv =
        "urn,forename,surname,date_of_birth,nhs_number,enrolment_status,from\n".to_owned();
    for (at, school) in SCHOOLS.iter().enumerate() {
        if (*school == STALE) != stale {
            continue;
        }
        for number in 0..PUPILS {
            let Pupil {
                forename,
                surname,
                born,
                nhs_number,
            } = pupil(at, number);
            writeln!(
                csv,
                "{school},{forename},{surname},{born},{nhs_number},main,2022-09-01"
            )
            .unwrap();
        }
    }
    csv
}

/// A night of notifications with one to three children each, some of them on nobody's roll.
pub(super) fn night(
    name: &str,
    notifications: usize,
    now: Timestamp,
    chance: &mut Chance,
) -> Night {
    let occurred = now - 1.hour();
    let mut csv =
        "force,reference,occurred_at,forename,surname,date_of_birth,nhs_number,circumstances,\
                   presence,residence_council\n"
            .to_owned();
    let mut references = Vec::new();
    let mut lines = Vec::new();
    for number in 0..notifications {
        let reference = format!("{FORCE}/{name} {number}.*>");
        lines.push(csv.lines().count() as u64 + 1);
        let school = chance.within(0..SCHOOLS.len());
        for _ in 0..chance.within(1..4) {
            // Siblings may go to different schools.
            let school = if chance.one_in(4) {
                chance.within(0..SCHOOLS.len())
            } else {
                school
            };
            let mut child = pupil(school, chance.within(0..PUPILS));
            if chance.one_in(8) {
                child.surname = format!("Nobody-{}", word(number));
                "2013-02-03".clone_into(&mut child.born);
                child.nhs_number.clear();
            }
            let Pupil {
                forename,
                surname,
                born,
                nhs_number,
            } = child;
            writeln!(
                csv,
                "{FORCE},{reference},{occurred},{forename},{surname},{born},{nhs_number},Alleged shouting.,\
                 nearby,{COUNCIL}"
            )
            .unwrap();
        }
        references.push(reference);
    }
    Night {
        csv,
        references,
        lines,
    }
}
