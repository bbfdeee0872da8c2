//! The numbers of the deadline and the ladder, with their defaults.

use jiff::civil::Time;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::london;

/// The numbers that a council, force or school may change; civil times are London's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// First bell of a school whose calendars give none: 08:50.
    pub default_bell: Time,
    /// Delivery hour of a college or boarding school whose calendars give none: 09:00.
    pub default_delivery: Time,
    /// Closing time of a school whose calendars give none: 15:15.
    pub default_closing: Time,
    /// How long before closing the deadline of a same-day alert falls: 1 hour.
    pub before_closing: SignedDuration,
    /// Known less than this before closing counts as known after it: 2 hours.
    pub last_call: SignedDuration,
    /// A next bell further than this from known-at is a holiday away: 72 hours.
    pub far_bell: SignedDuration,
    /// When the holiday deadline falls, on a working day: 16:00.
    pub holiday_hour: Time,
    /// How long before the deadline the Key Adults, the head and the duty desk are told: 60, 30
    /// and 20 minutes.
    pub rungs: [SignedDuration; 3],
    /// How long before the holiday deadline the holiday contact, the head and the duty desk are
    /// told: 4, 2 and 1 hours.
    pub holiday_rungs: [SignedDuration; 3],
    /// No rung acts before this: 07:00.
    pub earliest_rung: Time,
    /// From this hour on a rung waits for the next morning, if its deadline does: 20:00.
    pub latest_rung: Time,
    /// With less than this left, every rung acts at once: 40 minutes.
    pub at_once_under: SignedDuration,
}

impl Default for Settings {
    fn default() -> Self {
        let hours = SignedDuration::from_hours;
        let minutes = SignedDuration::from_mins;
        Self {
            default_bell: Time::constant(8, 50, 0, 0),
            default_delivery: Time::constant(9, 0, 0, 0),
            default_closing: Time::constant(15, 15, 0, 0),
            before_closing: hours(1),
            last_call: hours(2),
            far_bell: hours(72),
            holiday_hour: Time::constant(16, 0, 0, 0),
            rungs: [minutes(60), minutes(30), minutes(20)],
            holiday_rungs: [hours(4), hours(2), hours(1)],
            earliest_rung: Time::constant(7, 0, 0, 0),
            latest_rung: Time::constant(20, 0, 0, 0),
            at_once_under: minutes(40),
        }
    }
}

/// Settings that contradict each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {remedy}")]
pub struct SettingsError {
    /// The setting to change.
    pub field: &'static str,
    /// What to change it to.
    pub remedy: &'static str,
}

impl Settings {
    /// Refuses numbers under which a deadline could fall before it was known, or a rung after its
    /// deadline or out of order.
    pub fn check(&self) -> Result<(), SettingsError> {
        let zero = SignedDuration::ZERO;
        let falls = |[first, second, third]: [SignedDuration; 3]| {
            first >= second && second >= third && third >= zero
        };
        let opens = self.default_bell.min(self.default_delivery);
        let rules = [
            (
                zero <= self.before_closing && self.before_closing <= self.last_call,
                "before_closing",
                "give a time from zero up to last_call",
            ),
            (
                self.far_bell >= zero,
                "far_bell",
                "give a time of zero or more",
            ),
            (
                falls(self.rungs),
                "rungs",
                "give the longest time before the deadline first",
            ),
            (
                falls(self.holiday_rungs),
                "holiday_rungs",
                "give the longest time before the deadline first",
            ),
            (
                self.earliest_rung <= opens.min(self.holiday_hour),
                "earliest_rung",
                "give a time before default_bell, default_delivery and holiday_hour",
            ),
            (
                self.latest_rung > self.earliest_rung,
                "latest_rung",
                "give a time after earliest_rung",
            ),
        ];
        rules
            .into_iter()
            .find(|(holds, ..)| !holds)
            .map_or(Ok(()), |(_, field, remedy)| {
                Err(SettingsError { field, remedy })
            })
    }

    /// The first moment from `now` on at which a rung towards the deadline `at` may act: `now`, or
    /// in the night the earliest hour of the morning that comes.
    ///
    /// Whoever is told in the evening has gone home, and would not be told again in the morning. A
    /// deadline that falls before that morning, or is past, does not wait for it: then the night
    /// begins at midnight. A rung that follows at once on a failed one takes this moment.
    pub fn next_allowed(&self, now: Timestamp, at: Timestamp) -> Timestamp {
        let today = london::date_of(now);
        if now >= london::moment(today, self.latest_rung) {
            let tomorrow = today.saturating_add(1.day());
            let morning = london::moment(tomorrow, self.earliest_rung);
            return if morning < at { morning } else { now };
        }
        now.max(london::moment(today, self.earliest_rung))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_agree_with_each_other() {
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn numbers_that_contradict_each_other_are_refused_by_name() {
        let ok = Settings::default;
        let hour = SignedDuration::from_hours(1);
        let cases = [
            (
                "before_closing",
                Settings {
                    before_closing: hour * 3,
                    ..ok()
                },
            ),
            (
                "far_bell",
                Settings {
                    far_bell: -hour,
                    ..ok()
                },
            ),
            (
                "rungs",
                Settings {
                    rungs: [hour, hour * 2, hour],
                    ..ok()
                },
            ),
            (
                "holiday_rungs",
                Settings {
                    holiday_rungs: [hour, hour, -hour],
                    ..ok()
                },
            ),
            (
                "earliest_rung",
                Settings {
                    earliest_rung: Time::constant(9, 30, 0, 0),
                    ..ok()
                },
            ),
            (
                "latest_rung",
                Settings {
                    latest_rung: Time::constant(6, 0, 0, 0),
                    ..ok()
                },
            ),
        ];
        for (field, settings) in cases {
            assert_eq!(settings.check().unwrap_err().field, field);
        }
    }

    #[test]
    fn in_the_night_a_rung_waits_for_seven_by_the_london_clock() {
        let winter = allowed("2026-01-14T02:00:00Z", "2026-01-14T08:50:00Z");
        assert_eq!(winter, "2026-01-14T07:00:00Z");
        let summer = allowed("2026-07-14T02:00:00Z", "2026-07-14T07:50:00Z");
        assert_eq!(summer, "2026-07-14T06:00:00Z");
    }

    #[test]
    fn from_eight_in_the_evening_a_rung_waits_for_the_morning_before_its_deadline() {
        let bell = "2026-01-15T08:50:00Z";

        assert_eq!(
            allowed("2026-01-14T19:59:59Z", bell),
            "2026-01-14T19:59:59Z"
        );
        assert_eq!(
            allowed("2026-01-14T20:00:00Z", bell),
            "2026-01-15T07:00:00Z"
        );
        // The clocks go forward in that night.
        assert_eq!(
            allowed("2026-03-28T22:00:00Z", "2026-03-30T07:50:00Z"),
            "2026-03-29T06:00:00Z"
        );
    }

    #[test]
    fn a_deadline_that_comes_before_the_morning_or_is_past_is_not_kept_waiting() {
        let evening = "2026-01-14T20:30:00Z";

        assert_eq!(allowed(evening, "2026-01-14T21:00:00Z"), evening);
        assert_eq!(allowed(evening, "2026-01-14T08:50:00Z"), evening);
    }

    fn allowed(now: &str, at: &str) -> String {
        let [now, at] = [now, at].map(|text| text.parse().unwrap());
        Settings::default().next_allowed(now, at).to_string()
    }
}
