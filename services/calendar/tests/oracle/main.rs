//! The deadline and the ladder against an independent oracle, over nine years of made-up towns.
//!
//! The oracle shares no code with the crate: it has its own clock, paints its own wall wall, takes
//! the bank holidays from the official list, and judges all moments in one sweep through time.

mod clock;
mod judge;
mod town;

use calendar::{Pace, PlannedRung, Rule, Settings, deadline, rungs};
use jiff::Timestamp;

use clock::{HOUR, MINUTE, Second, at, day, last_sunday};
use judge::{Verdict, Wall, climb, judge};
use town::{Chance, Town};

const TOWNS: u64 = 60;
const KNOWN_IN_A_TOWN: usize = 300;

fn timestamp(at: Second) -> Timestamp {
    Timestamp::from_second(at).expect("a moment of our age")
}

/// Moments on and beside every edge of the rules, around both clock changes, and anywhere.
fn known_times(chance: &mut Chance, wall: &Wall) -> Vec<Second> {
    let (first, last) = (at(day(2020, 1, 1), 0), at(day(2028, 8, 1), 0));
    let mut moment = || {
        let school = usize::try_from(chance.below(1_500)).expect("small");
        let edge = match (chance.below(8), wall.school.get(school)) {
            (0, Some(day)) => day.opens,
            (1, Some(day)) => day.closes,
            (2, Some(day)) => day.closes - 2 * HOUR,
            (3, Some(day)) => day.opens - 72 * HOUR,
            (4, _) => wall.afternoons[school] - 4 * HOUR,
            (5, _) => {
                let month = if chance.one_in(2) { 3 } else { 10 };
                let clocks_change = at(last_sunday(2020 + chance.below(8), month), 0);
                clocks_change + chance.below(8 * 24 * HOUR) - 4 * 24 * HOUR
            }
            _ => first + chance.below(last - first),
        };
        edge + chance.below(3) - 1
    };
    let all = (0..KNOWN_IN_A_TOWN).map(|_| moment());
    all.filter(|known| (first..last).contains(known)).collect()
}

/// When the alert arrives: mostly soon, sometimes about the deadline or long after it.
fn arrival(chance: &mut Chance, known: Second, due: Second) -> Second {
    let arrived = match chance.below(8) {
        0 => due + chance.below(3) - 1,
        1 => due - 40 * MINUTE + chance.below(3) - 1,
        2 => due + chance.below(200 * HOUR),
        3 => known + chance.below(100 * HOUR),
        4 => due - chance.below(5 * HOUR),
        _ => known + chance.below(2 * HOUR),
    };
    arrived.max(known)
}

/// How often each rule was seen, so that a comparison of nothing cannot pass.
#[derive(Default)]
struct Seen {
    rules: [usize; 4],
    late: usize,
    at_once: usize,
    waited_for_seven: usize,
}

fn compare(town: &Town, chance: &mut Chance, seen: &mut Seen) {
    let wall = Wall::of(town);
    let (calendars, place, settings) = (town.calendars(), town.place(), Settings::default());
    let known = known_times(chance, &wall);
    for (known, verdict) in judge(&wall, &known) {
        let arrived = arrival(chance, known, verdict.at);
        let pressing = chance.one_in(10);

        let (known, from) = (timestamp(known), timestamp(arrived));
        let found = deadline(&calendars, &settings, &place, known, from);
        let at = found.at.as_second();
        assert_eq!(
            Verdict {
                rule: found.rule,
                at
            },
            verdict,
            "known at {known}"
        );
        assert_eq!(found.late_on_arrival, arrived >= verdict.at, "{known}");

        let speed = if pressing {
            Pace::AtOnce
        } else {
            Pace::Planned
        };
        let planned = rungs(&settings, found.rule, found.at, from, speed);
        let expected = climb(verdict, arrived, pressing).map(|(rung, due)| PlannedRung {
            rung,
            due_at: timestamp(due),
        });
        assert_eq!(planned, expected, "known at {known}, arrived {from}");
        seen.count(verdict, found.late_on_arrival, from, &planned);
    }
}

impl Seen {
    fn count(&mut self, verdict: Verdict, late: bool, from: Timestamp, rungs: &[PlannedRung; 3]) {
        let rules = [Rule::ThatBell, Rule::SameDay, Rule::NextBell, Rule::Holiday];
        for (count, rule) in self.rules.iter_mut().zip(rules) {
            *count += usize::from(verdict.rule == rule);
        }
        let [first, _, last] = rungs;
        self.late += usize::from(late);
        self.at_once += usize::from(last.due_at == from);
        self.waited_for_seven += usize::from(
            first.due_at > from && clock::on_the_wall(first.due_at.as_second()).1 == 7 * HOUR,
        );
    }
}

#[test]
fn deadline_and_ladder_are_what_the_oracle_says_in_every_town() {
    let mut seen = Seen::default();
    for seed in 0..TOWNS {
        let mut chance = Chance(seed);
        let town = Town::made_up(&mut chance);
        compare(&town, &mut chance, &mut seen);
    }
    let [that_bell, same_day, next_bell, holiday] = seen.rules;
    for often in [
        that_bell,
        same_day,
        next_bell,
        holiday,
        seen.late,
        seen.at_once,
        seen.waited_for_seven,
    ] {
        assert!(often > 500, "seen only {often} times");
    }
}

#[test]
fn the_oracles_clock_agrees_with_the_almanac() {
    assert_eq!(day(1970, 1, 1), 0);
    assert_eq!(clock::civil(day(2024, 2, 29)), (2024, 2, 29));
    assert_eq!(clock::iso(last_sunday(2026, 3)), "2026-03-29");
    assert_eq!(clock::iso(last_sunday(2026, 10)), "2026-10-25");
    assert_eq!(
        timestamp(at(day(2026, 3, 30), 8 * HOUR)).to_string(),
        "2026-03-30T07:00:00Z"
    );
}
