//! One row of a roll file.

use crate::{Report, digest, report::Refusal, table::Row};
use jiff::civil::Date;
use matching::{EnrolmentStatus, NhsNumber, RollRow, RowId, Sex, Upn, fold};

pub(super) fn read(row: &Row, report: &mut Report, as_at: Date) -> Result<RollRow, Refusal> {
    let mut pupil = RollRow {
        row_id: RowId(0),
        urn: row.get("urn").parse().map_err(|_| {
            Refusal::new(
                "urn",
                "not a school's number",
                "Give the school's five to seven digits.",
            )
        })?,
        upn: None,
        nhs_number: None,
        forename: row.text("forename"),
        middle_names: row.text("middle_names"),
        surname: row.text("surname"),
        known_as: row.text("known_as"),
        former_surname: row.text("former_surname"),
        date_of_birth: born(row, as_at)?,
        sex: Sex::Unknown,
        address: row.text("address"),
        postcode: row.text("postcode"),
        status: status(row)?,
        from: row.iso_date("from")?,
        to: row.iso_date("to")?,
    };
    if pupil.from.zip(pupil.to).is_some_and(|(from, to)| to < from) {
        return Err(Refusal::new(
            "to",
            "before `from`",
            "Give the last day on roll, or leave it empty.",
        ));
    }
    let slips = identify(row, &mut pupil);
    pupil.row_id = row_id(&pupil)?;
    for slip in slips {
        report.name(row.line, slip);
    }
    Ok(pupil)
}

/// Fills in identifiers and sex; what is wrong with them is returned and left out.
fn identify(row: &Row, pupil: &mut RollRow) -> Vec<Refusal> {
    let mut slips = Vec::new();
    let (upn, nhs_number) = (row.get("upn"), row.get("nhs_number"));
    pupil.upn = upn.parse::<Upn>().ok();
    if !upn.is_empty() && pupil.upn.is_none() {
        slips.push(Refusal::new(
            "upn",
            "not a pupil number with its check letter; the pupil is taken without it",
            "Correct the number, or leave it empty.",
        ));
    }
    pupil.nhs_number = nhs_number.parse::<NhsNumber>().ok();
    if !nhs_number.is_empty() && pupil.nhs_number.is_none() {
        slips.push(Refusal::new(
            "nhs_number",
            "not ten digits with their check digit; the pupil is taken without it",
            "Correct the number, or leave it empty.",
        ));
    }
    match row.get("sex").to_lowercase().as_str() {
        "f" | "female" => pupil.sex = Sex::Female,
        "m" | "male" => pupil.sex = Sex::Male,
        "" | "u" | "unknown" => {}
        _ => slips.push(Refusal::new(
            "sex",
            "not a known code; the pupil is taken without it",
            "Give F, M or U.",
        )),
    }
    slips
}

fn born(row: &Row, as_at: Date) -> Result<Option<Date>, Refusal> {
    let born = row.iso_date("date_of_birth")?;
    if born.is_some_and(|born| born > as_at) {
        return Err(Refusal::new(
            "date_of_birth",
            "after the day the roll was true on",
            "Correct the date, or the roll's as-at date.",
        ));
    }
    Ok(born)
}

/// C is a single registration; M, S and G are main, subsidiary and guest ones, each of several; P is a former one.
fn status(row: &Row) -> Result<EnrolmentStatus, Refusal> {
    match row.get("enrolment_status").to_lowercase().as_str() {
        "" | "main" | "c" => Ok(EnrolmentStatus::Main),
        "dual" | "m" | "s" | "g" => Ok(EnrolmentStatus::Dual),
        "left" | "p" => Ok(EnrolmentStatus::Left),
        _ => Err(Refusal::new(
            "enrolment_status",
            "not a known status",
            "Give main, dual or left.",
        )),
    }
}

/// Follows from the pupil, so that it is the same in every roll of the school: the UPN, else the
/// NHS number, else names and birth date.
fn row_id(pupil: &RollRow) -> Result<RowId, Refusal> {
    let named = !(pupil.forename.is_empty() && pupil.surname.is_empty());
    let key = match (pupil.upn, pupil.nhs_number, pupil.date_of_birth) {
        _ if !named => {
            return Err(Refusal::new(
                "surname",
                "neither forename nor surname is given",
                "Give the pupil's name.",
            ));
        }
        (Some(upn), _, _) => format!("upn {}", upn.as_str()),
        (None, Some(number), _) => format!("nhs {number}"),
        (None, None, Some(born)) => format!(
            "name {}\n{}\n{born}",
            fold(&pupil.forename),
            fold(&pupil.surname)
        ),
        (None, None, None) => {
            return Err(Refusal::new(
                "date_of_birth",
                "nothing tells this pupil from a namesake",
                "Give the birth date, or a UPN.",
            ));
        }
    };
    Ok(RowId(digest::number(key.as_bytes())))
}
