//! What a report says about one child.

use crate::{Urn, compare::dates::age_on};
use jiff::civil::Date;
use std::fmt;

/// Sex as a report or a roll has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Sex {
    /// Female.
    Female,
    /// Male.
    Male,
    /// Not given, not known, or neither.
    #[default]
    Unknown,
}

/// What a report says about one child; everything but the incident's date may be missing.
///
/// Text is as it came: folding is the matcher's work. Empty text means "not given". An identifier
/// whose check letter or digit is wrong counts as not given.
#[derive(Clone, PartialEq)]
pub struct Query {
    /// First name, or several.
    pub forename: String,
    /// Further given names.
    pub middle_names: String,
    /// Family name.
    pub surname: String,
    /// Name the child goes by.
    pub known_as: String,
    /// Birth date.
    pub date_of_birth: Option<Date>,
    /// Age in whole years on `incident_date`; used only where there is no birth date.
    pub age: Option<u32>,
    /// Day of the incident, on which `age` was true.
    pub incident_date: Date,
    /// Sex.
    pub sex: Sex,
    /// Address in free text.
    pub address: String,
    /// Postcode in any spacing.
    pub postcode: String,
    /// Unique pupil number.
    pub upn: String,
    /// NHS number.
    pub nhs_number: String,
    /// Every school that the stated school's name likely means; one where it is told from all others.
    pub stated_school: Vec<Urn>,
    /// Schools of that name that it likely does not mean: elsewhere, or for another age.
    pub namesakes: Vec<Urn>,
}

impl Query {
    /// A report of this day that says nothing yet.
    pub fn on(incident_date: Date) -> Self {
        Self {
            forename: String::new(),
            middle_names: String::new(),
            surname: String::new(),
            known_as: String::new(),
            date_of_birth: None,
            age: None,
            incident_date,
            sex: Sex::Unknown,
            address: String::new(),
            postcode: String::new(),
            upn: String::new(),
            nhs_number: String::new(),
            stated_school: Vec::new(),
            namesakes: Vec::new(),
        }
    }
}

impl Query {
    /// How old the child is said to be on the day of the incident, in whole years.
    pub(crate) fn age_in_years(&self) -> Option<usize> {
        let born = self
            .date_of_birth
            .map(|born| age_on(born, self.incident_date));
        let age = born.or(self.age.map(i64::from));
        age.and_then(|age| usize::try_from(age).ok())
    }
}

impl fmt::Debug for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Query(..)")
    }
}
