//! Calendars from a CSV file: one row per fact, and every refused row with its line and a remedy.

mod row;

use std::collections::{BTreeMap, BTreeSet};

use csv::StringRecord;

use crate::{Calendar, Fact, Scope};
use row::Row;

/// A file to start from: the header and one row of each kind.
///
/// | column | holds |
/// |---|---|
/// | `scope`, `code` | whose calendar: `school` and URN, `trust` and its code, `council` and its three digits |
/// | `kind` | what the row says |
/// | `from`, `to` | dates as `2026-09-02`, inclusive; `to` may be left empty for a single day, except for a term |
/// | `days` | weekdays as `mon tue wed thu fri`; empty: every day |
/// | `first_bell`, `delivery_hour`, `closing` | London times as `08:50`; no bell or delivery hour before 07:30 |
///
/// | kind | says | columns |
/// |---|---|---|
/// | `term` | pupils are in, except at weekends and on bank holidays; between terms they are not | `from`, `to` |
/// | `inset`, `closed` | pupils are not in | `from`, `to` |
/// | `open` | pupils are in, even at a weekend or on a bank holiday | `from`, `to` |
/// | `hours` | first bell and closing of a day school | `days`, `first_bell`, `closing` |
/// | `delivery` | delivery hour and closing of a college or boarding school | `days`, `delivery_hour`, `closing` |
/// | `weekend` | the weekdays without school, or `none` | `days` |
///
/// A file replaces each calendar that it names, whole. A calendar may leave things out: terms, hours
/// and weekend are then its trust's, its council's or the default ones. An empty `closing` is the
/// default one. Later rows of `hours`, `delivery` and `weekend` replace
/// earlier ones for the days they name. Columns may come in any order; all but the first three may
/// be left out.
pub const TEMPLATE: &str = "\
scope,code,kind,from,to,days,first_bell,delivery_hour,closing
council,909,term,2026-09-02,2026-10-23,,,,
council,909,hours,,,,08:50,,15:15
school,100001,inset,2026-09-02,,,,,
school,100001,closed,2026-10-05,2026-10-06,,,,
school,100001,open,2026-10-10,,,,,
school,100001,hours,,,fri,08:45,,13:30
school,100002,delivery,,,,,09:00,16:30
school,100002,weekend,,,fri sat,,,
";

/// The columns, in the order of the template.
const COLUMNS: [&str; 9] = [
    "scope",
    "code",
    "kind",
    "from",
    "to",
    "days",
    "first_bell",
    "delivery_hour",
    "closing",
];

/// What a file gave. Codes tell schools apart, so it is never printed.
#[derive(Clone, Default)]
pub struct Parsed {
    /// The calendars that are right in every row.
    pub calendars: Vec<ParsedCalendar>,
    /// Rows of the file, without the header and empty lines.
    pub rows_read: usize,
    /// Rows that are in one of the calendars.
    pub rows_taken: usize,
    /// Right rows that were not taken because another row of their calendar was refused.
    pub rows_held_back: usize,
    /// The refused rows, in the order of the file.
    pub refused: Vec<RefusedRow>,
}

/// One calendar of a file.
#[derive(Clone)]
pub struct ParsedCalendar {
    /// Whose kind of calendar it is.
    pub scope: Scope,
    /// URN, trust code or council code.
    pub code: String,
    /// What it says.
    pub calendar: Calendar,
}

/// Why a row was refused; never holds its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// The column, or `header` or `row`.
    pub field: String,
    /// What is wrong with it.
    pub reason: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// A refusal that does not know its line yet.
#[derive(Clone, Copy)]
struct Refusal {
    field: &'static str,
    reason: &'static str,
    remedy: &'static str,
}

impl Refusal {
    fn on(self, line: u64) -> RefusedRow {
        RefusedRow {
            line,
            field: self.field.to_owned(),
            reason: self.reason,
            remedy: self.remedy,
        }
    }
}

/// Whose calendar a row belongs to.
type Owner = (Scope, String);

/// Reads a calendar file as described at [`TEMPLATE`]; UTF-8 with or without a byte-order mark.
///
/// A wrong row costs its whole calendar and no other: a calendar with a term missing would turn
/// that term into a holiday, so the one held before stays until every row is right. A row whose
/// `scope` or `code` is wrong belongs to no calendar that can be named, and is only refused.
pub fn parse_calendar(file: &[u8]) -> Parsed {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .has_headers(false)
        .trim(csv::Trim::All)
        .from_reader(file);
    // Bytes in memory, rows of any length: reading cannot fail.
    let mut records = reader.byte_records().map_while(Result::ok);
    let mut rows = Rows::default();
    let header = StringRecord::from_byte_record_lossy(records.next().unwrap_or_default());
    let order = match column_order(&header) {
        Ok(order) => order,
        Err(refused) => {
            rows.refused.push(refused);
            return rows.finish();
        }
    };
    for record in records {
        let line = line_of(&record, file);
        if record.iter().any(|cell| !cell.is_empty()) {
            rows.add(line, &order, record);
        }
    }
    rows.finish()
}

/// The line on which a record stands; the reader's own position is before the empty lines above it.
fn line_of(record: &csv::ByteRecord, file: &[u8]) -> u64 {
    let Some(position) = record.position() else {
        return 0;
    };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let above = file.get(start..).unwrap_or_default();
    let empty_lines = above
        .iter()
        .take_while(|byte| byte.is_ascii_whitespace())
        .filter(|byte| **byte == b'\n');
    position.line() + empty_lines.map(|_| 1).sum::<u64>()
}

/// The rows so far, by the calendar they belong to.
#[derive(Default)]
struct Rows {
    read: usize,
    facts: BTreeMap<Owner, Vec<Fact>>,
    spoilt: BTreeSet<Owner>,
    refused: Vec<RefusedRow>,
}

impl Rows {
    fn add(&mut self, line: u64, order: &[usize], record: csv::ByteRecord) {
        self.read += 1;
        let row = Row::new(order, record);
        match (row.owner(), row.fact()) {
            (Ok(owner), Ok(fact)) => self.facts.entry(owner).or_default().push(fact),
            (Ok(owner), Err(refusal)) => {
                self.spoilt.insert(owner);
                self.refused.push(refusal.on(line));
            }
            (Err(refusal), _) => self.refused.push(refusal.on(line)),
        }
    }

    fn finish(self) -> Parsed {
        let mut parsed = Parsed {
            rows_read: self.read,
            refused: self.refused,
            ..Parsed::default()
        };
        for (owner, facts) in self.facts {
            if self.spoilt.contains(&owner) {
                parsed.rows_held_back += facts.len();
                continue;
            }
            let (scope, code) = owner;
            parsed.rows_taken += facts.len();
            parsed.calendars.push(ParsedCalendar {
                scope,
                code,
                calendar: facts.into_iter().collect(),
            });
        }
        parsed
    }
}

/// For each column of the file, its place among [`COLUMNS`].
fn column_order(header: &StringRecord) -> Result<Vec<usize>, RefusedRow> {
    if COLUMNS
        .iter()
        .take(3)
        .any(|needed| !header.iter().any(|name| name == *needed))
    {
        return Err(no_header());
    }
    let mut order = Vec::new();
    for name in header {
        let unknown = || RefusedRow {
            line: 1,
            field: printable(name),
            reason: "is not a column of a calendar file, or comes twice",
            remedy: "keep the columns that `firstbell import calendar --help` shows, each once",
        };
        let place = COLUMNS.iter().position(|known| *known == name);
        let place = place.ok_or_else(unknown)?;
        if order.contains(&place) {
            return Err(unknown());
        }
        order.push(place);
    }
    Ok(order)
}

fn no_header() -> RefusedRow {
    let refusal = Refusal {
        field: "header",
        reason: "the first line does not name the columns scope, code and kind",
        remedy: "begin with the header that `firstbell import calendar --help` shows, saved as UTF-8 with commas",
    };
    refusal.on(1)
}

/// A column name as it can be shown: short, and without anything that moves a cursor.
fn printable(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_ascii_alphanumeric() || " _-".contains(*c))
        .take(40)
        .collect()
}
