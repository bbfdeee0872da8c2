//! One school's rows, sealed for keeping and opened again.

use crate::wire::plain::RollFile;
use jiff::civil::Date;
use keys::{KeyId, KeyKind, OpenError, SealError, Sealer};
use matching::{EnrolmentStatus, RollRow, Sex, Urn};
use proto::sealing::{FieldClass, Sealed};

/// Seals rows under a key of their own for that school.
pub(super) async fn seal(
    sealer: &Sealer,
    urn: Urn,
    as_at: Date,
    rows: &[RollRow],
) -> Result<Sealed, SealError> {
    let urn = urn.to_string();
    let id = sealer.opaque("schools.roll_key", &[urn.as_bytes()]);
    let key = KeyId::of(KeyKind::Roll, journal::id::derived(b"roll", &[&id]));
    let made = sealer.make(std::slice::from_ref(&key)).await;
    made.map_err(SealError::Key)?;
    let file = RollFile {
        urn,
        as_at: as_at.to_string(),
        csv: as_csv(rows),
    };
    sealer.seal(&key, FieldClass::Identity, &file).await
}

/// Opens sealed rows; none where their key is destroyed.
pub(super) async fn open(
    sealer: &Sealer,
    sealed: &Sealed,
) -> Result<Option<(Urn, Date, Vec<RollRow>)>, OpenError> {
    let Some(file) = sealer.open::<RollFile>(sealed).await?.plain() else {
        return Ok(None);
    };
    let (Ok(urn), Ok(as_at)) = (file.urn.parse::<Urn>(), file.as_at.parse::<Date>()) else {
        return Err(OpenError::Corrupt);
    };
    let mut read = directory::roll::read(&file.csv, as_at).map_err(|_| OpenError::Corrupt)?;
    Ok(Some((
        urn,
        as_at,
        read.schools.remove(&urn).unwrap_or_default(),
    )))
}

fn as_csv(rows: &[RollRow]) -> Vec<u8> {
    let mut text = String::new();
    push_line(&mut text, directory::roll::HEADER.iter().copied());
    for row in rows {
        let fields = fields(row);
        push_line(&mut text, fields.iter().map(String::as_str));
    }
    text.into_bytes()
}

fn push_line<'a>(text: &mut String, fields: impl Iterator<Item = &'a str>) {
    for (index, field) in fields.enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push('"');
        text.push_str(&field.replace('"', "\"\""));
        text.push('"');
    }
    text.push('\n');
}

/// In the order of [`directory::roll::HEADER`].
fn fields(row: &RollRow) -> [String; 15] {
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    [
        row.urn.to_string(),
        row.upn
            .map(|upn| upn.as_str().to_owned())
            .unwrap_or_default(),
        row.nhs_number
            .map(|nhs| nhs.to_string())
            .unwrap_or_default(),
        row.forename.clone(),
        row.middle_names.clone(),
        row.surname.clone(),
        row.known_as.clone(),
        row.former_surname.clone(),
        date(row.date_of_birth),
        sex(row.sex).to_owned(),
        row.address.clone(),
        row.postcode.clone(),
        status(row.status).to_owned(),
        date(row.from),
        date(row.to),
    ]
}

fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "F",
        Sex::Male => "M",
        Sex::Unknown => "U",
    }
}

fn status(status: EnrolmentStatus) -> &'static str {
    match status {
        EnrolmentStatus::Main => "main",
        EnrolmentStatus::Dual => "dual",
        EnrolmentStatus::Left => "left",
    }
}
