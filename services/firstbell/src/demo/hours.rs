//! The hours of the night that is played, in London time.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, date},
    tz::TimeZone,
};

/// One night: an evening and the morning after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Night {
    evening: Date,
}

/// A Thursday in term, with a school day after it.
pub const USUAL: Night = Night {
    evening: date(2026, 11, 19),
};

// === impl Night ===

impl Night {
    /// The night that begins on the evening of `evening`. It should lie between two school days
    /// of the town's calendar; otherwise deadlines are the holidays' ones.
    pub fn of(evening: Date) -> Self {
        Self { evening }
    }

    /// Date of the evening.
    pub fn evening_date(self) -> Date {
        self.evening
    }

    /// Date of the morning after.
    pub fn morning_date(self) -> Date {
        self.days_before(-1)
    }

    /// So many days before the evening's date.
    pub fn days_before(self, days: i64) -> Date {
        self.evening.saturating_sub(days.days())
    }

    /// A time of the evening, or so many hours past midnight: 25 is one o'clock.
    pub fn at(self, hour: i64, minute: i64) -> Timestamp {
        after_midnight(self.evening, hour * 60 + minute)
    }

    /// A time of the morning after.
    pub fn morning(self, hour: i64, minute: i64) -> Timestamp {
        after_midnight(self.morning_date(), hour * 60 + minute)
    }

    /// A time of the evening so many days before.
    pub fn days_ago(self, days: i64, hour: i64, minute: i64) -> Timestamp {
        after_midnight(self.days_before(days), hour * 60 + minute)
    }

    /// The autumn in which the school year of this night began.
    pub fn school_year(self) -> i16 {
        let morning = self.morning_date();
        if morning.month() >= 9 {
            morning.year()
        } else {
            morning.year().saturating_sub(1)
        }
    }
}

/// So many minutes later, or earlier where negative.
pub fn later(at: Timestamp, minutes: i64) -> Timestamp {
    at.saturating_add(SignedDuration::from_mins(minutes))
        .unwrap_or(at)
}

/// By the clock on the wall, but for the hour in which clocks change.
fn after_midnight(date: Date, minutes: i64) -> Timestamp {
    let london = TimeZone::get("Europe/London").unwrap_or(TimeZone::UTC);
    let wall = date.at(0, 0, 0, 0).saturating_add(minutes.minutes());
    london
        .to_ambiguous_timestamp(wall)
        .compatible()
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_londons_in_winter_and_in_summer() {
        assert_eq!(USUAL.at(22, 15).to_string(), "2026-11-19T22:15:00Z");
        assert_eq!(USUAL.at(25, 0), USUAL.morning(1, 0));
        let summer = Night::of(date(2027, 6, 17));
        assert_eq!(summer.morning(8, 30).to_string(), "2027-06-18T07:30:00Z");
        assert_eq!(summer.school_year(), 2026);
    }
}
