//! A CSV file as notifications: rows that stand together and share force and reference.

use super::{
    draft::{MOST_CHILDREN, draft},
    rows::{Key, Opened, Row, Rows},
    unit::{Content, Refusal, Unit},
};
use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    hash::{BuildHasher, RandomState},
    io::{self, BufRead},
};

/// So many flawed rows in a row are looked past for the rest of a notification.
const MOST_STRAYS: usize = 100;
/// Rows beyond the most children are only counted; this many at most.
const MOST_ROWS: usize = 1_000;

/// Reads notifications from CSV.
pub(super) struct CsvFile<R> {
    state: State<R>,
    /// Rows read ahead: any number of flawed ones, then at most one without a flaw.
    ahead: VecDeque<Row>,
    /// The first line of every notification read so far. Hashed, so that a file of any length
    /// needs a few bytes for each.
    seen: HashMap<u64, u64>,
    hasher: RandomState,
}

enum State<R> {
    Closed(R),
    Open(Box<Rows<R>>),
    Ended,
}

// === impl CsvFile ===

impl<R: BufRead> CsvFile<R> {
    pub(super) fn new(reader: R) -> Self {
        Self {
            state: State::Closed(reader),
            ahead: VecDeque::new(),
            seen: HashMap::new(),
            hasher: RandomState::new(),
        }
    }

    fn next_unit(&mut self) -> io::Result<Option<Unit>> {
        if let Some(refused) = self.open()? {
            return Ok(Some(refused));
        }
        let first = match self.ahead.pop_front() {
            Some(row) => Some(row),
            None => self.next_row()?,
        };
        let Some(first) = first else {
            return Ok(None);
        };
        let Some(key) = first.key.clone() else {
            return Ok(self.unit(&[first]));
        };
        let rows = self.group(&key, first)?;
        let stood_before = if rows.iter().any(Row::is_sure) {
            self.first_line_of(&key, &rows)
        } else {
            None
        };
        match stood_before {
            Some(line) => Ok(Some(apart(&rows, line))),
            None => Ok(self.unit(&rows)),
        }
    }

    /// Reads the header if that has not been done, and gives a unit if it is refused.
    fn open(&mut self) -> io::Result<Option<Unit>> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Closed(reader) => match Rows::open(reader)? {
                Opened::Rows(rows) => self.state = State::Open(rows),
                Opened::Refused { end, refusals } => {
                    let line = refusals.first().map(|refusal| refusal.line);
                    return Ok(Some(Unit {
                        lines: line.into_iter().collect(),
                        end,
                        content: Content::Refused(refusals),
                    }));
                }
            },
            other => self.state = other,
        }
        Ok(None)
    }

    /// All rows of the notification that begins with `first`. A flawed row is one of them if it
    /// seems to be, or if it stands between two of them.
    fn group(&mut self, key: &Key, first: Row) -> io::Result<Vec<Row>> {
        let mut rows = vec![first];
        while rows.len() < MOST_ROWS {
            self.look_ahead()?;
            let is_of_it = |row: &Row| row.key.as_ref() == Some(key);
            let Some(last) = self.ahead.iter().rposition(is_of_it) else {
                break;
            };
            rows.extend(self.ahead.drain(..=last));
            for row in rows.iter_mut().skip(MOST_CHILDREN) {
                if let Ok(cells) = &mut row.cells {
                    *cells = csv::ByteRecord::new();
                }
            }
        }
        Ok(rows)
    }

    /// Reads until a row without a flaw is the last one read ahead.
    fn look_ahead(&mut self) -> io::Result<()> {
        while !self.ahead.back().is_some_and(Row::is_sure) && self.ahead.len() < MOST_STRAYS {
            let Some(row) = self.next_row()? else {
                break;
            };
            self.ahead.push_back(row);
        }
        Ok(())
    }

    fn next_row(&mut self) -> io::Result<Option<Row>> {
        match &mut self.state {
            State::Open(rows) => rows.next_row(),
            State::Closed(_) | State::Ended => Ok(None),
        }
    }

    /// Where this notification already stood, if it did; else notes where it stands.
    fn first_line_of(&mut self, key: &Key, rows: &[Row]) -> Option<u64> {
        match self.seen.entry(self.hasher.hash_one(key)) {
            Entry::Occupied(entry) => Some(*entry.get()),
            Entry::Vacant(entry) => {
                entry.insert(rows.first()?.line);
                None
            }
        }
    }

    fn unit(&self, rows: &[Row]) -> Option<Unit> {
        let State::Open(open) = &self.state else {
            return None;
        };
        Some(Unit {
            lines: rows.iter().map(|row| row.line).collect(),
            end: rows.last()?.end,
            content: draft(open.header(), rows),
        })
    }
}

fn apart(rows: &[Row], line: u64) -> Unit {
    let lines: Vec<_> = rows.iter().map(|row| row.line).collect();
    let refuse = |&own: &u64| {
        let remedy = format!(
            "put the rows of a notification next to each other; if the one from line {line} has been \
             accepted, add this child by a correction"
        );
        let reason = format!("stands apart from its notification, which begins in line {line}");
        Refusal::new(own, "reference", reason, remedy)
    };
    Unit {
        content: Content::Refused(lines.iter().map(refuse).collect()),
        end: rows.last().map_or(0, |row| row.end),
        lines,
    }
}

impl<R: BufRead> Iterator for CsvFile<R> {
    type Item = io::Result<Unit>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_unit().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "force,reference,occurred_at,forename,surname\n";

    /// The lines of each unit, and whether it can be sent.
    fn units(rows: &str) -> Vec<(Vec<u64>, bool)> {
        let file = format!("{HEADER}{rows}");
        let units = CsvFile::new(file.as_bytes()).map(Result::unwrap);
        let seen = units.map(|unit| (unit.lines, matches!(unit.content, Content::Ready(_))));
        seen.collect()
    }

    fn row(reference: &str) -> String {
        format!("43,{reference},2026-11-20 22:15,Testy,McTestface\n")
    }

    #[test]
    fn rows_that_stand_together_make_one_notification() {
        let rows = [row("A"), row("A"), row("B")].concat();
        assert_eq!(units(&rows), [(vec![2, 3], true), (vec![4], true)]);
    }

    #[test]
    fn a_flawed_row_at_either_end_still_belongs_to_its_notification() {
        for flawed in [
            "43,A,2026-11-20 22:15,\"Testy,McTestface\n",
            "43,A,too,few\n",
        ] {
            let before = [flawed, &row("A"), &row("B")].concat();
            assert_eq!(units(&before), [(vec![2, 3], false), (vec![4], true)]);
            let after = [&row("A"), flawed, &row("B")].concat();
            assert_eq!(units(&after), [(vec![2, 3], false), (vec![4], true)]);
        }
    }

    #[test]
    fn a_row_that_cannot_be_told_is_of_the_notification_around_it_or_of_none() {
        let within = [&row("A"), "\"\n", &row("A")].concat();
        assert_eq!(units(&within), [(vec![2, 3, 4], false)]);
        let between = [&row("A"), "\"\n", &row("B")].concat();
        let expected = [(vec![2], true), (vec![3], false), (vec![4], true)];
        assert_eq!(units(&between), expected);
    }

    #[test]
    fn rows_that_stand_apart_are_refused_and_the_first_ones_sent() {
        let rows = [row("A"), row("B"), row("A")].concat();
        let expected = [(vec![2], true), (vec![3], true), (vec![4], false)];
        assert_eq!(units(&rows), expected);
    }

    #[test]
    fn thousands_of_rows_under_one_reference_are_refused_in_bounded_memory() {
        let seen = units(&row("A").repeat(5_000));
        assert!(
            seen.iter()
                .all(|(lines, ready)| lines.len() <= MOST_ROWS + MOST_STRAYS && !ready)
        );
        assert_eq!(
            seen.iter().map(|(lines, _)| lines.len()).sum::<usize>(),
            5_000
        );
    }

    #[test]
    fn a_header_alone_is_no_notification_and_a_file_with_nothing_in_it_is_refused() {
        assert_eq!(units(""), []);
        assert_eq!(CsvFile::new(&b""[..]).count(), 1);
        assert_eq!(CsvFile::new(&b"\n\n"[..]).count(), 1);
        assert_eq!(CsvFile::new(&b"43,A\n43,B\n"[..]).count(), 1);
    }
}
