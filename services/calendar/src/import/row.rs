//! One row of a calendar file, read into a fact or refused by the name of its column.

use std::ops::RangeInclusive;

use csv::{ByteRecord, StringRecord};
use jiff::ToSpan;
use jiff::civil::{Date, Time, Weekday};

use super::{COLUMNS, Owner, Refusal};
use crate::{DayKind, Fact, Hours, Opening, Scope};

/// Half an hour after 07:00, before which no rung acts: an earlier bell would leave the ladder no
/// time.
const EARLIEST_OPENING: Time = Time::constant(7, 30, 0, 0);

/// The longest run of days that one row may name.
const LONGEST_DAYS: i32 = 366;

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// The cells of one row, under the names of [`COLUMNS`].
pub(super) struct Row<'a> {
    order: &'a [usize],
    cells: StringRecord,
    flaw: Option<Refusal>,
}

impl<'a> Row<'a> {
    /// A row that is flawed as a whole still tells whose calendar it spoils.
    pub(super) fn new(order: &'a [usize], record: ByteRecord) -> Self {
        let flaw = flaw(&record, order.len());
        let cells = StringRecord::from_byte_record_lossy(record);
        Self { order, cells, flaw }
    }

    /// Whose calendar this row belongs to.
    pub(super) fn owner(&self) -> Result<Owner, Refusal> {
        let scope = match self.cell("scope") {
            "school" => Scope::School,
            "trust" => Scope::Trust,
            "council" => Scope::Council,
            _ => {
                return Err(Refusal {
                    field: "scope",
                    reason: "is not one of the three",
                    remedy: "write school, trust or council",
                });
            }
        };
        let code = self.cell("code");
        let digits = match scope {
            Scope::School => 6..=6,
            Scope::Council => 3..=3,
            Scope::Trust => 1..=20,
        };
        let fits = digits.contains(&code.len())
            && match scope {
                Scope::Trust => code.bytes().all(|byte| byte.is_ascii_alphanumeric()),
                Scope::School | Scope::Council => code.bytes().all(|byte| byte.is_ascii_digit()),
            };
        fits.then(|| (scope, code.to_owned())).ok_or(Refusal {
            field: "code",
            reason: "is not a code of this scope",
            remedy: "give a URN of six digits for a school, three digits for a council, letters and digits for a trust",
        })
    }

    /// What this row says.
    pub(super) fn fact(&self) -> Result<Fact, Refusal> {
        if let Some(flaw) = self.flaw {
            return Err(flaw);
        }
        match self.cell("kind") {
            "term" => self.term(),
            "inset" | "closed" => self.dates(DayKind::Closed),
            "open" => self.dates(DayKind::Open),
            "hours" => self.hours("first_bell", Opening::Bell),
            "delivery" => self.hours("delivery_hour", Opening::Delivery),
            "weekend" => self.weekend(),
            _ => Err(Refusal {
                field: "kind",
                reason: "is not one of the kinds",
                remedy: "write term, inset, closed, open, hours, delivery or weekend",
            }),
        }
    }

    fn term(&self) -> Result<Fact, Refusal> {
        match self.cell("to") {
            "" => Err(missing("to")),
            _ => self.dates(DayKind::Term),
        }
    }

    fn dates(&self, kind: DayKind) -> Result<Fact, Refusal> {
        self.only(&["from", "to"])?;
        let from = self.date("from")?.ok_or(missing("from"))?;
        let to = self.date("to")?.unwrap_or(from);
        let latest = from.saturating_add(LONGEST_DAYS.days());
        if (from..latest).contains(&to) {
            Ok(Fact::Days(kind, RangeInclusive::new(from, to)))
        } else {
            Err(Refusal {
                field: "to",
                reason: "is before from, or more than a year after it",
                remedy: "give the last day, on or after from",
            })
        }
    }

    fn hours(&self, column: &'static str, opening: Opening) -> Result<Fact, Refusal> {
        self.only(&["days", column, "closing"])?;
        let opens = self.time(column)?.ok_or(missing(column))?;
        let closes = self.time("closing")?;
        if opens < EARLIEST_OPENING {
            return Err(Refusal {
                field: column,
                reason: "is before 07:30, and nobody is called on before 07:00",
                remedy: "give an hour from 07:30 on",
            });
        }
        if closes.is_some_and(|closes| closes <= opens) {
            return Err(Refusal {
                field: "closing",
                reason: "is not after the day opens",
                remedy: "write the time on the 24-hour clock, as 15:15",
            });
        }
        let days = match self.cell("days") {
            "" => WEEKDAYS.map(|(_, day)| day).to_vec(),
            names => weekdays(names)?,
        };
        let hours = Hours {
            opening,
            opens,
            closes,
        };
        Ok(Fact::Hours(days, hours))
    }

    fn weekend(&self) -> Result<Fact, Refusal> {
        self.only(&["days"])?;
        match self.cell("days") {
            "" => Err(missing("days")),
            "none" => Ok(Fact::Weekend(Vec::new())),
            names => weekdays(names).map(Fact::Weekend),
        }
    }

    /// The text under this column; empty where the row or the file does not have it.
    fn cell(&self, column: &str) -> &str {
        self.order
            .iter()
            .position(|place| COLUMNS.get(*place) == Some(&column))
            .and_then(|index| self.cells.get(index))
            .unwrap_or("")
    }

    /// Refuses what this kind of row has no use for: it would be silently lost.
    fn only(&self, used: &[&str]) -> Result<(), Refusal> {
        let stray = COLUMNS
            .iter()
            .skip(3)
            .find(|column| !used.contains(column) && !self.cell(column).is_empty());
        stray.map_or(Ok(()), |column| {
            Err(Refusal {
                field: column,
                reason: "has no meaning in a row of this kind",
                remedy: "leave it empty, or write it in a row of its own",
            })
        })
    }

    fn date(&self, column: &'static str) -> Result<Option<Date>, Refusal> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        Date::strptime("%Y-%m-%d", cell)
            .ok()
            .filter(|date| cell.len() == 10 && (2000..=2100).contains(&date.year()))
            .map(Some)
            .ok_or(Refusal {
                field: column,
                reason: "is not a date between 2000 and 2100",
                remedy: "write it as 2026-09-02: year, month, day",
            })
    }

    fn time(&self, column: &'static str) -> Result<Option<Time>, Refusal> {
        let cell = self.cell(column);
        if cell.is_empty() {
            return Ok(None);
        }
        Time::strptime("%H:%M", cell)
            .or_else(|_| Time::strptime("%H:%M:%S", cell))
            .map(Some)
            .map_err(|_| Refusal {
                field: column,
                reason: "is not a time of day",
                remedy: "write it on the 24-hour clock, as 08:50",
            })
    }
}

fn flaw(record: &ByteRecord, columns: usize) -> Option<Refusal> {
    let (reason, remedy) = if record.iter().any(|cell| cell.contains(&b'\n')) {
        (
            "holds a line break, so a double quote is not closed and later lines were swallowed",
            "close or remove the double quote",
        )
    } else if record.len() > columns {
        (
            "has more cells than the header has columns",
            "put text that holds a comma in double quotes",
        )
    } else if record.iter().any(|cell| str::from_utf8(cell).is_err()) {
        ("is not UTF-8", "save the file as CSV UTF-8")
    } else {
        return None;
    };
    Some(Refusal {
        field: "row",
        reason,
        remedy,
    })
}

fn weekdays(names: &str) -> Result<Vec<Weekday>, Refusal> {
    let day = |name: &str| {
        WEEKDAYS
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, day)| *day)
    };
    names
        .split_whitespace()
        .map(day)
        .collect::<Option<Vec<_>>>()
        .ok_or(Refusal {
            field: "days",
            reason: "holds something that is not a weekday",
            remedy: "write the days as mon tue wed thu fri sat sun, with spaces between them",
        })
}

fn missing(field: &'static str) -> Refusal {
    Refusal {
        field,
        reason: "is empty",
        remedy: "a row of this kind needs it: fill it in",
    }
}
