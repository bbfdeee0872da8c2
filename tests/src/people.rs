//! Made-up children, rolls and incidents.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use proto::police::v1::{
    Child, ChildContent, ChildIdentity, Notification, Party, PartyRole, Presence, RiskGrade,
    RiskTool, Sex,
};

/// The force of these stories: Thames Valley.
pub const FORCE: &str = "43";
/// The council of these stories' first two schools.
pub const COUNCIL: &str = "825";
/// A primary school.
pub const PRIMARY: &str = "900001";
/// A secondary school of the same council.
pub const SECONDARY: &str = "900002";
/// A school of another council.
pub const ELSEWHERE: &str = "900003";

/// The schools of these stories, as an establishment extract has them.
pub const SCHOOLS: &str = "\
URN,LA (code),LA (name),EstablishmentNumber,EstablishmentName,TypeOfEstablishment (name),EstablishmentStatus (name),PhaseOfEducation (name),TelephoneNum
900001,825,Madeupshire,2001,Madeup Primary School,Community school,Open,Primary,01632960101
900002,825,Madeupshire,4001,Madeup High School,Community school,Open,Secondary,01632960102
900003,826,Nextshire,2003,Elsewhere Primary School,Community school,Open,Primary,01632960103
";

/// The header of a roll.
pub const ROLL_HEADER: &str = "urn,upn,nhs_number,forename,middle_names,surname,known_as,former_surname,date_of_birth,sex,address,postcode,enrolment_status,from,to\n";

/// A child, as a school's roll and a police officer's notebook have it.
#[derive(Clone)]
pub struct Pupil {
    /// School.
    pub urn: String,
    /// Forename.
    pub forename: String,
    /// Surname.
    pub surname: String,
    /// ISO date.
    pub born: String,
    /// Ten digits, or empty.
    pub nhs_number: String,
    /// Last day on roll, ISO date, or empty.
    pub to: String,
}

/// A pupil of the primary school.
pub fn pupil(forename: &str, surname: &str, born: &str) -> Pupil {
    Pupil {
        urn: PRIMARY.to_owned(),
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        born: born.to_owned(),
        nhs_number: String::new(),
        to: String::new(),
    }
}

/// The made-up child of most stories.
pub fn pippa() -> Pupil {
    pupil("Pippa", "Quillfeather", "2017-03-04")
}

/// Her brother.
pub fn orlo() -> Pupil {
    pupil("Orlo", "Quillfeather", "2019-05-06")
}

/// The `nth` NHS number from the range that is never given to anybody.
pub fn nhs_number(nth: u32) -> String {
    let mut candidates = (0..).map(|skip| format!("999{:06}", nth * 20 + skip));
    candidates
        .find_map(|nine| {
            let sum: u32 = nine
                .bytes()
                .zip((2..=10).rev())
                .map(|(b, w)| u32::from(b - b'0') * w)
                .sum();
            match (11 - sum % 11) % 11 {
                10 => None,
                check => Some(format!("{nine}{check}")),
            }
        })
        .unwrap()
}

// === impl Pupil ===

impl Pupil {
    /// At this school.
    #[must_use]
    pub fn at(mut self, urn: &str) -> Self {
        urn.clone_into(&mut self.urn);
        self
    }

    /// With an exact identifier.
    #[must_use]
    pub fn numbered(mut self, nth: u32) -> Self {
        self.nhs_number = nhs_number(nth);
        self
    }

    /// Who left on this day.
    #[must_use]
    pub fn left_on(mut self, day: &str) -> Self {
        day.clone_into(&mut self.to);
        self
    }

    /// As a line of the school's roll.
    pub fn row(&self) -> String {
        format!(
            "{},,{},{},,{},,,{},F,12 Madeup Lane,ZZ9 1AA,main,2022-09-01,{}\n",
            self.urn, self.nhs_number, self.forename, self.surname, self.born, self.to
        )
    }

    /// As an officer writes it down.
    pub fn child(&self) -> Child {
        Child {
            identity: Some(ChildIdentity {
                forename: self.forename.clone(),
                surname: self.surname.clone(),
                date_of_birth: self.born.clone(),
                sex: Sex::Female.into(),
                nhs_number: self.nhs_number.clone(),
                ..ChildIdentity::default()
            }),
            content: Some(ChildContent {
                presence: Presence::Present.into(),
                circumstances: "Alleged shouting was heard from the stairs.".to_owned(),
                ..ChildContent::default()
            }),
            residence_council: COUNCIL.to_owned(),
            ..Child::default()
        }
    }
}

/// An incident of the evening of 19 November 2026, known to police at once.
pub fn incident(reference: &str, children: Vec<Child>) -> Notification {
    Notification {
        force: FORCE.to_owned(),
        reference: reference.to_owned(),
        occurred_at: Some(at("2026-11-19T22:10")),
        known_at: Some(at("2026-11-19T22:40")),
        place: "A house in Madeuptown".to_owned(),
        risk_grade: RiskGrade::Medium.into(),
        risk_tool: RiskTool::Dash.into(),
        children,
        ..Notification::default()
    }
}

/// An adult concerned.
pub fn party(role: PartyRole, forename: &str, surname: &str) -> Party {
    Party {
        role: role.into(),
        forename: forename.to_owned(),
        surname: surname.to_owned(),
        ..Party::default()
    }
}

/// A moment by a clock on a wall in London, such as `2026-11-20T08:50`.
pub fn london(wall: &str) -> Timestamp {
    let zone = TimeZone::get("Europe/London").unwrap();
    let wall: DateTime = wall.parse().unwrap();
    wall.to_zoned(zone).unwrap().timestamp()
}

/// The same moment as the contract has it.
pub fn at(wall: &str) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: london(wall).as_second(),
        nanos: 0,
    }
}
