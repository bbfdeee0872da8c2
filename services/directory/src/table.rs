//! A CSV file with a header line: columns by name, rows refused one by one.

mod records;
mod row;

use crate::{
    Error, Report, digest,
    report::{Refusal, Taken},
};
use records::Records;
pub(crate) use row::Row;
use std::collections::HashSet;

const BOM: &[u8] = b"\xef\xbb\xbf";
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
    let mut records = Records::new(data.strip_prefix(BOM).unwrap_or(data));
    let columns = header(&mut records, shape)?;
    while let Some((line, record)) = records.next() {
        let row = record.and_then(|record| Row::new(line, record, &columns, shape));
        let outcome = row.and_then(|row| take(&row, &mut report));
        if outcome.is_err() {
            // A stray quote may have swallowed good lines: each is read again on its own.
            records.resume_below_first_line();
        }
        report.row(line, outcome);
    }
    Ok(report)
}

/// For each column of the file the name under which it is read, if it is.
fn header(records: &mut Records<'_>, shape: &Shape) -> Result<Vec<Option<&'static str>>, Error> {
    let (_, record) = records.next().ok_or(Error::Empty)?;
    let record = record.map_err(|_| Error::NoHeader)?;
    let named: Vec<String> = record
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
