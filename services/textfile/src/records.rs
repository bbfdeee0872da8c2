//! CSV records found in physical lines, so that one broken record costs one line and not the rest
//! of the file.
//!
//! A quote that is opened and never closed would swallow every line after it. So a record that does
//! not end well, or spans lines and has another number of cells than the header, is refused by its
//! first line alone, and reading goes on with the line after that.

use crate::lines::{Line, Lines};
use csv::ByteRecord;
use csv_core::{ReadRecordResult, Reader};
use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

/// One record, or a line that is none. May hold personal data: no `Debug`.
pub struct Record {
    /// The line it begins on, from 1.
    pub line: u64,
    /// Where in the file the line after it begins, in bytes.
    pub end: u64,
    /// Its cells, without the quotes around them.
    pub cells: ByteRecord,
    /// Why it is none; its cells are then those at the beginning of the line, as far as they go.
    pub flaw: Option<Flaw>,
}

/// Why a line is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Longer than may be; it was passed over unread.
    TooLong,
    /// Opens a quote that is not closed.
    Unclosed,
    /// Has text after a closing quote.
    AfterQuote,
    /// Has a carriage return without a line feed.
    BareReturn,
}

/// Reads records. Empty lines are passed over.
pub struct Records<R> {
    lines: Lines<R>,
    longest: usize,
    /// Lines that were read as part of a record that turned out to be none.
    again: VecDeque<Line>,
    /// The lines of the last record below its first.
    below: Vec<Line>,
    /// Cells of the header, once it has been read.
    width: Option<usize>,
    cells: Cells,
}

/// Where in a record the scan stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scan {
    CellStart,
    Plain,
    Quoted,
    /// After a quote within a quoted cell: its end, or half of a doubled quote.
    Quote,
    /// In spaces after a quoted cell.
    Space,
    Return,
    LineEnd,
    Broken(Flaw),
}

/// Parts a text that holds one record into its cells.
struct Cells {
    /// Boxed: its tables are large, and whoever holds records is moved about.
    reader: Box<Reader>,
    /// Room for every byte of a record, and for the end of every cell.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

// === impl Records ===

impl<R: BufRead> Records<R> {
    /// Records from the beginning of a file; one longer than `longest` bytes is none.
    pub fn new(reader: R, longest: usize) -> Self {
        Self {
            lines: Lines::new(reader, longest),
            longest,
            again: VecDeque::new(),
            below: Vec::new(),
            width: None,
            cells: Cells::new(),
        }
    }

    /// From now on a record of several lines must have this many cells.
    pub fn expect_width(&mut self, cells: usize) {
        self.width = Some(cells);
    }

    /// Reads on at the line below the one on which the last record began: for whoever finds that a
    /// stray quote made one record of several.
    pub fn resume_below_first_line(&mut self) {
        let below = std::mem::take(&mut self.below);
        self.put_back(below);
    }

    /// The next record; nothing after the last.
    pub fn next_record(&mut self) -> io::Result<Option<Record>> {
        self.below.clear();
        loop {
            let Some(mut first) = self.next_line()? else {
                return Ok(None);
            };
            let Some(bytes) = first.bytes.take() else {
                return Ok(Some(self.broken(&first, &[], Flaw::TooLong)));
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
                Some(more) if text.len() + more.len() <= self.longest => {
                    text.extend_from_slice(more);
                    scan = self::scan(scan, more);
                }
                _ => scan = Scan::Broken(Flaw::Unclosed),
            }
            rest.push(line);
        }
        let flaw = match scan {
            Scan::Broken(flaw) => flaw,
            _ => Flaw::Unclosed,
        };
        let whole = !matches!(scan, Scan::Broken(_) | Scan::Quoted);
        let cells = whole.then(|| self.cells.of(&text)).flatten();
        let Some(cells) = cells.filter(|cells| rest.is_empty() || self.fits(cells)) else {
            self.put_back(rest);
            text.truncate(length);
            return Ok(self.broken(&first, &text, flaw));
        };
        let end = rest.last().map_or(first.end, |line| line.end);
        self.below = rest;
        Ok(Record {
            line: first.number,
            end,
            cells,
            flaw: None,
        })
    }

    fn broken(&mut self, line: &Line, text: &[u8], flaw: Flaw) -> Record {
        Record {
            line: line.number,
            end: line.end,
            cells: self.cells.of(text).unwrap_or_default(),
            flaw: Some(flaw),
        }
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

/// Goes through one line, whose line end is its last byte.
fn scan(from: Scan, line: &[u8]) -> Scan {
    let mut state = from;
    for &byte in line {
        state = match (state, byte) {
            (Scan::Broken(_), _) => return state,
            (Scan::Quoted, b'"') => Scan::Quote,
            (Scan::Quoted, _) | (Scan::Quote | Scan::CellStart, b'"') => Scan::Quoted,
            (Scan::Return, b'\n') => Scan::LineEnd,
            (Scan::Return, _) => Scan::Broken(Flaw::BareReturn),
            (_, b'\n') => Scan::LineEnd,
            (_, b'\r') => Scan::Return,
            (_, b',') => Scan::CellStart,
            (Scan::Quote | Scan::Space, b' ') => Scan::Space,
            (Scan::Quote | Scan::Space, _) => Scan::Broken(Flaw::AfterQuote),
            _ => Scan::Plain,
        };
    }
    state
}

// === impl Cells ===

impl Cells {
    fn new() -> Self {
        Self {
            reader: Box::new(Reader::new()),
            bytes: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// The cells of a text that holds exactly one record.
    fn of(&mut self, text: &[u8]) -> Option<ByteRecord> {
        let most = text.split(|byte| *byte == b',').count();
        self.bytes.resize(text.len() + 1, 0);
        self.ends.resize(most + 1, 0);
        self.reader.reset();
        let (bytes, ends) = (&mut self.bytes[..], &mut self.ends[..]);
        let (result, read, mut written, mut ended) = self.reader.read_record(text, bytes, ends);
        let rest = text.get(read..).unwrap_or_default();
        if result == ReadRecordResult::InputEmpty {
            // An empty input says that the text ends here.
            let bytes = bytes.get_mut(written..).unwrap_or_default();
            let ends = ends.get_mut(ended..).unwrap_or_default();
            let (_, _, more, more_ends) = self.reader.read_record(&[], bytes, ends);
            (written, ended) = (written + more, ended + more_ends);
        }
        let is_one = ended > 0 && rest.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        is_one.then(|| self.first(written, ended))
    }

    fn first(&self, written: usize, ended: usize) -> ByteRecord {
        let bytes = self.bytes.get(..written).unwrap_or_default();
        let ends = self.ends.get(..ended).unwrap_or_default();
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let mut cells = ByteRecord::with_capacity(written, ended);
        for (begin, end) in begins.zip(ends) {
            cells.push_field(bytes.get(begin..*end).unwrap_or_default());
        }
        cells
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LONGEST: usize = 1024 * 1024;

    type Read = Vec<(u64, Result<Vec<String>, Flaw>)>;

    fn read(file: &[u8]) -> Read {
        let mut records = Records::new(file, LONGEST);
        let mut seen = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            let cells = record.cells.iter();
            let texts = cells
                .map(|cell| String::from_utf8_lossy(cell).into_owned())
                .collect();
            seen.push((record.line, record.flaw.map_or(Ok(texts), Err)));
        }
        seen
    }

    fn good(line: u64, cells: &[&str]) -> (u64, Result<Vec<String>, Flaw>) {
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
            (1, Err(Flaw::Unclosed)),
            good(2, &["c", "d"]),
            good(3, &["e", "f"]),
        ];
        assert_eq!(read(file), expected);
    }

    #[test]
    fn a_stray_quote_that_meets_the_next_one_costs_its_own_line_only() {
        let file = b"a,\"b\nc,\"d\"\ne,f\n";
        let expected = [
            (1, Err(Flaw::AfterQuote)),
            good(2, &["c", "d"]),
            good(3, &["e", "f"]),
        ];
        assert_eq!(read(file), expected);
    }

    #[test]
    fn two_stray_quotes_do_not_swallow_the_row_between_them() {
        let mut records = Records::new(&b"a,b\nc,\"d\ne,f\ng,\",h\n"[..], LONGEST);
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
    fn whoever_doubts_a_record_reads_on_below_its_first_line() {
        let mut records = Records::new(&b"a,\"b\nc,d\ne\",f\ng,h\n"[..], LONGEST);
        let first = records.next_record().unwrap().unwrap();
        assert_eq!((first.line, first.cells.len()), (1, 3));
        records.resume_below_first_line();
        let mut lines = Vec::new();
        while let Some(record) = records.next_record().unwrap() {
            lines.push((record.line, record.flaw));
        }
        let expected = [(2, None), (3, None), (4, None)];
        assert_eq!(lines, expected);
    }

    #[test]
    fn a_record_of_many_lines_is_as_long_as_a_line_may_be() {
        let file = format!("a,\"{}\",b\nc,d\n", "x\n".repeat(40));
        let mut seen = Vec::new();
        let mut records = Records::new(file.as_bytes(), 64);
        while let Some(record) = records.next_record().unwrap() {
            seen.push((record.line, record.flaw));
        }
        assert_eq!(seen.first(), Some(&(1, Some(Flaw::Unclosed))));
        assert_eq!(seen.last(), Some(&(42, None)));
    }

    #[test]
    fn spaces_after_a_quoted_cell_are_no_text() {
        assert_eq!(read(b"\"a\" ,b\n"), [good(1, &["a ", "b"])]);
    }

    #[test]
    fn a_bare_carriage_return_splits_nothing() {
        assert_eq!(read(b"a,b\rc,d\n"), [(1, Err(Flaw::BareReturn))]);
    }

    proptest! {
        #[test]
        fn every_line_ends_up_in_some_record(file in "[a,\"\r\n]{0,60}") {
            let mut records = Records::new(file.as_bytes(), LONGEST);
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
