//! Made-up towns: a school with its trust and council, whatever calendars they happen to have.

use std::fmt::Write;

use calendar::{BankHolidays, Calendars, PlaceKind, SchoolPlace, parse_calendar};
use jiff::civil::Date;

use crate::clock::{Day, day, iso};

/// A small seeded source of chance (splitmix64), so that every run sees the same towns.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number from zero up to, not including, `below`.
    pub(crate) fn below(&mut self, below: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) >> 2).expect("62 bits") % below
    }

    pub(crate) fn one_in(&mut self, n: i64) -> bool {
        self.below(n) == 0
    }
}

/// Opening and closing, in minutes of the day.
pub(crate) type Hours = (i64, Option<i64>);

/// A calendar as plain lists; weekdays count from Monday.
#[derive(Clone, Default)]
pub(crate) struct Book {
    pub(crate) terms: Vec<(Day, Day)>,
    pub(crate) closed: Vec<(Day, Day)>,
    pub(crate) open: Vec<(Day, Day)>,
    pub(crate) bells: [Option<Hours>; 7],
    pub(crate) deliveries: [Option<Hours>; 7],
    pub(crate) weekend: Option<Vec<usize>>,
}

/// A school and everything that is known about its days.
pub(crate) struct Town {
    /// The school's own, its trust's, its council's.
    pub(crate) books: [Book; 3],
    pub(crate) has_delivery_hour: bool,
    /// Days declared closed.
    pub(crate) snow: Vec<Day>,
}

/// The school years, each by the year in which it begins.
const YEARS: std::ops::Range<i64> = 2019..2028;
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Town {
    pub(crate) fn made_up(chance: &mut Chance) -> Self {
        let books = [0, 1, 2].map(|_| {
            if chance.one_in(4) {
                Book::default()
            } else {
                Book::made_up(chance)
            }
        });
        let snow = (0..12).map(|_| some_day(chance)).collect();
        Self {
            books,
            has_delivery_hour: chance.one_in(3),
            snow,
        }
    }

    /// The town as the code under test knows it: through a calendar file.
    pub(crate) fn calendars(&self) -> Calendars {
        let owners = ["school,100001", "trust,T1", "council,909"];
        let mut file = "scope,code,kind,from,to,days,first_bell,delivery_hour,closing\n".to_owned();
        for (owner, book) in owners.iter().zip(&self.books) {
            book.write(owner, &mut file)
                .expect("text can always be written");
        }
        let parsed = parse_calendar(file.as_bytes());
        assert_eq!(parsed.refused, []);
        let mut calendars = Calendars::new(BankHolidays::default());
        calendars.take(parsed.calendars, "v1");
        for day in &self.snow {
            let date: Date = iso(*day).parse().expect("an ISO date");
            calendars.close("100001", date);
        }
        calendars
    }

    pub(crate) fn place(&self) -> SchoolPlace {
        SchoolPlace {
            urn: "100001".to_owned(),
            trust: Some("T1".to_owned()),
            council: Some("909".to_owned()),
            kind: if self.has_delivery_hour {
                PlaceKind::College
            } else {
                PlaceKind::Day
            },
        }
    }
}

fn some_day(chance: &mut Chance) -> Day {
    let first = day(2019, 9, 1);
    first + chance.below(day(2028, 8, 31) - first)
}

impl Book {
    fn made_up(chance: &mut Chance) -> Self {
        let mut book = Self::default();
        if !chance.one_in(4) {
            for year in YEARS {
                if !chance.one_in(5) {
                    book.add_year(chance, year);
                }
            }
        }
        for _ in 0..chance.below(40) {
            let from = some_day(chance);
            book.closed.push((from, from + chance.below(3)));
        }
        if chance.one_in(4) {
            for _ in 0..20 {
                let from = some_day(chance);
                book.open.push((from, from + chance.below(2)));
            }
        }
        for weekday in 0..7 {
            if !chance.one_in(3) {
                book.bells[weekday] = Some(hours(chance));
            }
            if chance.one_in(2) {
                book.deliveries[weekday] = Some(hours(chance));
            }
        }
        if chance.one_in(4) {
            book.weekend = Some((0..7).filter(|_| chance.one_in(4)).collect());
        }
        book
    }

    /// Six half-terms, the last of them sometimes not yet known.
    fn add_year(&mut self, chance: &mut Chance, year: i64) {
        let starts = [
            day(year, 8, 28),
            day(year, 10, 30),
            day(year + 1, 1, 2),
            day(year + 1, 2, 20),
            day(year + 1, 4, 10),
            day(year + 1, 6, 1),
        ];
        let known = if chance.one_in(4) { 3 } else { 6 };
        for start in starts.into_iter().take(known) {
            let from = start + chance.below(8);
            self.terms.push((from, from + 36 + chance.below(16)));
        }
    }

    fn write(&self, owner: &str, file: &mut String) -> std::fmt::Result {
        for (kind, ranges) in [
            ("term", &self.terms),
            ("inset", &self.closed),
            ("open", &self.open),
        ] {
            for (from, to) in ranges {
                writeln!(file, "{owner},{kind},{},{},,,,", iso(*from), iso(*to))?;
            }
        }
        for (weekday, name) in WEEKDAYS.iter().enumerate() {
            if let Some((opens, closes)) = self.bells[weekday] {
                let (opens, closes) = (clock(Some(opens)), clock(closes));
                writeln!(file, "{owner},hours,,,{name},{opens},,{closes}")?;
            }
            if let Some((opens, closes)) = self.deliveries[weekday] {
                let (opens, closes) = (clock(Some(opens)), clock(closes));
                writeln!(file, "{owner},delivery,,,{name},,{opens},{closes}")?;
            }
        }
        if let Some(days) = &self.weekend {
            let names: Vec<_> = days.iter().map(|day| WEEKDAYS[*day]).collect();
            let names = if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(" ")
            };
            writeln!(file, "{owner},weekend,,,{names},,,")?;
        }
        Ok(())
    }
}

fn hours(chance: &mut Chance) -> Hours {
    let opens = 7 * 60 + 30 + chance.below(120);
    let closes = (!chance.one_in(4)).then(|| opens + 60 + chance.below(9 * 60));
    (opens, closes)
}

fn clock(minutes: Option<i64>) -> String {
    minutes.map_or(String::new(), |m| format!("{:02}:{:02}", m / 60, m % 60))
}
