//! The physical lines of a file, one at a time, holding none that is too long.

use std::io::{self, BufRead};

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// One physical line. Holds personal data: no `Debug`.
pub struct Line {
    /// Counted from 1.
    pub number: u64,
    /// Where in the file the next line begins, in bytes.
    pub end: u64,
    /// With its line end; nothing where it is too long.
    pub bytes: Option<Vec<u8>>,
}

/// Reads lines.
pub struct Lines<R> {
    reader: R,
    longest: usize,
    number: u64,
    end: u64,
}

// === impl Lines ===

impl<R: BufRead> Lines<R> {
    /// Lines from the beginning of a file; one longer than `longest` bytes with its line end is passed
    /// over unread.
    pub fn new(reader: R, longest: usize) -> Self {
        Self {
            reader,
            longest,
            number: 0,
            end: 0,
        }
    }

    /// The next line; nothing after the last. The file's byte order mark is no part of a line.
    pub fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Some(Vec::new());
        let start = self.end;
        while !self.take_part(&mut bytes)? {}
        if self.end == start {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1);
        if let Some(bytes) = bytes.as_mut().filter(|_| self.number == 1)
            && bytes.starts_with(BYTE_ORDER_MARK)
        {
            bytes.drain(..BYTE_ORDER_MARK.len());
        }
        Ok(Some(Line {
            number: self.number,
            end: self.end,
            bytes,
        }))
    }

    /// Takes what is buffered of the line; true at its end.
    fn take_part(&mut self, line: &mut Option<Vec<u8>>) -> io::Result<bool> {
        let buffered = loop {
            match self.reader.fill_buf() {
                Ok(buffered) => break buffered,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        };
        let newline = buffered.iter().position(|&byte| byte == b'\n');
        let length = newline.map_or(buffered.len(), |at| at + 1);
        let (part, _) = buffered.split_at(length);
        match line {
            Some(bytes) if bytes.len() + part.len() <= self.longest => {
                bytes.extend_from_slice(part);
            }
            _ => *line = None,
        }
        self.reader.consume(length);
        self.end = self
            .end
            .saturating_add(u64::try_from(length).unwrap_or(u64::MAX));
        Ok(newline.is_some() || length == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read};

    const LONGEST: usize = 1024 * 1024;

    #[test]
    fn lines_are_counted_and_know_where_they_end() {
        let mut lines = Lines::new(&b"\xef\xbb\xbfone\r\n\ntwo"[..], LONGEST);
        let mut seen = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            seen.push((line.number, line.end, line.bytes.unwrap()));
        }
        assert_eq!(
            seen,
            [
                (1, 8, b"one\r\n".to_vec()),
                (2, 9, b"\n".to_vec()),
                (3, 12, b"two".to_vec())
            ]
        );
    }

    #[test]
    fn a_line_of_a_hundred_megabytes_is_passed_over_and_the_next_one_read() {
        const LENGTH: u64 = 100 * 1024 * 1024;
        let long = io::repeat(b'x').take(LENGTH).chain(&b"\nnext\n"[..]);
        let mut lines = Lines::new(BufReader::new(long), LONGEST);
        let first = lines.next_line().unwrap().unwrap();
        assert!(first.bytes.is_none());
        assert_eq!((first.number, first.end), (1, LENGTH + 1));
        assert_eq!(
            lines.next_line().unwrap().unwrap().bytes.unwrap(),
            b"next\n"
        );
        assert!(lines.next_line().unwrap().is_none());
    }

    #[test]
    fn a_line_of_exactly_the_limit_is_read() {
        for (length, read) in [(LONGEST, true), (LONGEST + 1, false)] {
            let text = vec![b'x'; length];
            let line = Lines::new(text.as_slice(), LONGEST)
                .next_line()
                .unwrap()
                .unwrap();
            assert_eq!(line.bytes.is_some(), read);
        }
    }
}
