//! A CSV file with a header line: columns by name, rows refused one by one.

mod row;

use crate::{
    Error, Report, digest,
    report::{Refusal, Taken},
};
pub(crate) use row::Row;
use std::{borrow::Cow, collections::HashSet};
use textfile::{Flaw, Record, Records};

/// Greatest size of a record in bytes.
const LARGEST: usize = 64 * 1024;
/// Most columns.
const MOST_COLUMNS: usize = 512;
/// Longest name of a column that is repeated in an error.
const LONGEST_NAME: usize = 60;

/// What a file's columns must be.
pub(crate) struct Shape {
    /// Columns that are read, under their names in the file.
    pub(crate) columns: &'static [&'static str],
    /// Those that cannot be done without.
    pub(crate) required: &'static [&'static str],
    /// Those that may hold line breaks.
    pub(crate) multiline: &'static [&'static str],
    /// Whether other columns are refused; else they are passed over.
    pub(crate) strict: bool,
    /// Columns that stand where they should even in a row with more values than the header has
    /// columns. Where there are none such a row is refused, else the others count as empty.
    pub(crate) leading: &'static [&'static str],
}

/// Reads every row of a file in UTF-8, with or without a byte order mark, and reports what became
/// of each. `take` may refuse a row; it names single values that it refuses in the report itself.
pub(crate) fn read(
    data: &[u8],
    shape: &Shape,
    mut take: impl FnMut(&Row, &mut Report) -> Result<Taken, Refusal>,
) -> Result<Report, Error> {
    if data.starts_with(b"\xff\xfe")
        || data.starts_with(b"\xfe\xff")
        || data.iter().take(2).any(|b| *b == 0)
    {
        return Err(Error::Encoding);
    }
    let mut report = Report::of(digest::version(data));
    let data = with_line_feeds(data);
    let mut records = Records::new(data.as_ref(), LARGEST);
    let columns = header(&mut records, shape)?;
    // Reading from memory does not fail.
    while let Ok(Some(record)) = records.next_record() {
        let line = record.line;
        let row = sound(&record).and_then(|()| Row::new(&record, &columns, shape));
        let outcome = row.and_then(|row| take(&row, &mut report));
        if outcome.is_err() {
            // A stray quote may have swallowed good lines: each is read again on its own.
            records.resume_below_first_line();
        }
        report.row(line, outcome);
    }
    Ok(report)
}

/// Some programs end lines with a carriage return alone.
fn with_line_feeds(data: &[u8]) -> Cow<'_, [u8]> {
    if data.contains(&b'\n') || !data.contains(&b'\r') {
        return Cow::Borrowed(data);
    }
    let feed = |byte: &u8| if *byte == b'\r' { b'\n' } else { *byte };
    Cow::Owned(data.iter().map(feed).collect())
}

fn sound(record: &Record) -> Result<(), Refusal> {
    let close = "Write the value in double quotes, and each quote within it twice.";
    let (reason, remedy) = match record.flaw {
        None if record.cells.len() <= MOST_COLUMNS => return Ok(()),
        None => (
            "too many columns",
            "Leave out what the header does not name.",
        ),
        Some(Flaw::TooLong) => ("longer than 64 KiB", "Shorten the row."),
        Some(Flaw::Unclosed) => ("opens a quote that is not closed", close),
        Some(Flaw::AfterQuote) => ("has text after a closing quote", close),
        Some(Flaw::BareReturn) => (
            "has a carriage return without a line feed",
            "End every line the same way.",
        ),
    };
    Err(Refusal::new("line", reason, remedy))
}

/// For each column of the file the name under which it is read, if it is.
fn header(records: &mut Records<&[u8]>, shape: &Shape) -> Result<Vec<Option<&'static str>>, Error> {
    let record = records.next_record().ok().flatten().ok_or(Error::Empty)?;
    sound(&record).map_err(|_| Error::NoHeader)?;
    let named: Vec<String> = record
        .cells
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim().to_owned())
        .collect();
    let known = |name: &String| shape.columns.iter().find(|known| *known == name).copied();
    let columns: Vec<_> = named.iter().map(known).collect();
    if !columns
        .iter()
        .flatten()
        .any(|name| shape.required.contains(name))
    {
        return Err(Error::NoHeader);
    }
    let unknown = named
        .iter()
        .enumerate()
        .filter(|(at, name)| columns.get(*at) == Some(&None) && !name.is_empty());
    let unknown: Vec<String> = unknown.map(|(at, name)| plain(at, name)).collect();
    if shape.strict && !unknown.is_empty() {
        return Err(Error::UnknownColumns { columns: unknown });
    }
    let mut seen = HashSet::new();
    let twice = columns.iter().flatten().filter(|name| !seen.insert(**name));
    let twice: Vec<String> = twice.map(|name| (*name).to_owned()).collect();
    if !twice.is_empty() {
        return Err(Error::DuplicateColumns { columns: twice });
    }
    let missing: Vec<_> = shape
        .required
        .iter()
        .filter(|name| !seen.contains(**name))
        .copied()
        .collect();
    if missing.is_empty() {
        Ok(columns)
    } else {
        Err(Error::MissingColumns { columns: missing })
    }
}

/// A column's name where it looks like one, else its place.
fn plain(at: usize, name: &str) -> String {
    let is_plain =
        name.len() <= LONGEST_NAME && name.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    if is_plain {
        name.to_owned()
    } else {
        format!("column {}", at + 1)
    }
}
