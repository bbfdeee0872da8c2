//! A roll's row as it is kept in memory: text in two boxes, once as the school wrote it, once folded.

use crate::sound::Beginnings;
use crate::{
    EnrolmentStatus, NhsNumber, RollRow, RowId, Sex, Upn, Urn, fold::fold, fold::fold_postcode,
    fold::part_postcode,
};
use jiff::civil::Date;

/// Longest field that is kept, in characters.
const LONGEST: usize = 300;

/// A row in memory.
pub(crate) struct Stored {
    pub(crate) id: RowId,
    pub(crate) urn: Urn,
    pub(crate) upn: Option<Upn>,
    pub(crate) nhs_number: Option<NhsNumber>,
    pub(crate) date_of_birth: Option<Date>,
    pub(crate) sex: Sex,
    pub(crate) status: EnrolmentStatus,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    /// How its names begin.
    pub(crate) beginnings: Beginnings,
    written: Packed,
    folded: Packed,
}

/// Several texts in one box, with where each ends.
pub(crate) struct Packed {
    text: Box<str>,
    ends: [u16; 7],
}

/// Text of a row or query, folded for comparison.
#[derive(Clone, Copy, Default)]
pub(crate) struct Folded<'a> {
    pub(crate) forename: &'a str,
    pub(crate) middle_names: &'a str,
    pub(crate) surname: &'a str,
    pub(crate) known_as: &'a str,
    pub(crate) former_surname: &'a str,
    pub(crate) address: &'a str,
    pub(crate) postcode: &'a str,
}

impl Stored {
    pub(crate) fn new(row: &RollRow) -> Self {
        let written = [
            &row.forename,
            &row.middle_names,
            &row.surname,
            &row.known_as,
            &row.former_surname,
            &row.address,
            &row.postcode,
        ];
        let folded = fold_all(written.map(String::as_str));
        Self {
            id: row.row_id,
            urn: row.urn,
            upn: row.upn,
            nhs_number: row.nhs_number,
            date_of_birth: row.date_of_birth,
            sex: row.sex,
            status: row.status,
            from: row.from,
            to: row.to,
            written: Packed::new(written.map(|text| clean(text))),
            beginnings: Beginnings::of(&folded.text()),
            folded,
        }
    }

    pub(crate) fn folded(&self) -> Folded<'_> {
        self.folded.text()
    }

    /// The row as it was given, but for control characters and absurd lengths.
    pub(crate) fn row(&self) -> RollRow {
        let text = self.written.text();
        RollRow {
            row_id: self.id,
            urn: self.urn,
            upn: self.upn,
            nhs_number: self.nhs_number,
            forename: text.forename.to_owned(),
            middle_names: text.middle_names.to_owned(),
            surname: text.surname.to_owned(),
            known_as: text.known_as.to_owned(),
            former_surname: text.former_surname.to_owned(),
            date_of_birth: self.date_of_birth,
            sex: self.sex,
            address: text.address.to_owned(),
            postcode: text.postcode.to_owned(),
            status: self.status,
            from: self.from,
            to: self.to,
        }
    }
}

/// Folds forename, middle names, surname, known-as, former surname, address and postcode into one box.
pub(crate) fn fold_all(
    [
        forename,
        middle,
        surname,
        known_as,
        former,
        address,
        postcode,
    ]: [&str; 7],
) -> Packed {
    let [forename, middle, surname, known_as, former, address] =
        [forename, middle, surname, known_as, former, address].map(fold);
    let (address, postcode) = part_postcode(&address, fold_postcode(postcode));
    Packed::new([
        forename, middle, surname, known_as, former, address, postcode,
    ])
}

// === impl Packed ===

impl Packed {
    /// Texts of at most [`LONGEST`] characters each, so that no end is out of reach.
    fn new(texts: [String; 7]) -> Self {
        let mut end = 0;
        let ends = texts.each_ref().map(|text| {
            end += text.len();
            u16::try_from(end).unwrap_or(u16::MAX)
        });
        let text = texts.concat().into_boxed_str();
        Self { text, ends }
    }

    pub(crate) fn text(&self) -> Folded<'_> {
        let mut from = 0;
        let [
            forename,
            middle_names,
            surname,
            known_as,
            former_surname,
            address,
            postcode,
        ] = self.ends.map(|end| {
            let to = usize::from(end);
            let text = self.text.get(from..to).unwrap_or_default();
            from = to;
            text
        });
        Folded {
            forename,
            middle_names,
            surname,
            known_as,
            former_surname,
            address,
            postcode,
        }
    }
}

fn clean(text: &str) -> String {
    text.chars()
        .take(LONGEST)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
