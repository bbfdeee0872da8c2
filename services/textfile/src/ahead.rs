//! Lines read ahead of the record that is being read, to see where its open quote closes.
//!
//! Whichever line opened the quote, each line after it does the same to it. So each is scanned once,
//! when it is read, and the sums that every further record in question needs are kept.

use crate::{
    Flaw, Line, Lines,
    scan::{Scan, scan},
};
use std::{
    collections::VecDeque,
    io::{self, BufRead},
};

/// Whoever doubts a record has its lines read again, each of which may begin another with the same end.
/// More of them than this are no slips of a pen, and each would be parsed as a whole.
const MOST_TRIES: u32 = 16;

/// Lines, and those read ahead: some that leave an open quote open, then at most one that does not.
pub(crate) struct Ahead<R> {
    lines: Lines<R>,
    read: VecDeque<Line>,
    /// What the first of those read ahead do to an open quote, which all of them leave open.
    open: VecDeque<Span>,
    /// All of `open` together.
    whole: Span,
    closing: Option<Closing>,
}

/// What there is of a record in some lines.
#[derive(Clone, Copy, Default)]
struct Span {
    bytes: usize,
    commas: usize,
}

/// The line that does not leave an open quote open.
#[derive(Clone, Copy)]
struct Closing {
    /// Where a record stands at its end.
    end: Scan,
    span: Span,
    /// Records that were tried with this end.
    tries: u32,
}

/// Where an open quote closes.
pub(crate) struct Rest {
    /// Where the record stands at its end.
    pub(crate) end: Scan,
    /// Lines ahead, up to its end.
    pub(crate) lines: usize,
    /// Commas between its cells in them.
    pub(crate) commas: usize,
}

// === impl Ahead ===

impl<R: BufRead> Ahead<R> {
    pub(crate) fn new(lines: Lines<R>) -> Self {
        Self {
            lines,
            read: VecDeque::new(),
            open: VecDeque::new(),
            whole: Span::default(),
            closing: None,
        }
    }

    /// The next line; nothing after the last.
    pub(crate) fn next_line(&mut self) -> io::Result<Option<Line>> {
        let Some(line) = self.read.pop_front() else {
            return self.lines.next_line();
        };
        match self.open.pop_front() {
            Some(span) => self.whole = self.whole.without(span),
            None => self.closing = None,
        }
        Ok(Some(line))
    }

    /// Where a quote closes that the last line left open, if it closes within `room` bytes.
    pub(crate) fn rest(&mut self, room: usize) -> io::Result<Option<Rest>> {
        while self.closing.is_none() && self.whole.bytes <= room {
            let Some(line) = self.lines.next_line()? else {
                return Ok(None);
            };
            self.note(&line);
            self.read.push_back(line);
        }
        let Some(closing) = self.closing else {
            return Ok(None);
        };
        let span = self.whole.with(closing.span);
        Ok((span.bytes <= room).then_some(Rest {
            end: closing.end,
            lines: self.read.len(),
            commas: span.commas,
        }))
    }

    /// Whether one more record with this end may be tried; it is counted then.
    pub(crate) fn may_try(&mut self) -> bool {
        let Some(closing) = self.closing.as_mut() else {
            return false;
        };
        closing.tries = closing.tries.saturating_add(1);
        closing.tries <= MOST_TRIES
    }

    /// The first lines ahead; they stay there.
    pub(crate) fn first(&self, lines: usize) -> impl Iterator<Item = &Line> {
        self.read.iter().take(lines)
    }

    fn note(&mut self, line: &Line) {
        let bytes = line.bytes.as_deref();
        let (end, commas) = match bytes {
            Some(bytes) => scan(Scan::Quoted, bytes),
            None => (Scan::Broken(Flaw::Unclosed), 0),
        };
        let bytes = bytes.map_or(0, <[u8]>::len);
        let span = Span { bytes, commas };
        if end == Scan::Quoted {
            self.whole = self.whole.with(span);
            self.open.push_back(span);
        } else {
            let tries = 0;
            self.closing = Some(Closing { end, span, tries });
        }
    }
}

// === impl Span ===

impl Span {
    const fn with(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_add(other.bytes),
            commas: self.commas.saturating_add(other.commas),
        }
    }

    const fn without(self, other: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(other.bytes),
            commas: self.commas.saturating_sub(other.commas),
        }
    }
}
