//! Reading a GIAS extract ("Get Information About Schools") as it comes, in UTF-8 or Windows-1252.
//!
//! Columns are found by name and others passed over; only number, name and council are needed.
//! Closed schools are taken too, as closed, since rolls still name them and their successors are
//! found through them; they are counted among the skipped, because nobody is alerted there.
//!
//! Extracts of different years have different columns behind the first fifty, and files put
//! together from several are about. Of a row that has more values than the header has columns only
//! the first columns are believed, and only where the status stands in its place: a school without
//! a telephone number is better than a school that nobody knows, or one with a wrong number.

use crate::{
    Error, Establishment, Grid, Head, Kind, Report, Status,
    report::{Refusal, Taken},
    table::{self, Row, Shape},
};
use encoding_rs::WINDOWS_1252;
use jiff::civil::Date;
use matching::Urn;
use std::{borrow::Cow, collections::HashSet};

const URN: &str = "URN";
const NAME: &str = "EstablishmentName";
const COUNCIL: &str = "LA (code)";
const TYPE: &str = "TypeOfEstablishment (name)";

const SHAPE: Shape = Shape {
    columns: &[
        URN,
        COUNCIL,
        "LA (name)",
        "EstablishmentNumber",
        NAME,
        TYPE,
        "EstablishmentStatus (code)",
        "EstablishmentStatus (name)",
        "OpenDate",
        "CloseDate",
        "PhaseOfEducation (name)",
        "StatutoryLowAge",
        "StatutoryHighAge",
        "Boarders (name)",
        "Trusts (code)",
        "Trusts (name)",
        "CensusDate",
        "LastChangedDate",
        "Town",
        "Postcode",
        "Easting",
        "Northing",
        "TelephoneNum",
        "HeadTitle (name)",
        "HeadFirstName",
        "HeadLastName",
    ],
    required: &[URN, NAME, COUNCIL],
    multiline: &[NAME, "Town"],
    strict: false,
    leading: &[
        URN,
        COUNCIL,
        "LA (name)",
        "EstablishmentNumber",
        NAME,
        TYPE,
        "EstablishmentStatus (code)",
        "EstablishmentStatus (name)",
        "OpenDate",
        "CloseDate",
        "PhaseOfEducation (name)",
        "StatutoryLowAge",
        "StatutoryHighAge",
        "Boarders (name)",
    ],
};

const SURPLUS: Refusal = Refusal {
    field: "line",
    reason: "more values than the header has columns",
    remedy: "Download the extract again, with one header for all rows.",
};

/// What an extract says.
pub struct Extract {
    /// Schools, in the order of the file; a number is there once.
    pub establishments: Vec<Establishment>,
    /// What became of each row.
    pub report: Report,
}

/// Reads an extract.
pub fn read(data: &[u8]) -> Result<Extract, Error> {
    let text = decode(data);
    let mut establishments: Vec<Establishment> = Vec::new();
    let mut seen = HashSet::new();
    let mut known_to = None;
    let mut report = table::read(&text, &SHAPE, |row, report| {
        let urn = urn(row)?;
        if let Some(reason) = not_a_school(row) {
            return Ok(Taken::Skipped(reason));
        }
        let establishment = establishment(row, urn)?;
        if row.surplus && row.get("EstablishmentStatus (name)").is_empty() {
            return Err(SURPLUS);
        }
        if !seen.insert(urn) {
            return Err(Refusal::new(
                URN,
                "this number is in the file twice",
                "Leave the right row in.",
            ));
        }
        known_to = known_to
            .max(row.gias_date("LastChangedDate"))
            .max(row.gias_date("CensusDate"));
        if row.surplus {
            report.name(row.line, Refusal { reason: "more values than the header has columns; only the first columns are taken", ..SURPLUS });
        }
        let closed = establishment.status == Status::Closed;
        establishments.push(establishment);
        Ok(if closed {
            Taken::Skipped("closed: kept only to find its successor")
        } else {
            Taken::Yes
        })
    })?;
    report.version = crate::digest::version(data);
    for establishment in &mut establishments {
        establishment.known_to = known_to;
    }
    Ok(Extract {
        establishments,
        report,
    })
}

/// The text in UTF-8: as it is where that is what it is, else from Windows-1252.
pub(crate) fn decode(data: &[u8]) -> Cow<'_, [u8]> {
    if std::str::from_utf8(data).is_ok()
        || data.starts_with(b"\xff\xfe")
        || data.starts_with(b"\xfe\xff")
    {
        return Cow::Borrowed(data);
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(data);
    Cow::Owned(text.into_owned().into_bytes())
}

fn urn(row: &Row) -> Result<Urn, Refusal> {
    row.get(URN).parse().map_err(|_| {
        Refusal::new(
            URN,
            "not a school's number",
            "Give the five to seven digits that GIAS has.",
        )
    })
}

/// Why an establishment is none of those that pupils are registered at.
fn not_a_school(row: &Row) -> Option<&'static str> {
    let type_name = row.get(TYPE).to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| type_name.contains(word));
    let adults = row
        .get("StatutoryLowAge")
        .parse::<u8>()
        .is_ok_and(|age| age >= 19);
    if says(&["children's centre", "children’s centre"]) {
        Some("children's centre")
    } else if says(&["higher education", "miscellaneous"]) {
        Some("not a school")
    } else if says(&["overseas", "offshore"]) || row.get(COUNCIL) == "000" {
        Some("outside England and Wales")
    } else if adults {
        Some("teaches adults only")
    } else {
        None
    }
}

fn establishment(row: &Row, urn: Urn) -> Result<Establishment, Refusal> {
    let (name, council) = (row.text(NAME), row.text(COUNCIL));
    if name.is_empty() {
        return Err(Refusal::new(NAME, "is empty", "Give the school's name."));
    }
    if council.len() != 3 || !council.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::new(
            COUNCIL,
            "not a council's code",
            "Give the three digits that GIAS has.",
        ));
    }
    Ok(Establishment {
        urn,
        name,
        council,
        council_name: row.text("LA (name)"),
        number: row.text("EstablishmentNumber"),
        kind: Kind::of(row.get(TYPE), row.get("PhaseOfEducation (name)")),
        type_name: row.text(TYPE),
        status: status(row)?,
        opened: row.gias_date("OpenDate"),
        closed: row.gias_date("CloseDate"),
        low_age: row.get("StatutoryLowAge").parse().ok(),
        high_age: row.get("StatutoryHighAge").parse().ok(),
        boarding: boards(row.get("Boarders (name)")),
        trust: row.text("Trusts (code)"),
        trust_name: row.text("Trusts (name)"),
        postcode: row.text("Postcode"),
        town: row.text("Town"),
        grid: grid(row),
        phone: row.text("TelephoneNum"),
        head: Head {
            title: row.text("HeadTitle (name)"),
            first_name: row.text("HeadFirstName"),
            last_name: row.text("HeadLastName"),
        },
        known_to: None::<Date>,
    })
}

/// Zero stands for a place that is not known.
fn grid(row: &Row) -> Option<Grid> {
    let metres = |column| row.get(column).parse().ok().filter(|metres| *metres > 0);
    Some(Grid {
        easting: metres("Easting")?,
        northing: metres("Northing")?,
    })
}

/// By name, else by code; an extract without either lists open schools.
fn status(row: &Row) -> Result<Status, Refusal> {
    let name = row.get("EstablishmentStatus (name)").to_lowercase();
    match (name.as_str(), row.get("EstablishmentStatus (code)")) {
        ("open", _) | ("", "1" | "") => Ok(Status::Open),
        ("closed", _) | ("", "2") => Ok(Status::Closed),
        ("open, but proposed to close", _) | ("", "3") => Ok(Status::Closing),
        ("proposed to open", _) | ("", "4") => Ok(Status::Proposed),
        _ => Err(Refusal::new(
            "EstablishmentStatus (name)",
            "not a known status",
            "Give Open, Closed, or one of the proposals, as GIAS does.",
        )),
    }
}

fn boards(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("board") && !name.starts_with("no ")
}
