//! Reading the reports that are matched.

use super::BoxError;
use csv::StringRecord;
use directory::{Directory, Stated};
use jiff::civil::Date;
use matching::{Query, Sex};
use std::{collections::HashMap, path::Path};

/// A report, and which pupil it means.
pub(super) struct Report {
    pub(super) id: String,
    pub(super) query: Query,
    /// Empty where the child is on no roll.
    pub(super) true_upn: String,
}

/// Columns by name; one that is not there counts as empty.
struct Columns(HashMap<String, usize>);

/// Reads every report. A birth date that no calendar has, or an age that is no number, counts as
/// not given. Fails where a line is no CSV, or where there is no column `report_id`.
pub(super) fn read(
    file: &Path,
    directory: &Directory,
    today: Date,
) -> Result<Vec<Report>, BoxError> {
    let mut file = csv::ReaderBuilder::new().flexible(true).from_path(file)?;
    let names = file.headers()?.iter().enumerate();
    let names = names.map(|(place, name)| (name.trim_start_matches('\u{feff}').to_owned(), place));
    let columns = Columns(names.collect());
    if !columns.0.contains_key("report_id") {
        return Err("the reports have no column report_id: add one that names each".into());
    }
    let records = file.records();
    let reports = records.map(|record| Ok(columns.report(&record?, directory, today)));
    reports.collect()
}

// === impl Columns ===

impl Columns {
    fn report(&self, record: &StringRecord, directory: &Directory, today: Date) -> Report {
        let value = |column: &str| {
            let place = self.0.get(column);
            let value = place.and_then(|place| record.get(*place));
            value.unwrap_or_default().trim().to_owned()
        };
        let (school, postcode) = (value("school_name"), value("postcode"));
        let born = value("date_of_birth").parse().ok();
        let age = value("age").parse().ok();
        let stated = Stated {
            name: &school,
            council: "",
            postcode: &postcode,
            born,
            age,
        };
        let school = directory.meant(&stated, today);
        let query = Query {
            forename: value("forename"),
            surname: value("surname"),
            known_as: value("known_as"),
            date_of_birth: born,
            age,
            sex: sex(&value("sex")),
            address: value("address"),
            postcode,
            upn: value("upn"),
            nhs_number: value("nhs_number"),
            stated_school: school.likely,
            namesakes: school.namesakes,
            ..Query::on(today)
        };
        Report {
            id: value("report_id"),
            query,
            true_upn: value("true_upn").to_uppercase(),
        }
    }
}

fn sex(text: &str) -> Sex {
    match text.to_lowercase().as_str() {
        "f" | "female" => Sex::Female,
        "m" | "male" => Sex::Male,
        _ => Sex::Unknown,
    }
}
