//! One CSV record at a time, such that a broken line costs that line alone.
//!
//! A stray quote makes everything up to the next quote one field, and a line without an end fills
//! memory. So a record has a greatest size, and after a bad one reading resumes at the line below
//! the one on which it began.

use crate::report::Refusal;
use csv_core::{ReadRecordResult, Reader};

/// Greatest size of a record in bytes.
const LARGEST: usize = 64 * 1024;
/// Most columns.
const MOST_COLUMNS: usize = 512;

/// The records of a file, with the lines they begin on.
pub(crate) struct Records<'a> {
    data: &'a [u8],
    reader: Reader,
    /// Where the next record begins.
    at: usize,
    line: u64,
    /// Where the line below the first line of the last record begins.
    below: usize,
    below_line: u64,
    fields: Vec<u8>,
    ends: Vec<usize>,
}

/// Fields of a record.
pub(crate) struct Record {
    fields: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins
            .zip(&self.ends)
            .map(|(begin, end)| self.fields.get(begin..*end).unwrap_or_default())
    }
}

impl<'a> Records<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            reader: Reader::new(),
            at: 0,
            line: 1,
            below: 0,
            below_line: 1,
            fields: vec![0; LARGEST],
            ends: vec![0; MOST_COLUMNS],
        }
    }

    /// The line on which the next record begins, and the record.
    pub(crate) fn next(&mut self) -> Option<(u64, Result<Record, Refusal>)> {
        self.pass_line_breaks();
        let rest = self.data.get(self.at..).filter(|rest| !rest.is_empty())?;
        let line = self.line;
        let first = rest
            .iter()
            .position(|b| *b == b'\n')
            .map_or(rest.len(), |end| end + 1);
        (self.below, self.below_line) = (self.at + first, line + 1);
        self.reader.reset();
        let (mut result, read, mut written, mut ended) =
            self.reader
                .read_record(rest, &mut self.fields, &mut self.ends);
        if result == ReadRecordResult::InputEmpty {
            // An empty input says that the file ends here.
            let fields = self.fields.get_mut(written..).unwrap_or_default();
            let (at_end, _, more, more_ends) = self.reader.read_record(
                &[],
                fields,
                self.ends.get_mut(ended..).unwrap_or_default(),
            );
            (result, written, ended) = (at_end, written + more, ended + more_ends);
        }
        self.pass(read);
        Some((line, self.taken(result, written, ended)))
    }

    /// Reads on at the line below the one on which the last record began.
    pub(crate) fn resume_below_first_line(&mut self) {
        (self.at, self.line) = (self.below, self.below_line);
    }

    fn taken(
        &self,
        result: ReadRecordResult,
        written: usize,
        ended: usize,
    ) -> Result<Record, Refusal> {
        match result {
            ReadRecordResult::Record => Ok(Record {
                fields: self.fields.get(..written).unwrap_or_default().to_vec(),
                ends: self.ends.get(..ended).unwrap_or_default().to_vec(),
            }),
            ReadRecordResult::OutputEndsFull => Err(Refusal::new(
                "line",
                "too many columns",
                "Leave out what the header does not name.",
            )),
            _ => Err(Refusal::new(
                "line",
                "longer than 64 KiB",
                "Close every quote, and shorten the row.",
            )),
        }
    }

    fn pass_line_breaks(&mut self) {
        let rest = self.data.get(self.at..).unwrap_or_default();
        let breaks = rest
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        self.pass(breaks);
    }

    fn pass(&mut self, bytes: usize) {
        let passed = self
            .data
            .get(self.at..self.at.saturating_add(bytes))
            .unwrap_or_default();
        self.line += passed.iter().map(|b| u64::from(*b == b'\n')).sum::<u64>();
        self.at += passed.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(data: &[u8]) -> Vec<(u64, Option<Vec<String>>)> {
        let mut records = Records::new(data);
        let mut all = Vec::new();
        while let Some((line, record)) = records.next() {
            let fields = record.ok().map(|r| {
                r.iter()
                    .map(|f| String::from_utf8_lossy(f).into_owned())
                    .collect()
            });
            if fields.is_none() {
                records.resume_below_first_line();
            }
            all.push((line, fields));
        }
        all
    }

    #[test]
    fn records_know_the_lines_they_begin_on() {
        let all = read(b"a,b\r\n\r\n\"1\n2\",3\n4,\"5\"");
        let lines: Vec<_> = all.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [1, 3, 5]);
        assert_eq!(all[1].1.as_ref().unwrap(), &["1\n2", "3"]);
        assert_eq!(all[2].1.as_ref().unwrap(), &["4", "5"]);
    }

    #[test]
    fn an_absurdly_long_line_costs_itself_alone() {
        let data = format!("a,b\n{}\n1,2\n", "x".repeat(3_000_000));
        let all = read(data.as_bytes());
        assert_eq!(all[1], (2, None));
        assert_eq!(all[2], (3, Some(vec!["1".into(), "2".into()])));
    }

    #[test]
    fn a_quote_without_an_end_costs_its_line_alone() {
        let data = format!("a,b\n\"open,2\n{}", "1,2\n".repeat(20_000));
        let all = read(data.as_bytes());
        assert_eq!(all[1], (2, None));
        assert_eq!(all.len(), 20_002);
    }

    proptest! {
        #[test]
        fn any_bytes_come_to_an_end(data in proptest::collection::vec(prop_oneof![Just(b'"'), Just(b'\n'), Just(b'\r'), Just(b','), any::<u8>()], 0..200)) {
            prop_assert!(read(&data).len() <= data.len());
        }
    }
}
