//! The bank holidays of England and Wales: by rule, and as the GOV.UK feed announces them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;

/// Bank holidays that a royal proclamation moved away from their usual Monday.
const MOVED: [(i16, i8, i8); 3] = [(2012, 5, 28), (2020, 5, 4), (2022, 5, 30)];

/// Where those went, and the holidays proclaimed for one year only: jubilees, VE Day, the state
/// funeral of 2022, the coronation of 2023.
const PROCLAIMED: [(i16, i8, i8); 7] = [
    (2012, 6, 4),
    (2012, 6, 5),
    (2020, 5, 8),
    (2022, 6, 2),
    (2022, 6, 3),
    (2022, 9, 19),
    (2023, 5, 8),
];

/// Every year has at least this many.
const FEWEST_IN_A_YEAR: usize = 8;

/// The bank holidays of England and Wales.
///
/// The default knows them by rule, from 2012 on; a year that an official feed lists is the feed's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BankHolidays {
    announced: BTreeMap<i16, BTreeSet<Date>>,
}

/// Why a feed of bank holidays was refused.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// Not JSON, or not in the shape of the GOV.UK feed.
    #[error("not the GOV.UK bank-holidays feed: give the JSON of /bank-holidays.json unchanged")]
    Shape(#[source] serde_json::Error),
    /// A year that is cut short would turn holidays into school days.
    #[error(
        "the feed lists {found} bank holidays for {year}, and there are at least 8: fetch it again"
    )]
    CutShort {
        /// The year that is not complete.
        year: i16,
        /// How many days it lists.
        found: usize,
    },
}

#[derive(Deserialize)]
struct Feed {
    #[serde(rename = "england-and-wales")]
    england_and_wales: Division,
}

#[derive(Deserialize)]
struct Division {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    #[serde(deserialize_with = "iso_date")]
    date: Date,
}

fn iso_date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    String::deserialize(deserializer)?
        .parse()
        .map_err(|_| serde::de::Error::custom("not a date as yyyy-mm-dd"))
}

impl BankHolidays {
    /// Takes the years listed in a GOV.UK `/bank-holidays.json` from it; other years stay by rule.
    pub fn from_govuk_json(json: &str) -> Result<Self, FeedError> {
        let feed: Feed = serde_json::from_str(json).map_err(FeedError::Shape)?;
        let mut announced = BTreeMap::<i16, BTreeSet<Date>>::new();
        for Event { date } in feed.england_and_wales.events {
            announced.entry(date.year()).or_default().insert(date);
        }
        match announced
            .iter()
            .find(|(_, days)| days.len() < FEWEST_IN_A_YEAR)
        {
            Some((&year, days)) => Err(FeedError::CutShort {
                year,
                found: days.len(),
            }),
            None => Ok(Self { announced }),
        }
    }

    /// Whether this date is a bank holiday.
    pub fn contains(&self, date: Date) -> bool {
        self.announced
            .get(&date.year())
            .map_or_else(|| by_rule(date), |days| days.contains(&date))
    }
}

fn by_rule(date: Date) -> bool {
    use Weekday::{Monday, Saturday, Sunday, Tuesday};

    let ymd = (date.year(), date.month(), date.day());
    let day = (date.month(), date.day(), date.weekday());
    if PROCLAIMED.contains(&ymd) {
        return true;
    }
    if MOVED.contains(&ymd) || matches!(day, (_, _, Saturday | Sunday)) {
        return false;
    }
    // A day that falls on a weekend is made up for on the next weekday.
    let new_year = matches!(day, (1, 1, _) | (1, 2 | 3, Monday));
    let christmas = matches!(day, (12, 25 | 26, _) | (12, 27 | 28, Monday | Tuesday));
    let first_or_last_monday = matches!(
        day,
        (5, 1..=7 | 25..=31, Monday) | (8, 25..=31, Monday)
    );
    let easter = easter_sunday(date.year());
    let good_friday = easter == Some(date.saturating_add(2.days()));
    let easter_monday = easter == Some(date.saturating_sub(1.day()));

    new_year || good_friday || easter_monday || first_or_last_monday || christmas
}

/// The Gregorian computus, in the form of Meeus, Jones and Butcher: the Sunday after the first
/// full moon of spring.
fn easter_sunday(year: i16) -> Option<Date> {
    let golden = i32::from(year).rem_euclid(19);
    let century = i32::from(year).div_euclid(100);
    let of_century = i32::from(year).rem_euclid(100);
    let moon_drift = (8 * century + 13).div_euclid(25);
    let moon = (19 * golden + century - century.div_euclid(4) - moon_drift + 15).rem_euclid(30);
    let leaps = 2 * century.rem_euclid(4) + 2 * (of_century / 4);
    let to_sunday = (32 + leaps - moon - of_century % 4).rem_euclid(7);
    let late_moon = (golden + 11 * moon + 19 * to_sunday) / 433;
    let days = moon + to_sunday - 7 * late_moon;
    let month = (days + 90) / 25;
    let day = (days + 33 * month + 19) % 32;
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const FEED: &str = include_str!("../testdata/bank-holidays.json");

    #[test]
    fn the_rule_gives_exactly_the_official_days_of_2012_to_2028() {
        let official = BankHolidays::from_govuk_json(FEED).unwrap();
        let by_rule = BankHolidays::default();

        let all = date(2012, 1, 1)
            .series(1.day())
            .take_while(|day| day.year() <= 2028);
        let mut found = 0;
        for day in all {
            assert_eq!(by_rule.contains(day), official.contains(day), "{day}");
            found += usize::from(by_rule.contains(day));
        }
        assert_eq!(found, 140);
    }

    #[test]
    fn a_year_that_the_feed_lists_is_the_feeds_and_others_stay_by_rule() {
        let days: Vec<String> = (1..=8)
            .map(|d| format!(r#"{{"title":"x","date":"2031-02-0{d}","notes":"","bunting":true}}"#))
            .collect();
        let feed = format!(
            r#"{{"england-and-wales":{{"division":"x","events":[{}]}}}}"#,
            days.join(",")
        );

        let holidays = BankHolidays::from_govuk_json(&feed).unwrap();

        assert!(holidays.contains(date(2031, 2, 3)));
        assert!(!holidays.contains(date(2031, 12, 25)));
        assert!(holidays.contains(date(2032, 12, 27)));
    }

    #[test]
    fn a_feed_that_is_cut_short_or_misshapen_is_refused_with_a_remedy() {
        let short = r#"{"england-and-wales":{"events":[{"date":"2031-01-01"}]}}"#;
        let refused = |json| BankHolidays::from_govuk_json(json).unwrap_err().to_string();

        assert!(refused(short).ends_with("fetch it again"));
        for shape in [
            "",
            "{}",
            "[1]",
            r#"{"england-and-wales":{"events":[{"date":"01/02/2031"}]}}"#,
        ] {
            assert!(refused(shape).starts_with("not the GOV.UK bank-holidays feed"));
        }
    }

    #[test]
    fn no_year_that_a_date_can_have_upsets_the_rule() {
        for year in [-9999, -1, 0, 1, 1582, 1900, 9999] {
            let easter = easter_sunday(year).unwrap();
            assert_eq!(easter.weekday(), Weekday::Sunday, "{year}");
            assert!(!by_rule(easter));
        }
        assert!(by_rule(Date::MIN));
        assert!(!by_rule(Date::MAX));
    }
}
