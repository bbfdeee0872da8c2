//! CSV records found in physical lines, so that one broken record costs one line and not the rest
//! of the file.
//!
//! A quote that is opened and never closed would swallow every line after it. So a record that does
//! not end well, or spans lines and has another number of cells than the header, is refused by its
//! first line alone, and reading goes on with the line after that.

use crate::{
    Line, Lines,
    ahead::Ahead,
    cells::Cells,
    scan::{Scan, scan},
};
use csv::ByteRecord;
use std::io::{self, BufRead};

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

/// Reads records. Empty lines are passed over. Whatever a file says, each of its bytes is gone
/// through a few times at most.
pub struct Records<R> {
    lines: Ahead<R>,
    longest: usize,
    /// How many lines ahead are part of the last record.
    below: usize,
    /// Cells of the header, once it has been read.
    width: Option<usize>,
    cells: Cells,
}

// === impl Records ===

impl<R: BufRead> Records<R> {
    /// Records from the beginning of a file; one longer than `longest` bytes is none.
    pub fn new(reader: R, longest: usize) -> Self {
        Self {
            lines: Ahead::new(Lines::new(reader, longest)),
            longest,
            below: 0,
            width: None,
            cells: Cells::new(),
        }
    }

    /// From now on a record of several lines must have this many cells.
    pub fn expect_width(&mut self, cells: usize) {
        self.width = Some(cells);
    }

    /// Reads on at the line below the one on which the last record began: for whoever finds that a
    /// stray quote made one record of several. Where very many lines could each begin a record with
    /// the same end, only the first of them are read so, and the others as lines with an open quote.
    pub fn resume_below_first_line(&mut self) {
        self.below = 0;
    }

    /// The next record; nothing after the last.
    pub fn next_record(&mut self) -> io::Result<Option<Record>> {
        for _ in 0..std::mem::take(&mut self.below) {
            self.lines.next_line()?;
        }
        loop {
            let Some(mut first) = self.lines.next_line()? else {
                return Ok(None);
            };
            let Some(bytes) = first.bytes.take() else {
                return Ok(Some(self.broken(&first, &[], Flaw::TooLong)));
            };
            if !bytes.trim_ascii().is_empty() {
                return self.record(&first, bytes).map(Some);
            }
        }
    }

    fn record(&mut self, first: &Line, text: Vec<u8>) -> io::Result<Record> {
        let (mut end, mut commas) = scan(Scan::CellStart, &text);
        let mut below = 0;
        if end == Scan::Quoted
            && let Some(rest) = self.lines.rest(self.longest.saturating_sub(text.len()))?
        {
            (end, below) = (rest.end, rest.lines);
            commas = commas.saturating_add(rest.commas);
        }
        let whole = match end {
            Scan::Broken(_) | Scan::Quoted => None,
            _ if below == 0 => self.cells.of(&text).map(|cells| (cells, first.end)),
            _ if self.fits(commas) && self.lines.may_try() => self.several(&text, below),
            _ => None,
        };
        let Some((cells, last)) = whole else {
            let flaw = match end {
                Scan::Broken(flaw) => flaw,
                _ => Flaw::Unclosed,
            };
            return Ok(self.broken(first, &text, flaw));
        };
        self.below = below;
        Ok(Record {
            line: first.number,
            end: last,
            cells,
            flaw: None,
        })
    }

    /// The cells of a record of several lines, and where in the file it ends.
    fn several(&mut self, first: &[u8], below: usize) -> Option<(ByteRecord, u64)> {
        let mut text = first.to_vec();
        let mut end = 0;
        for line in self.lines.first(below) {
            text.extend_from_slice(line.bytes.as_deref()?);
            end = line.end;
        }
        self.cells.of(&text).map(|cells| (cells, end))
    }

    fn broken(&mut self, line: &Line, text: &[u8], flaw: Flaw) -> Record {
        Record {
            line: line.number,
            end: line.end,
            cells: self.cells.of(text).unwrap_or_default(),
            flaw: Some(flaw),
        }
    }

    fn fits(&self, commas: usize) -> bool {
        self.width
            .is_none_or(|width| width == commas.saturating_add(1))
    }
}

#[cfg(test)]
mod tests;
