//! CSV records found in physical lines, so that one broken record costs one line and not the rest
//! of the file.
//!
//! A quote that is opened and never closed would swallow every line after it. So a record that does
//! not end well, or spans lines and has another number of cells than the header, is refused by its
//! first line alone, and reading goes on with the line after that.

use super::{
    lines::{LONGEST, Line, Lines},
    unit::{Refusal, SHORTEN, TOO_LONG},
};
use csv::ByteRecord;
use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

/// One record, or a line that is none. Holds personal data: no `Debug`.
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) end: u64,
    pub(super) cells: ByteRecord,
    /// Why it is none; its cells are then those at the beginning of the line, as far as they go.
    pub(super) flaw: Option<Refusal>,
}

/// Reads records. Empty lines are passed over.
pub(super) struct Records<R> {
    lines: Lines<R>,
    /// Lines that were read as part of a record that turned out to be none.
    again: VecDeque<Line>,
    /// Cells of the header, once it has been read.
    width: Option<usize>,
}

/// Where in a record the scan stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scan {
    CellStart,
    Plain,
    Quoted,
    /// After a quote within a quoted cell: its end, or half of a doubled quote.
    Quote,
    Return,
    LineEnd,
    Broken(&'static str),
}

const UNCLOSED: &str = "opens a quote that is not closed";
const AFTER_QUOTE: &str = "has text after a closing quote";
const BARE_RETURN: &str = "has a carriage return without a line feed";
const QUOTE_REMEDY: &str =
    "write the cell in double quotes, and each quote within it twice; end lines with a line feed";

// === impl Records ===

impl<R: BufRead> Records<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            lines: Lines::new(reader),
            again: VecDeque::new(),
            width: None,
        }
    }

    /// From now on a record of several lines must have this many cells.
    pub(super) fn expect_width(&mut self, cells: usize) {
        self.width = Some(cells);
    }

    /// The next record; nothing after the last.
    pub(super) fn next_record(&mut self) -> io::Result<Option<Record>> {
        loop {
            let Some(mut first) = self.next_line()? else {
                return Ok(None);
            };
            let Some(bytes) = first.bytes.take() else {
                return Ok(Some(broken(&first, &[], TOO_LONG, SHORTEN)));
            };
            if !bytes.trim_ascii().is_empty() {
                return self.record(first, bytes).map(Some);
            }
        }
    }

    fn record(&mut self, first: Line, bytes: Vec<u8>) -> io::Result<Record> {
        let mut text = bytes;
        let length = text.len();
        let mut rest: Vec<Line> = Vec::new();
        let mut scan = scan(Scan::CellStart, &text);
        while scan == Scan::Quoted {
            let Some(line) = self.next_line()? else {
                break;
            };
            match &line.bytes {
                Some(more) if text.len() + more.len() <= LONGEST => {
                    text.extend_from_slice(more);
                    scan = self::scan(scan, more);
                }
                _ => scan = Scan::Broken(UNCLOSED),
            }
            rest.push(line);
        }
        let reason = match scan {
            Scan::Broken(reason) => reason,
            _ => UNCLOSED,
        };
        let whole = !matches!(scan, Scan::Broken(_) | Scan::Quoted);
        let cells = whole.then(|| cells(&text)).flatten();
        let Some(cells) = cells.filter(|cells| rest.is_empty() || self.fits(cells)) else {
            self.put_back(rest);
            text.truncate(length);
            return Ok(broken(&first, &text, reason, QUOTE_REMEDY));
        };
        Ok(Record {
            line: first.number,
            end: rest.last().map_or(first.end, |line| line.end),
            cells,
            flaw: None,
        })
    }

    fn fits(&self, cells: &ByteRecord) -> bool {
        self.width.is_none_or(|width| width == cells.len())
    }

    fn next_line(&mut self) -> io::Result<Option<Line>> {
        match self.again.pop_front() {
            Some(line) => Ok(Some(line)),
            None => self.lines.next_line(),
        }
    }

    fn put_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.again.push_front(line);
        }
    }
}

fn broken(line: &Line, text: &[u8], reason: &'static str, remedy: &'static str) -> Record {
    Record {
        line: line.number,
        end: line.end,
        cells: cells(text).unwrap_or_default(),
        flaw: Some(Refusal::new(line.number, "", reason, remedy)),
    }
}

/// Goes through one line, whose line end is its last byte.
fn scan(from: Scan, line: &[u8]) -> Scan {
    let mut state = from;
    for &byte in line {
        state = match (state, byte) {
            (Scan::Broken(_), _) => return state,
            (Scan::Quoted, b'"') => Scan::Quote,
            (Scan::Quoted, _) | (Scan::Quote | Scan::CellStart, b'"') => Scan::Quoted,
            (Scan::Return, b'\n') => Scan::LineEnd,
            (Scan::Return, _) => Scan::Broken(BARE_RETURN),
            (_, b'\n') => Scan::LineEnd,
            (_, b'\r') => Scan::Return,
            (_, b',') => Scan::CellStart,
            (Scan::Quote, _) => Scan::Broken(AFTER_QUOTE),
            _ => Scan::Plain,
        };
    }
    state
}

/// The cells of a text that holds exactly one record.
fn cells(text: &[u8]) -> Option<ByteRecord> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text);
    let mut record = ByteRecord::new();
    let found = reader.read_byte_record(&mut record).ok()?;
    let more = reader.read_byte_record(&mut ByteRecord::new()).ok()?;
    (found && !more).then_some(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Read = Vec<(u64, Result<Vec<String>, String>)>;

    fn read(file: &[u8]) -> Read {
        let mut records = Records::new(file);
        let mut seen = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            let cells = record.cells.iter();
            let texts = cells
                .map(|cell| String::from_utf8_lossy(cell).into_owned())
                .collect();
            let flaw = record.flaw.map(|refusal| refusal.reason);
            seen.push((record.line, flaw.map_or(Ok(texts), Err)));
        }
        seen
    }

    fn good(line: u64, cells: &[&str]) -> (u64, Result<Vec<String>, String>) {
        (
            line,
            Ok(cells.iter().map(|&cell| cell.to_owned()).collect()),
        )
    }

    #[test]
    fn quoted_cells_may_hold_commas_quotes_and_line_ends() {
        let file = b"a,\"b,\"\"c\"\"\r\nd\"\r\n\ne,5\" tall\n";
        let expected = [good(1, &["a", "b,\"c\"\r\nd"]), good(4, &["e", "5\" tall"])];
        assert_eq!(read(file), expected);
    }

    #[test]
    fn an_unclosed_quote_costs_its_own_line_only() {
        let file = b"a,\"b\nc,d\ne,f";
        let expected = [
            (1, Err(UNCLOSED.to_owned())),
            good(2, &["c", "d"]),
            good(3, &["e", "f"]),
        ];
        assert_eq!(read(file), expected);
    }

    #[test]
    fn a_stray_quote_that_meets_the_next_one_costs_its_own_line_only() {
        let file = b"a,\"b\nc,\"d\"\ne,f\n";
        let expected = [
            (1, Err(AFTER_QUOTE.to_owned())),
            good(2, &["c", "d"]),
            good(3, &["e", "f"]),
        ];
        assert_eq!(read(file), expected);
    }

    #[test]
    fn two_stray_quotes_do_not_swallow_the_row_between_them() {
        let mut records = Records::new(&b"a,b\nc,\"d\ne,f\ng,\",h\n"[..]);
        records.expect_width(2);
        let mut good = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            good.extend(record.flaw.is_none().then_some(record.line));
        }
        assert_eq!(good, [1, 3]);
    }

    #[test]
    fn an_unclosed_quote_before_megabytes_of_rows_costs_its_own_line_only() {
        let mut file = b"a,\"b\n".to_vec();
        for _ in 0..200_000 {
            file.extend_from_slice(b"c,d,e,f\n");
        }
        let seen = read(&file);
        assert_eq!(seen.len(), 200_001);
        assert_eq!(seen.iter().filter(|(_, cells)| cells.is_err()).count(), 1);
    }

    #[test]
    fn a_bare_carriage_return_splits_nothing() {
        assert_eq!(read(b"a,b\rc,d\n"), [(1, Err(BARE_RETURN.to_owned()))]);
    }

    proptest! {
        #[test]
        fn every_line_ends_up_in_some_record(file in "[a,\"\r\n]{0,60}") {
            let mut records = Records::new(file.as_bytes());
            let mut end = 0;
            while let Some(record) = records.next_record().unwrap() {
                prop_assert!(record.end > end);
                end = record.end;
            }
            let tail = file.as_bytes().get(usize::try_from(end).unwrap()..).unwrap();
            prop_assert!(tail.trim_ascii().is_empty());
        }

        #[test]
        fn a_record_that_is_taken_reads_as_the_library_reads_it(
            cells in prop::collection::vec("[a-z,\"\n]{1,8}", 1..5),
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&cells).unwrap();
            let file = writer.into_inner().unwrap();
            prop_assume!(!file.trim_ascii().is_empty());
            prop_assert_eq!(read(&file), [(1, Ok(cells))]);
        }
    }
}
