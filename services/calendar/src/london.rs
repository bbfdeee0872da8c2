//! Moments and the London clock.

use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

static LONDON: LazyLock<TimeZone> = LazyLock::new(|| {
    TimeZone::get("Europe/London").expect("the time-zone database is built into the program")
});

/// How far ahead a next day is looked for, in days: longer than any gap between two school years.
const HORIZON: usize = 400;

/// The London date of a moment.
pub(crate) fn date_of(moment: Timestamp) -> Date {
    LONDON.to_datetime(moment).date()
}

/// The moment at which London's clock shows this; a time that the clock skips is taken as the one
/// after the gap, one that comes twice as the first.
pub(crate) fn moment(date: Date, time: Time) -> Timestamp {
    LONDON
        .to_timestamp(date.to_datetime(time))
        .unwrap_or(if date.year() > 0 {
            Timestamp::MAX
        } else {
            Timestamp::MIN
        })
}

/// This date and those after it, as far as the horizon.
pub(crate) fn days_from(date: Date) -> impl Iterator<Item = Date> {
    date.series(1.day()).take(HORIZON)
}

/// The moment this much earlier.
pub(crate) fn earlier(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_sub(by).unwrap_or(Timestamp::MIN)
}

/// The moment this much later.
pub(crate) fn later(moment: Timestamp, by: SignedDuration) -> Timestamp {
    moment.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn the_same_bell_is_an_hour_earlier_in_utc_once_the_clocks_have_gone_forward() {
        let bell = time(8, 50, 0, 0);

        let winter = moment(date(2026, 3, 27), bell);
        let summer = moment(date(2026, 3, 30), bell);

        assert_eq!(winter.to_string(), "2026-03-27T08:50:00Z");
        assert_eq!(summer.to_string(), "2026-03-30T07:50:00Z");
    }

    #[test]
    fn an_hour_before_midnight_utc_it_is_already_tomorrow_in_a_london_summer() {
        let moment = "2026-06-30T23:30:00Z".parse().unwrap();

        assert_eq!(date_of(moment), date(2026, 7, 1));
    }

    #[test]
    fn the_ends_of_time_are_not_overrun() {
        assert_eq!(moment(Date::MAX, Time::MAX), Timestamp::MAX);
        assert_eq!(moment(Date::MIN, Time::MIN), Timestamp::MIN);
        let day = SignedDuration::from_hours(24);
        assert_eq!(later(Timestamp::MAX, day), Timestamp::MAX);
        assert_eq!(earlier(Timestamp::MIN, day), Timestamp::MIN);
        assert_eq!(days_from(Date::MAX).count(), 1);
    }
}
