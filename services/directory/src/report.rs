//! What became of an imported file, row by row.

use proto::schools::v1::{ImportReport, RefusedRow, SkippedRows};
use std::collections::BTreeMap;

/// Most refusals that are named.
const MOST_NAMED: usize = 1_000;

/// What became of a file. Holds nothing of its content.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Rows below the header.
    pub rows_read: u64,
    /// Rows that are now known.
    pub rows_taken: u64,
    /// Rows that were passed over, by reason.
    pub skipped: BTreeMap<&'static str, u64>,
    /// Rows that were refused.
    pub rows_refused: u64,
    /// What was refused, in order of lines: rows, and values without which a row was taken. At
    /// most 1,000 are named.
    pub refused: Vec<Refused>,
    /// Name of the file's content: the first 16 hexadecimal digits of its SHA-256.
    pub version: String,
}

/// Something refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Line of the file, from 1, where the row begins.
    pub line: u64,
    /// Column; `line` for the row as a whole.
    pub field: &'static str,
    /// What is wrong.
    pub reason: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// A refusal before its line is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Refusal {
    pub(crate) field: &'static str,
    pub(crate) reason: &'static str,
    pub(crate) remedy: &'static str,
}

/// What to do with a row that is not refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Taken {
    Yes,
    /// Passed over, with the reason.
    Skipped(&'static str),
}

impl Refusal {
    pub(crate) fn new(field: &'static str, reason: &'static str, remedy: &'static str) -> Self {
        Self {
            field,
            reason,
            remedy,
        }
    }
}

impl Report {
    pub(crate) fn of(version: String) -> Self {
        Self {
            version,
            ..Self::default()
        }
    }

    pub(crate) fn row(&mut self, line: u64, outcome: Result<Taken, Refusal>) {
        self.rows_read += 1;
        match outcome {
            Ok(Taken::Yes) => self.rows_taken += 1,
            Ok(Taken::Skipped(reason)) => *self.skipped.entry(reason).or_default() += 1,
            Err(refusal) => {
                self.rows_refused += 1;
                self.name(line, refusal);
            }
        }
    }

    /// Names what was refused without counting a row.
    pub(crate) fn name(
        &mut self,
        line: u64,
        Refusal {
            field,
            reason,
            remedy,
        }: Refusal,
    ) {
        if self.refused.len() < MOST_NAMED {
            self.refused.push(Refused {
                line,
                field,
                reason,
                remedy,
            });
        }
    }
}

impl From<Report> for ImportReport {
    fn from(report: Report) -> Self {
        let skipped = |(reason, rows): (&str, u64)| SkippedRows {
            reason: reason.to_owned(),
            rows,
        };
        let refused = |refused: Refused| RefusedRow {
            line: refused.line,
            field: refused.field.to_owned(),
            reason: refused.reason.to_owned(),
            remedy: refused.remedy.to_owned(),
        };
        Self {
            rows_read: report.rows_read,
            rows_taken: report.rows_taken,
            skipped: report.skipped.into_iter().map(skipped).collect(),
            refused: report.refused.into_iter().map(refused).collect(),
            version: report.version,
        }
    }
}
