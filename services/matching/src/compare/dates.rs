//! Comparing birth dates and ages.

use crate::Agreement;
use jiff::civil::Date;

/// Exact; a variant where day and month are swapped; close where one digit is wrong or two
/// neighbours changed places; weak where two of day, month and year are the same.
pub(crate) fn birth_dates(report: Option<Date>, roll: Option<Date>) -> Agreement {
    match (report, roll) {
        (Some(a), Some(b)) if a == b => Agreement::Exact,
        (Some(a), Some(b)) if swapped(a, b) => Agreement::Variant,
        (Some(a), Some(b)) if slip(digits(a), digits(b)) => Agreement::Close,
        (Some(a), Some(b)) if in_common(a, b) >= 2 => Agreement::Weak,
        (Some(_), Some(_)) => Agreement::Differs,
        _ => Agreement::Missing,
    }
}

fn in_common(a: Date, b: Date) -> u8 {
    u8::from(a.year() == b.year()) + u8::from(a.month() == b.month()) + u8::from(a.day() == b.day())
}

/// Exact where the child was that old on `day`; close where one year apart.
pub(crate) fn age(reported: Option<u32>, day: Date, born: Option<Date>) -> Agreement {
    let (Some(reported), Some(born)) = (reported, born) else {
        return Agreement::Missing;
    };
    match i64::from(reported) - age_on(born, day) {
        0 => Agreement::Exact,
        -1 | 1 => Agreement::Close,
        _ => Agreement::Differs,
    }
}

/// Whole years from birth to `day`.
pub(crate) fn age_on(born: Date, day: Date) -> i64 {
    let had_birthday = (day.month(), day.day()) >= (born.month(), born.day());
    i64::from(day.year()) - i64::from(born.year()) - i64::from(!had_birthday)
}

fn swapped(a: Date, b: Date) -> bool {
    a.year() == b.year() && a.month() == b.day() && a.day() == b.month()
}

/// One digit apart, or two neighbouring digits exchanged.
fn slip(a: [i16; 8], b: [i16; 8]) -> bool {
    let apart = a.iter().zip(&b).filter(|(x, y)| x != y).count();
    let exchanged = a
        .windows(2)
        .zip(b.windows(2))
        .any(|(x, y)| x != y && x.iter().eq(y.iter().rev()));
    apart == 1 || (apart == 2 && exchanged)
}

fn digits(date: Date) -> [i16; 8] {
    let (y, m, d) = (date.year(), i16::from(date.month()), i16::from(date.day()));
    [
        y / 1000,
        y / 100 % 10,
        y / 10 % 10,
        y % 10,
        m / 10,
        m % 10,
        d / 10,
        d % 10,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn swaps_and_single_slips_are_close_and_more_differs() {
        let roll = Some(date(2014, 3, 12));
        for (report, agreement) in [
            (date(2014, 3, 12), Agreement::Exact),
            (date(2014, 12, 3), Agreement::Variant),
            (date(2014, 3, 13), Agreement::Close),
            (date(2014, 3, 21), Agreement::Close),
            (date(2041, 3, 12), Agreement::Close),
            (date(2014, 3, 27), Agreement::Weak),
            (date(2009, 3, 12), Agreement::Weak),
            (date(2015, 4, 12), Agreement::Differs),
            (date(2013, 3, 21), Agreement::Differs),
        ] {
            assert_eq!(birth_dates(Some(report), roll), agreement, "{report}");
        }
        assert_eq!(birth_dates(None, roll), Agreement::Missing);
    }

    #[test]
    fn an_age_is_that_of_the_incidents_day() {
        let born = Some(date(2014, 3, 12));
        let agreement = |age, day| super::age(Some(age), day, born);
        assert_eq!(agreement(11, date(2026, 3, 11)), Agreement::Exact);
        assert_eq!(agreement(11, date(2026, 3, 12)), Agreement::Close);
        assert_eq!(agreement(13, date(2026, 3, 11)), Agreement::Differs);
        assert_eq!(agreement(u32::MAX, Date::MIN), Agreement::Differs);
        assert_eq!(
            super::age(None, date(2026, 3, 11), born),
            Agreement::Missing
        );
    }
}
