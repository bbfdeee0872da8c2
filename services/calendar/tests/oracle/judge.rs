//! The oracle: the rules as they are written, over a painted wall and a list of moments.

use std::collections::HashSet;

use calendar::{Rule, Rung};

use crate::clock::{Day, HOUR, MINUTE, Second, at, civil, day, iso, on_the_wall, weekday};
use crate::town::{Book, Hours, Town};

/// A school day in seconds.
#[derive(Clone, Copy)]
pub(crate) struct SchoolDay {
    pub(crate) day: Day,
    pub(crate) opens: Second,
    pub(crate) closes: Second,
}

/// Every school day of a town, and every working day, in order.
pub(crate) struct Wall {
    pub(crate) school: Vec<SchoolDay>,
    /// 16:00 of each working day.
    pub(crate) afternoons: Vec<Second>,
}

const FEED: &str = include_str!("../../testdata/bank-holidays.json");

impl Wall {
    pub(crate) fn of(town: &Town) -> Self {
        let holidays: HashSet<&str> = FEED
            .split("\"date\": \"")
            .skip(1)
            .map(|rest| rest.split('"').next().expect("a first piece"))
            .collect();
        let first = day(2019, 9, 1);
        let mut plan = Self {
            school: Vec::new(),
            afternoons: Vec::new(),
        };
        let marks = paint(town, first, day(2028, 12, 31));
        for (today, mark) in (first..).zip(marks) {
            let is_bank_holiday = holidays.contains(iso(today).as_str());
            if weekday(today) < 5 && !is_bank_holiday {
                plan.afternoons.push(at(today, 16 * HOUR));
            }
            let is_free = is_bank_holiday || weekend(town).contains(&weekday(today));
            if mark == 'o' || (mark == 't' && !is_free) {
                let (opens, closes) = hours(town, weekday(today));
                plan.school.push(SchoolDay {
                    day: today,
                    opens: at(today, opens * MINUTE),
                    closes: at(today, closes * MINUTE),
                });
            }
        }
        plan
    }
}

/// Paints the days: term everywhere, then the council's calendar over it, the trust's over that, the
/// school's over that, and last the snow. `t` term, `o` open, `c` closed.
fn paint(town: &Town, first: Day, last: Day) -> Vec<char> {
    let mut wall = vec!['t'; usize::try_from(last - first + 1).expect("in order")];
    let mut brush = |from: Day, to: Day, colour: char| {
        let place = |day: Day| usize::try_from((day - first).max(0)).expect("not negative");
        let days = wall.iter_mut().skip(place(from));
        for mark in days.take(place(to + 1) - place(from)) {
            *mark = colour;
        }
    };
    for book in town.books.iter().rev() {
        if let Some((from, to)) = reach(book) {
            brush(from, to, 'c');
        }
        for (colour, ranges) in [('t', &book.terms), ('o', &book.open), ('c', &book.closed)] {
            for (from, to) in ranges {
                brush(*from, *to, colour);
            }
        }
    }
    for snow in &town.snow {
        brush(*snow, *snow, 'c');
    }
    wall
}

/// From the first day of term to the last, and the August before and after a whole school year.
fn reach(book: &Book) -> Option<(Day, Day)> {
    let mut from = book.terms.iter().map(|term| term.0).min()?;
    let mut to = book.terms.iter().map(|term| term.1).max()?;
    if let (year, 8 | 9, _) = civil(from) {
        from = day(year, 8, 1);
    }
    if let (year, 6 | 7, _) = civil(to) {
        to = day(year, 8, 31);
    }
    Some((from, to))
}

fn weekend(town: &Town) -> Vec<usize> {
    let [school, trust, council] = &town.books;
    let said = [&school.weekend, &trust.weekend, &council.weekend];
    said.into_iter()
        .flatten()
        .next()
        .cloned()
        .unwrap_or(vec![5, 6])
}

/// Opening and closing of a weekday, in minutes of the day.
fn hours(town: &Town, weekday: usize) -> (i64, i64) {
    let [school, trust, council] = &town.books;
    let bell = |book: &Book| book.bells[weekday];
    let delivery = |book: &Book| book.deliveries[weekday];
    let said: [Option<Hours>; 4] = if town.has_delivery_hour {
        [
            delivery(school),
            bell(school),
            delivery(trust),
            delivery(council),
        ]
    } else {
        [bell(school), delivery(school), bell(trust), bell(council)]
    };
    let otherwise = if town.has_delivery_hour {
        9 * 60
    } else {
        8 * 60 + 50
    };
    let (opens, closes) = said
        .into_iter()
        .flatten()
        .next()
        .unwrap_or((otherwise, None));
    (opens, closes.unwrap_or(15 * 60 + 15))
}

/// The rule and the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) rule: Rule,
    pub(crate) at: Second,
}

/// Judges known-at times in one sweep back through time, from the latest to the earliest, keeping
/// in mind the bell and the afternoon that come next.
pub(crate) fn judge(wall: &Wall, known: &[Second]) -> Vec<(Second, Verdict)> {
    let mut latest_first = known.to_vec();
    latest_first.sort_unstable_by(|a, b| b.cmp(a));
    let (mut school, mut afternoons) = (wall.school.clone(), wall.afternoons.clone());
    let (mut next, mut afternoon) = (None, None);
    let mut verdicts = Vec::new();
    for known in latest_first {
        while let Some(day) = school.pop_if(|day| day.opens > known) {
            next = Some(day);
        }
        while let Some(at) = afternoons.pop_if(|at| *at - 4 * HOUR >= known) {
            afternoon = Some(at);
        }
        let under_way = school.last().copied();
        let afternoon = afternoon.expect("a working day is always ahead");
        verdicts.push((known, verdict(known, under_way, next, afternoon)));
    }
    verdicts
}

/// `under_way`: the last school day that opened at or before known-at.
fn verdict(
    known: Second,
    under_way: Option<SchoolDay>,
    next: Option<SchoolDay>,
    afternoon: Second,
) -> Verdict {
    let two_hours_left = |day: SchoolDay| known + 2 * HOUR <= day.closes;
    if let Some(day) = under_way.filter(|day| two_hours_left(*day)) {
        return Verdict {
            rule: Rule::SameDay,
            at: day.closes - HOUR,
        };
    }
    let bell = next.map_or(Second::MAX, |day| day.opens);
    let is_far = bell > known + 72 * HOUR;
    let (rule, at) = if is_far && afternoon < bell {
        (Rule::Holiday, afternoon)
    } else if next.is_some_and(|day| day.day == on_the_wall(known).0) {
        (Rule::ThatBell, bell)
    } else {
        (Rule::NextBell, bell)
    };
    Verdict { rule, at }
}

/// The rungs as they are written; each waits, minute by minute, until the wall shows seven. In the
/// evening it looks first whether the deadline waits for the morning too.
pub(crate) fn climb(verdict: Verdict, from: Second, pressing: bool) -> [(Rung, Second); 3] {
    let ladder = if verdict.rule == Rule::Holiday {
        [
            (Rung::HolidayContact, 240),
            (Rung::Head, 120),
            (Rung::DutyDesk, 60),
        ]
    } else {
        [
            (Rung::KeyAdults, 60),
            (Rung::Head, 30),
            (Rung::DutyDesk, 20),
        ]
    };
    let at_once = pressing || from + 40 * MINUTE > verdict.at;
    ladder.map(|(rung, minutes)| {
        let mut when = verdict.at - minutes * MINUTE;
        if at_once || when < from {
            when = from;
        }
        let mut morning = when;
        while !(7 * HOUR..20 * HOUR).contains(&on_the_wall(morning).1) {
            morning += MINUTE - morning % MINUTE;
        }
        let is_evening = on_the_wall(when).1 >= 20 * HOUR;
        (
            rung,
            if is_evening && morning >= verdict.at {
                when
            } else {
                morning
            },
        )
    })
}
