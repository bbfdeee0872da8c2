//! The first record of a CSV file: which column stands where.

use super::{
    columns::{self, Column, REQUIRED},
    unit::Refusal,
};
use csv::ByteRecord;
use std::collections::HashSet;

/// The columns of a file, in its order.
pub(super) struct Header {
    columns: Vec<&'static Column>,
}

const REMEDY: &str =
    "nothing of the file was sent: `firstbell notify --template` prints the columns";

// === impl Header ===

impl Header {
    /// Reads the header, or names everything that is wrong with it.
    ///
    /// An unknown column is named by its number, and by its name only where all required columns
    /// are there: without a header the first record would be a child.
    pub(super) fn read(line: u64, record: &ByteRecord) -> Result<Self, Vec<Refusal>> {
        // UTF-16 has a null beside each plain letter.
        let is_text = |cell: &[u8]| std::str::from_utf8(cell).is_ok() && !cell.contains(&0);
        if !record.iter().all(is_text) {
            return Err(vec![Refusal::other_encoding(line)]);
        }
        let names: Vec<_> = record.iter().map(folded).collect();
        let mut refusals: Vec<_> = REQUIRED
            .iter()
            .filter(|required| !names.iter().any(|name| name == *required))
            .map(|required| Refusal::new(line, *required, "is missing from the header", REMEDY))
            .collect();
        let is_header = refusals.is_empty();
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for (index, name) in names.iter().enumerate() {
            match columns::all().iter().find(|column| column.name == name) {
                Some(column) if seen.insert(column.name) => found.push(column),
                Some(column) => {
                    refusals.push(Refusal::new(
                        line,
                        column.name,
                        "is in the header twice",
                        REMEDY,
                    ));
                }
                None => refusals.push(unknown(line, index, name, is_header)),
            }
        }
        if refusals.is_empty() {
            Ok(Self { columns: found })
        } else {
            Err(refusals)
        }
    }

    /// The columns in the order of the file.
    pub(super) fn columns(&self) -> &[&'static Column] {
        &self.columns
    }

    /// The cell of a column in a record, without space around it.
    pub(super) fn cell<'a>(&self, record: &'a ByteRecord, name: &str) -> Option<&'a [u8]> {
        let index = self.columns.iter().position(|column| column.name == name)?;
        record.get(index).map(<[u8]>::trim_ascii)
    }
}

fn folded(cell: &[u8]) -> String {
    String::from_utf8_lossy(cell.trim_ascii()).to_ascii_lowercase()
}

fn unknown(line: u64, index: usize, name: &str, is_header: bool) -> Refusal {
    let plain = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let field = if is_header && plain && (1..=40).contains(&name.len()) {
        name.to_owned()
    } else {
        format!("column {}", index.saturating_add(1))
    };
    Refusal::new(line, field, "is not a column known here", REMEDY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(header: &[&str]) -> Vec<(String, String)> {
        let refusals = Header::read(1, &ByteRecord::from(header.to_vec()))
            .err()
            .unwrap();
        refusals
            .into_iter()
            .map(|refusal| (refusal.field, refusal.reason))
            .collect()
    }

    #[test]
    fn everything_wrong_with_a_header_is_named_at_once() {
        let header = [
            "force",
            "reference",
            "occurred_at",
            "forename",
            "surname",
            "surname",
            "shoe_size",
            "",
        ];
        let expected = [
            ("surname", "is in the header twice"),
            ("shoe_size", "is not a column known here"),
            ("column 8", "is not a column known here"),
        ];
        assert_eq!(
            refused(&header),
            expected.map(|(f, r)| (f.to_owned(), r.to_owned()))
        );
    }

    #[test]
    fn without_a_header_the_first_child_is_not_repeated() {
        let said = refused(&["43", "T-1", "2026-11-20 22:15", "Testy", "McTestface"]);
        assert_eq!(said.len(), 10);
        assert!(!format!("{said:?}").contains("esty"));
        assert!(said.contains(&(
            "column 4".to_owned(),
            "is not a column known here".to_owned()
        )));
    }

    #[test]
    fn a_header_in_utf_16_is_refused_for_its_encoding_alone() {
        let header: Vec<_> = "\u{feff}force,reference"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for cells in [&header[..], &header[2..]] {
            let record: ByteRecord = cells.split(|byte| *byte == b',').collect();
            let refusals = Header::read(1, &record).err().unwrap();
            assert_eq!(refusals, [Refusal::other_encoding(1)]);
        }
    }

    #[test]
    fn case_and_space_around_a_name_do_not_matter() {
        let header = [" Force", "REFERENCE", "occurred_at", "forename", "surname "];
        assert!(Header::read(1, &ByteRecord::from(header.to_vec())).is_ok());
    }
}
