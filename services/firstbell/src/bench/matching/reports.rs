//! Reading the reports that are matched.

use super::BoxError;
use csv::StringRecord;
use directory::{Directory, Stated};
use jiff::civil::Date;
use matching::{Query, Sex};
use std::{collections::HashMap, fs::File, io, path::Path};

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
    read_from(File::open(file)?, directory, today)
}

fn read_from(
    file: impl io::Read,
    directory: &Directory,
    today: Date,
) -> Result<Vec<Report>, BoxError> {
    let mut file = csv::ReaderBuilder::new().flexible(true).from_reader(file);
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use matching::{Roll, Settings};
    use proptest::prelude::*;

    fn read_bytes(bytes: &[u8]) -> Result<Vec<Report>, BoxError> {
        read_from(bytes, &Directory::default(), date(2026, 11, 20))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_file_of_reports_is_read_or_refused(bytes in any::<Vec<u8>>(), named: bool) {
            let header: &[u8] = if named { b"report_id,forename,date_of_birth,age,postcode\n" } else { b"" };
            let read = read_bytes(&[header, &bytes].concat());
            prop_assert!(named || read.is_err() || bytes.starts_with(b"report_id"));
        }

        #[test]
        fn any_fields_make_a_report_that_can_be_answered(fields in prop::collection::vec("\\PC{0,60}", 13)) {
            let mut file = csv::Writer::from_writer(Vec::new());
            file.write_record([
                "report_id", "forename", "surname", "known_as", "date_of_birth", "age", "sex", "address",
                "postcode", "upn", "nhs_number", "school_name", "true_upn",
            ]).unwrap();
            file.write_record(&fields).unwrap();
            let reports = read_bytes(&file.into_inner().unwrap()).unwrap();
            let queries: Vec<_> = reports.iter().map(|report| report.query.clone()).collect();
            let settings = Settings { model: Roll::default().learn(&queries, &Settings::default()), ..Settings::default() };
            prop_assert!(queries.iter().all(|query| Roll::default().decide(query, &settings).candidates.is_empty()));
        }
    }
}
