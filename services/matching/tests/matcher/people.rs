//! Made-up pupils, schools and reports.

use jiff::civil::{Date, date};
use matching::{Query, Roll, RollRow, RowId, Settings, Sex, Urn};

pub(crate) const TODAY: Date = date(2026, 3, 11);

pub(crate) fn school(number: u32) -> Urn {
    (100_000 + number)
        .to_string()
        .parse()
        .expect("six digits are a URN")
}

/// A pupil with a name and birth date and nothing else.
pub(crate) fn pupil(id: u64, urn: Urn, forename: &str, surname: &str, born: Date) -> RollRow {
    RollRow {
        row_id: RowId(id),
        urn,
        upn: None,
        nhs_number: None,
        forename: forename.into(),
        middle_names: String::new(),
        surname: surname.into(),
        known_as: String::new(),
        former_surname: String::new(),
        date_of_birth: Some(born),
        sex: Sex::Unknown,
        address: String::new(),
        postcode: String::new(),
        status: matching::EnrolmentStatus::Main,
        from: None,
        to: None,
    }
}

/// A pupil with everything a good roll has.
pub(crate) fn testy() -> RollRow {
    RollRow {
        upn: Some("H801200001001".parse().expect("the official example")),
        nhs_number: Some("9990000018".parse().expect("an example of the test range")),
        sex: Sex::Female,
        address: "12 Sample Road, Exampleton".into(),
        postcode: "ZZ1 1AA".into(),
        ..pupil(1, school(0), "Testy", "McTestface", date(2014, 3, 12))
    }
}

pub(crate) fn report(forename: &str, surname: &str, born: Option<Date>) -> Query {
    Query {
        forename: forename.into(),
        surname: surname.into(),
        date_of_birth: born,
        ..Query::on(TODAY)
    }
}

/// Each row on its school's roll, all true today.
pub(crate) fn rolls(rows: &[RollRow]) -> Roll {
    let mut roll = Roll::default();
    for row in rows {
        roll.change(row.urn, TODAY, std::slice::from_ref(row))
            .expect("a row of its own school");
    }
    roll
}

pub(crate) fn settings() -> Settings {
    Settings::default()
}
