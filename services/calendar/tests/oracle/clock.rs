//! The oracle's own clock: days and seconds since 1970, and summer time as the law has it.

/// Days since 1 January 1970.
pub(crate) type Day = i64;
/// Seconds since then, UTC.
pub(crate) type Second = i64;

pub(crate) const MINUTE: Second = 60;
pub(crate) const HOUR: Second = 3600;
const DAY: Second = 86_400;

/// The day of a civil date, counted in years that begin in March.
pub(crate) fn day(year: i64, month: i64, of_month: i64) -> Day {
    let year = if month > 2 { year } else { year - 1 };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + of_month - 1;
    365 * year + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

/// Year, month and day of the month, found by trying, from a year that is not too late.
pub(crate) fn civil(wanted: Day) -> (i64, i64, i64) {
    let year = (1970 + wanted / 366..2101).find(|y| day(y + 1, 1, 1) > wanted);
    let year = year.expect("a day of our age");
    let month = (1..=12).rev().find(|m| day(year, *m, 1) <= wanted);
    let month = month.expect("a month of its year");
    (year, month, wanted - day(year, month, 1) + 1)
}

pub(crate) fn iso(wanted: Day) -> String {
    let (year, month, of_month) = civil(wanted);
    format!("{year:04}-{month:02}-{of_month:02}")
}

/// 0 is Monday. 1 January 1970 was a Thursday.
pub(crate) fn weekday(day: Day) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).expect("less than seven")
}

/// The last Sunday of a month that has 31 days.
pub(crate) fn last_sunday(year: i64, month: i64) -> Day {
    let end = day(year, month, 31);
    (end - 6..=end)
        .find(|d| weekday(*d) == 6)
        .expect("one day in seven is a Sunday")
}

/// Summer time: from 01:00 UTC of March's last Sunday to 01:00 UTC of October's.
fn is_summer(at: Second) -> bool {
    let (year, ..) = civil(at.div_euclid(DAY));
    let change = |month| last_sunday(year, month) * DAY + HOUR;
    (change(3)..change(10)).contains(&at)
}

/// London's day, and the seconds of it that the clock on the wall shows.
pub(crate) fn on_the_wall(at: Second) -> (Day, Second) {
    let shown = at + if is_summer(at) { HOUR } else { 0 };
    (shown.div_euclid(DAY), shown.rem_euclid(DAY))
}

/// The second at which the wall in London shows this: tried in summer time, then in winter time.
pub(crate) fn at(day: Day, of_day: Second) -> Second {
    let as_winter = day * DAY + of_day;
    [as_winter - HOUR, as_winter]
        .into_iter()
        .find(|second| on_the_wall(*second) == (day, of_day))
        .expect("school hours are not at night, when the clocks change")
}
