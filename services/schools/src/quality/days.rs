//! Days and weeks, as decisions are counted by.

use crate::routing::london_date;
use jiff::{SignedDuration, Timestamp, civil::Date};

/// A number of weeks, and as many before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// First day of the weeks before, in days since 1970.
    pub from: i64,
    /// The day after the last one, in days since 1970.
    pub until: i64,
    /// Length of the period, and of the one before it.
    pub weeks: i64,
}

/// As long as a month and free of weekdays.
pub const WEEKS: i64 = 4;
/// The longest period that is counted.
pub const MOST_WEEKS: i64 = 52;

const WEEK: i64 = 7;
const EPOCH: Date = jiff::civil::date(1970, 1, 1);

/// The London date of a moment, in days since 1970.
pub fn day_of(at: Timestamp) -> i64 {
    london_date(at).duration_since(EPOCH).as_hours() / 24
}

/// A day since 1970 as a date.
pub fn date_of(day: i64) -> Date {
    let since = SignedDuration::from_hours(day.clamp(-1_000_000, 1_000_000) * 24);
    EPOCH.saturating_add(since)
}

// === impl Period ===

impl Period {
    /// The weeks that end with this day; at most a year.
    pub fn ending_with(day: i64, weeks: i64) -> Self {
        let weeks = weeks.clamp(1, MOST_WEEKS);
        let until = day.saturating_add(1);
        Self {
            from: until.saturating_sub(2 * weeks * WEEK),
            until,
            weeks,
        }
    }

    /// First day of a week, counted from the first of the weeks before.
    pub fn week(&self, number: i64) -> i64 {
        self.from.saturating_add(number.saturating_mul(WEEK))
    }

    /// First day of the period itself.
    pub fn start(&self) -> i64 {
        self.week(self.weeks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_a_day_in_london() {
        let at = |text: &str| day_of(text.parse().unwrap());
        // Summer time: an hour ahead.
        let [before, after] = [at("2026-06-30T22:59:59Z"), at("2026-06-30T23:00:00Z")];
        assert_eq!(after, before + 1);
        assert_eq!(date_of(after).to_string(), "2026-07-01");
    }

    #[test]
    fn a_period_ends_with_its_last_day_and_begins_weeks_before() {
        let period = Period::ending_with(100, 4);
        assert_eq!((period.start(), period.until), (73, 101));
        assert_eq!(period.week(0), 45);
        assert_eq!(Period::ending_with(100, 0).weeks, 1);
        assert_eq!(Period::ending_with(i64::MAX, 99).weeks, MOST_WEEKS);
    }

    #[test]
    fn no_day_is_beyond_the_calendar() {
        assert_eq!(date_of(i64::MIN).year(), -768);
        assert!(date_of(i64::MAX) > date_of(0));
    }
}
