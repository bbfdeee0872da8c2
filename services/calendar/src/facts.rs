//! What one school, trust or council has said about its days.

use std::ops::RangeInclusive;

use jiff::civil::{Date, Time, Weekday};

/// Who a calendar speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// One school, by URN.
    School,
    /// Every school of a trust, by the trust's code.
    Trust,
    /// Every school of a council, by its three-digit code.
    Council,
}

/// What a school's day starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// The first bell of a day school.
    Bell,
    /// The delivery hour of a college or boarding school.
    Delivery,
}

/// What a calendar says of a date; where it says several things, the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DayKind {
    /// Pupils are in, except at weekends and on bank holidays.
    Term,
    /// Pupils are in, even at a weekend or on a bank holiday.
    Open,
    /// Pupils are not in: a holiday, an INSET day, a closure.
    Closed,
}

/// One thing that a calendar says; dates are inclusive, times are London's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// What kind of days these dates are.
    Days(DayKind, RangeInclusive<Date>),
    /// When the day opens and closes on these weekdays; a later fact replaces an earlier one.
    Hours(Vec<Weekday>, Hours),
    /// The weekdays without school; a later fact replaces an earlier one.
    Weekend(Vec<Weekday>),
}

/// When a day opens and closes, London time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// Whether it opens with a bell or at a delivery hour.
    pub opening: Opening,
    /// The first bell or the delivery hour.
    pub opens: Time,
    /// The closing time; none: the default one.
    pub closes: Option<Time>,
}

/// The facts that one school, trust or council has given.
///
/// It may be partial: a school may give its bell and INSET days and leave the terms to its council.
/// What it does not say is asked of the next calendar in turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    days: Vec<(DayKind, RangeInclusive<Date>)>,
    hours: Vec<(Vec<Weekday>, Hours)>,
    weekend: Option<Vec<Weekday>>,
    reach: Option<RangeInclusive<Date>>,
}

impl FromIterator<Fact> for Calendar {
    fn from_iter<I: IntoIterator<Item = Fact>>(facts: I) -> Self {
        let mut calendar = Self::default();
        for fact in facts {
            match fact {
                Fact::Days(kind, days) => calendar.days.push((kind, days)),
                Fact::Hours(days, hours) => calendar.hours.push((days, hours)),
                Fact::Weekend(days) => calendar.weekend = Some(days),
            }
        }
        calendar.reach = reach(&calendar.days);
        calendar
    }
}

impl Calendar {
    /// What kind of day this is; none if this calendar does not say.
    pub(crate) fn kind_of(&self, date: Date) -> Option<DayKind> {
        let said = self.days.iter().filter(|(_, days)| days.contains(&date));
        let reaches = || self.reach.as_ref().is_some_and(|days| days.contains(&date));
        said.map(|(kind, _)| *kind)
            .max()
            .or_else(|| reaches().then_some(DayKind::Closed))
    }

    /// Opening and closing on this weekday, of the kind asked for.
    pub(crate) fn hours(&self, weekday: Weekday, opening: Opening) -> Option<Hours> {
        let fits = |(days, hours): &&(Vec<Weekday>, Hours)| {
            hours.opening == opening && days.contains(&weekday)
        };
        self.hours.iter().rfind(fits).map(|(_, hours)| *hours)
    }

    /// The weekdays without school.
    pub(crate) fn weekend(&self) -> Option<&[Weekday]> {
        self.weekend.as_deref()
    }
}

/// The dates that the terms speak for: one of these that no term holds is a holiday.
///
/// Before its first and after its last term a calendar says nothing: one that has run out must not
/// make a holiday of a term. The summer is the exception. Then last year's calendar has run out
/// while next year's is being loaded, so a term that ends in June or July reaches to the end of
/// August, and one that begins in August or September reaches back to the first of August.
fn reach(days: &[(DayKind, RangeInclusive<Date>)]) -> Option<RangeInclusive<Date>> {
    let terms = || days.iter().filter(|(kind, _)| *kind == DayKind::Term);
    let first = terms().map(|(_, days)| *days.start()).min()?;
    let last = terms().map(|(_, days)| *days.end()).max()?;
    let august = |day, term: Date| Date::new(term.year(), 8, day).unwrap_or(term);
    let from = match first.month() {
        8 | 9 => august(1, first),
        _ => first,
    };
    let to = match last.month() {
        6 | 7 => august(31, last),
        _ => last,
    };
    Some(from..=to)
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    fn autumn_to_summer() -> Calendar {
        [
            Fact::Days(DayKind::Term, date(2025, 9, 2)..=date(2025, 12, 19)),
            Fact::Days(DayKind::Term, date(2026, 1, 5)..=date(2026, 7, 21)),
            Fact::Days(DayKind::Closed, date(2026, 2, 16)..=date(2026, 2, 20)),
            Fact::Days(DayKind::Open, date(2026, 2, 18)..=date(2026, 2, 21)),
        ]
        .into_iter()
        .collect()
    }

    #[test]
    fn closed_beats_open_and_open_beats_term() {
        let calendar = autumn_to_summer();

        assert_eq!(calendar.kind_of(date(2026, 2, 13)), Some(DayKind::Term));
        assert_eq!(calendar.kind_of(date(2026, 2, 18)), Some(DayKind::Closed));
        assert_eq!(calendar.kind_of(date(2026, 2, 21)), Some(DayKind::Open));
    }

    #[test]
    fn between_two_terms_it_is_closed_and_beyond_them_it_says_nothing() {
        let calendar = autumn_to_summer();

        assert_eq!(calendar.kind_of(date(2025, 12, 25)), Some(DayKind::Closed));
        assert_eq!(calendar.kind_of(date(2026, 9, 1)), None);
        assert_eq!(calendar.kind_of(date(2025, 7, 31)), None);
    }

    #[test]
    fn the_summer_belongs_to_the_term_before_and_the_term_after() {
        let calendar = autumn_to_summer();

        for summer in [
            date(2025, 8, 1),
            date(2025, 9, 1),
            date(2026, 7, 22),
            date(2026, 8, 31),
        ] {
            assert_eq!(calendar.kind_of(summer), Some(DayKind::Closed), "{summer}");
        }
        assert_eq!(calendar.kind_of(date(2027, 8, 31)), None);
    }

    #[test]
    fn a_year_that_ends_in_june_reaches_to_the_end_of_august_and_may_does_not() {
        let ends_in = |month| -> Calendar {
            let term = date(2026, 4, 13)..=date(2026, month, 29);
            [Fact::Days(DayKind::Term, term)].into_iter().collect()
        };
        let august = date(2026, 8, 12);

        assert_eq!(ends_in(6).kind_of(august), Some(DayKind::Closed));
        assert_eq!(ends_in(5).kind_of(august), None);
    }

    #[test]
    fn only_an_autumn_term_says_nothing_of_the_spring() {
        let autumn: Calendar = [Fact::Days(
            DayKind::Term,
            date(2025, 9, 2)..=date(2025, 12, 19),
        )]
        .into_iter()
        .collect();

        assert_eq!(autumn.kind_of(date(2026, 1, 6)), None);
        assert_eq!(autumn.kind_of(date(2026, 8, 6)), None);
    }

    #[test]
    fn a_later_fact_replaces_an_earlier_one_for_its_days_only() {
        let bell = |hour| Hours {
            opening: Opening::Bell,
            opens: time(hour, 30, 0, 0),
            closes: None,
        };
        let calendar: Calendar = [
            Fact::Hours(vec![Weekday::Thursday, Weekday::Friday], bell(8)),
            Fact::Hours(vec![Weekday::Friday], bell(9)),
            Fact::Weekend(vec![Weekday::Sunday]),
            Fact::Weekend(vec![Weekday::Monday]),
        ]
        .into_iter()
        .collect();
        let hours = |day| calendar.hours(day, Opening::Bell);

        assert_eq!(hours(Weekday::Thursday), Some(bell(8)));
        assert_eq!(hours(Weekday::Friday), Some(bell(9)));
        assert_eq!(hours(Weekday::Monday), None);
        assert_eq!(calendar.hours(Weekday::Friday, Opening::Delivery), None);
        assert_eq!(calendar.weekend(), Some([Weekday::Monday].as_slice()));
    }
}
