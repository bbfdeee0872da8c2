//! The rows of a CSV file, each with the notification it belongs to.

use super::{
    header::Header,
    unit::{LONGEST, Refusal, SHORTEN, TOO_LONG},
};
use csv::ByteRecord;
use std::io::{self, BufRead};
use textfile::{Flaw, Record, Records};

/// One row. Holds personal data: no `Debug`.
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) end: u64,
    /// The notification it belongs to: for sure where the row has no flaw, else as far as can be
    /// told.
    pub(super) key: Option<Key>,
    pub(super) cells: Result<ByteRecord, Refusal>,
}

/// What names a notification: force and reference.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    force: Vec<u8>,
    reference: Vec<u8>,
}

/// Reads the rows below a header.
pub(super) struct Rows<R> {
    records: Records<R>,
    header: Header,
}

/// What a file turned out to be.
pub(super) enum Opened<R> {
    Rows(Box<Rows<R>>),
    /// No header that could be read: every reason, and where in the file it ends.
    Refused {
        end: u64,
        refusals: Vec<Refusal>,
    },
}

const QUOTE_REMEDY: &str =
    "write the cell in double quotes, and each quote within it twice; end lines with a line feed";
const COUNT_REMEDY: &str =
    "write as many cells as the header has, and cells with commas in double quotes";

// === impl Row ===

impl Row {
    /// Whether its notification is known for sure.
    pub(super) fn is_sure(&self) -> bool {
        self.key.is_some() && self.cells.is_ok()
    }
}

// === impl Rows ===

impl<R: BufRead> Rows<R> {
    /// Reads the header.
    pub(super) fn open(reader: R) -> io::Result<Opened<R>> {
        let mut records = Records::new(reader, LONGEST);
        let Some(first) = records.next_record()? else {
            return Ok(Opened::Refused {
                end: 0,
                refusals: vec![Refusal::empty_file()],
            });
        };
        let header = match first.flaw {
            None => Header::read(first.line, &first.cells),
            Some(flaw) => Err(vec![broken(first.line, flaw)]),
        };
        Ok(match header {
            Ok(header) => {
                records.expect_width(header.columns().len());
                Opened::Rows(Box::new(Self { records, header }))
            }
            Err(refusals) => Opened::Refused {
                end: first.end,
                refusals,
            },
        })
    }

    pub(super) fn header(&self) -> &Header {
        &self.header
    }

    /// The next row; nothing after the last.
    pub(super) fn next_row(&mut self) -> io::Result<Option<Row>> {
        let record = self.records.next_record()?;
        Ok(record.map(|record| row(&self.header, record)))
    }
}

fn row(header: &Header, record: Record) -> Row {
    let key = key(header, &record.cells);
    let flaw = record
        .flaw
        .map(|flaw| broken(record.line, flaw))
        .or_else(|| flaw(header, record.line, &record.cells, key.is_some()));
    Row {
        line: record.line,
        end: record.end,
        key,
        cells: flaw.map_or(Ok(record.cells), Err),
    }
}

fn broken(line: u64, flaw: Flaw) -> Refusal {
    let (reason, remedy) = match flaw {
        Flaw::TooLong => (TOO_LONG, SHORTEN),
        Flaw::Unclosed => ("opens a quote that is not closed", QUOTE_REMEDY),
        Flaw::AfterQuote => ("has text after a closing quote", QUOTE_REMEDY),
        Flaw::BareReturn => ("has a carriage return without a line feed", QUOTE_REMEDY),
    };
    Refusal::new(line, "", reason, remedy)
}

fn key(header: &Header, cells: &ByteRecord) -> Option<Key> {
    let cell = |name| header.cell(cells, name).filter(|cell| !cell.is_empty());
    Some(Key {
        force: cell("force")?.to_owned(),
        reference: cell("reference")?.to_owned(),
    })
}

fn flaw(header: &Header, line: u64, cells: &ByteRecord, has_key: bool) -> Option<Refusal> {
    let expected = header.columns().len();
    if cells.len() != expected {
        let reason = format!("has {} cells where the header has {expected}", cells.len());
        return Some(Refusal::new(line, "", reason, COUNT_REMEDY));
    }
    if has_key {
        return None;
    }
    let empty = |name: &&str| header.cell(cells, name).is_none_or(<[u8]>::is_empty);
    let name = ["force", "reference"].into_iter().find(empty)?;
    Some(Refusal::new(
        line,
        name,
        "is empty",
        "write it on every row: it says which rows belong together",
    ))
}
