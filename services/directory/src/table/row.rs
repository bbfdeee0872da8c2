//! One row of a table, its values by the names of their columns.

use super::Shape;
use crate::report::Refusal;
use jiff::civil::{Date, date};
use std::collections::HashMap;
use textfile::Record;

/// Most characters of a value.
const LONGEST: usize = 1_000;
/// No date in a school's or pupil's life is earlier.
const EARLIEST: Date = date(1900, 1, 1);

/// One row: every value trimmed; a column that is not there is an empty value.
pub(crate) struct Row {
    /// Line of the file where the row begins.
    pub(crate) line: u64,
    /// The row has more values than the header has columns: only the leading columns were read.
    pub(crate) surplus: bool,
    values: HashMap<&'static str, String>,
}

impl Row {
    pub(crate) fn new(
        record: &Record,
        columns: &[Option<&'static str>],
        shape: &Shape,
    ) -> Result<Self, Refusal> {
        let cells = &record.cells;
        let surplus = cells
            .iter()
            .skip(columns.len())
            .any(|field| !field.is_empty());
        if cells.len() < columns.len() {
            return Err(count("fewer values than the header has columns"));
        }
        if surplus && shape.leading.is_empty() {
            return Err(count("more values than the header has columns"));
        }
        let named = columns
            .iter()
            .zip(cells.iter())
            .filter_map(|(name, field)| Some(((*name)?, field)));
        let read = named.filter(|(name, _)| !surplus || shape.leading.contains(name));
        let checked = read.map(|(name, field)| Ok((name, value(name, field, shape)?)));
        Ok(Self {
            line: record.line,
            surplus,
            values: checked.collect::<Result<_, Refusal>>()?,
        })
    }

    pub(crate) fn get(&self, column: &str) -> &str {
        self.values
            .get(column)
            .map(String::as_str)
            .unwrap_or_default()
    }

    pub(crate) fn text(&self, column: &str) -> String {
        self.get(column).to_owned()
    }

    /// An ISO date, or none where the value is empty.
    pub(crate) fn iso_date(&self, column: &'static str) -> Result<Option<Date>, Refusal> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        let shaped = text.len() == 10 && text.is_ascii();
        let parsed = shaped.then(|| text.parse::<Date>().ok()).flatten();
        match parsed.filter(|date| *date >= EARLIEST) {
            Some(date) => Ok(Some(date)),
            None => Err(Refusal::new(
                column,
                "not a date since 1900",
                "Write an existing day as YYYY-MM-DD.",
            )),
        }
    }

    /// A date as GIAS writes it (`31-08-2024`); what is not one counts as not given.
    pub(crate) fn gias_date(&self, column: &str) -> Option<Date> {
        let text = self.get(column);
        let mut parts = text.split(['-', '/']);
        let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
    }
}

fn count(reason: &'static str) -> Refusal {
    Refusal::new(
        "line",
        reason,
        "Quote values that hold commas; check that the file is whole.",
    )
}

fn value(name: &'static str, field: &[u8], shape: &Shape) -> Result<String, Refusal> {
    let text = std::str::from_utf8(field)
        .map_err(|_| {
            Refusal::new(
                name,
                "not in UTF-8",
                "Save the file as \"CSV UTF-8 (comma delimited)\".",
            )
        })?
        .trim();
    if text.chars().count() > LONGEST {
        return Err(Refusal::new(
            name,
            "longer than 1,000 characters",
            "Shorten the value.",
        ));
    }
    if shape.multiline.contains(&name) {
        let one_line = text
            .split(['\r', '\n', '\t'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(", ");
        return without_control(name, one_line);
    }
    without_control(name, text.to_owned())
}

fn without_control(name: &'static str, text: String) -> Result<String, Refusal> {
    if text.chars().any(char::is_control) {
        return Err(Refusal::new(
            name,
            "holds a line break or another control character",
            "Take it out of the value.",
        ));
    }
    Ok(text)
}
