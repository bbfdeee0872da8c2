//! More than five thousand pupils who do not exist, and the rolls that list them.

mod filling;

use super::{
    cases::Case,
    cast::{self, PARTS, Part},
    chance::Chance,
    hours::Night,
    names, numbers,
    town::{COUNCIL, RENUMBERED, STALE, Town},
};
use jiff::civil::{Date, date};
use proto::police::v1::Sex;

/// How long ago the up-to-date rolls were true, in days.
const ROLLS_DAYS_OLD: i64 = 3;
/// How long ago the stale roll was true, in days.
const STALE_DAYS_OLD: i64 = 70;
/// How long ago the child of [`Case::Moved`] left, in days.
const MOVED_DAYS_AGO: i64 = 7;

/// A child, who may be on a school's roll.
#[derive(Clone)]
pub struct Pupil {
    /// Children of one number live together.
    pub household: usize,
    /// The case that happens to this child.
    pub case: Option<Case>,
    /// Number of the school; empty: on no roll.
    pub urn: String,
    /// Unique pupil number; may be empty.
    pub upn: String,
    /// NHS number; may be empty.
    pub nhs_number: String,
    /// Forename.
    pub forename: String,
    /// Family name.
    pub surname: String,
    /// Name the child goes by; mostly empty.
    pub known_as: String,
    /// Birth date.
    pub date_of_birth: Date,
    /// Sex.
    pub sex: Sex,
    /// Address.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// `main` or `dual`.
    pub status: &'static str,
    /// Last day on roll.
    pub to: Option<Date>,
}

/// All children of the town.
pub struct Pupils {
    /// Those of the cases first, each household's together.
    pub list: Vec<Pupil>,
}

/// A roll to import whole.
pub struct Roll {
    /// Day on which it was true.
    pub as_at: Date,
    /// Numbers of the schools it covers, as the rolls have them.
    pub schools: Vec<String>,
    /// The file, with the columns of `directory::roll::HEADER`.
    pub csv: Vec<u8>,
}

// === impl Pupils ===

impl Pupils {
    /// The children of `town` in the school year of `night`.
    pub fn of(town: &Town, night: Night, seed: u64) -> Self {
        let mut chance = Chance::of(seed);
        let mut list = cast(night, &mut chance);
        filling::fill(town, night, &mut chance, &mut list);
        Self { list }
    }

    /// The children of a case, in the order of [`PARTS`].
    pub fn of_case(&self, case: Case) -> Vec<&Pupil> {
        self.list
            .iter()
            .filter(|pupil| pupil.case == Some(case))
            .collect()
    }

    /// The children who live together.
    pub fn household(&self, household: usize) -> Vec<&Pupil> {
        self.list
            .iter()
            .filter(|pupil| pupil.household == household)
            .collect()
    }

    /// The rolls: one of all schools, and an old one of the school that is behind.
    pub fn rolls(&self, town: &Town, night: Night) -> Vec<Roll> {
        let schools = town.schools.iter().map(|school| school.urn.as_str());
        let (stale, current): (Vec<_>, Vec<_>) = schools.partition(|urn| *urn == STALE);
        vec![
            self.roll(&current, night.days_before(ROLLS_DAYS_OLD)),
            self.roll(&stale, night.days_before(STALE_DAYS_OLD)),
        ]
    }

    fn roll(&self, schools: &[&str], as_at: Date) -> Roll {
        let mut file = csv::Writer::from_writer(Vec::new());
        let header = directory::roll::HEADER;
        // Into memory, and every record as long as the first: writing cannot fail.
        let _ = file.write_record(header);
        let here = self
            .list
            .iter()
            .filter(|pupil| schools.contains(&pupil.urn.as_str()));
        for pupil in here {
            let _ = file.write_record(header.iter().map(|column| pupil.cell(column)));
        }
        Roll {
            as_at,
            schools: schools
                .iter()
                .map(|urn| roll_number(urn).to_owned())
                .collect(),
            csv: file.into_inner().unwrap_or_default(),
        }
    }
}

// === impl Pupil ===

impl Pupil {
    fn cell(&self, column: &str) -> String {
        match column {
            "urn" => roll_number(&self.urn).to_owned(),
            "upn" => self.upn.clone(),
            "nhs_number" => self.nhs_number.clone(),
            "forename" => self.forename.clone(),
            "surname" => self.surname.clone(),
            "known_as" => self.known_as.clone(),
            "date_of_birth" => self.date_of_birth.to_string(),
            "sex" => if self.sex == Sex::Female { "F" } else { "M" }.to_owned(),
            "address" => self.address.clone(),
            "postcode" => self.postcode.clone(),
            "enrolment_status" => self.status.to_owned(),
            "to" => self.to.map(|to| to.to_string()).unwrap_or_default(),
            _ => String::new(),
        }
    }
}

/// The number under which a school's roll comes.
fn roll_number(urn: &str) -> &str {
    if urn == RENUMBERED.0 {
        RENUMBERED.1
    } else {
        urn
    }
}

/// A birth date in this year group; reception is 0.
fn born(night: Night, year: i16, (month, day): (i8, i8)) -> Date {
    let first = night.school_year() - 5 - year;
    let calendar_year = if month >= 9 { first } else { first + 1 };
    Date::new(calendar_year, month, day).unwrap_or(date(2016, 1, 1))
}

fn cast(night: Night, chance: &mut Chance) -> Vec<Pupil> {
    let mut list: Vec<Pupil> = Vec::new();
    for (index, part) in PARTS.iter().enumerate() {
        let mut pupil = play(part, index, night, chance);
        if let Some(first) = list.iter().find(|other| lives_with(other, part)) {
            pupil.household = first.household;
            pupil.address.clone_from(&first.address);
            pupil.postcode.clone_from(&first.postcode);
        }
        if part.case == Case::DualRegistered
            && let Some(same) = list.iter().find(|other| other.case == Some(part.case))
        {
            pupil.upn.clone_from(&same.upn);
            pupil.nhs_number.clone_from(&same.nhs_number);
        }
        list.push(pupil);
    }
    list
}

/// The children of a case are one family, but for the namesakes.
fn lives_with(other: &Pupil, part: &Part) -> bool {
    other.case == Some(part.case) && part.case != Case::Namesakes
}

fn play(part: &Part, index: usize, night: Night, chance: &mut Chance) -> Pupil {
    let serial = u32::try_from(index).unwrap_or_default();
    let (address, postcode) = names::address(chance);
    let case = part.case;
    Pupil {
        household: index,
        case: Some(case),
        urn: part.urn.to_owned(),
        upn: numbers::upn(COUNCIL, serial),
        nhs_number: numbers::nhs_number(serial).unwrap_or_default(),
        forename: part.forename.to_owned(),
        surname: part.surname.to_owned(),
        known_as: if case == Case::KnownAs {
            cast::KNOWN_AS
        } else {
            ""
        }
        .to_owned(),
        date_of_birth: born(night, part.year, part.born),
        sex: part.sex,
        address,
        postcode,
        status: if case == Case::DualRegistered {
            "dual"
        } else {
            "main"
        },
        to: (case == Case::Moved).then(|| night.days_before(MOVED_DAYS_AGO)),
    }
}
