//! A made-up town whose reports have habits of their own, and what is learnt from them: weights that
//! find more children, match nobody wrongly, and go where people's decisions point.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use crate::people::{TODAY, pupil, rolls, school};
use jiff::civil::{Date, date};
use matching::{
    Agreement, Chance, Field, Identity, Lessons, Model, Query, Roll, RollRow, Settings, Sex, Told,
};

/// Pupils of the town, of whom every third has a report.
const PUPILS: u64 = 1_500;

/// Draws the same numbers each time.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    /// A made-up name of so many syllables.
    fn name(&mut self, syllables: u64) -> String {
        const FIRST: [&str; 12] = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "t", "v"];
        const THEN: [&str; 6] = ["al", "en", "ir", "os", "um", "ey"];
        let mut name = String::new();
        for _ in 0..syllables {
            name.push_str(FIRST[usize::try_from(self.below(12)).unwrap()]);
            name.push_str(THEN[usize::try_from(self.below(6)).unwrap()]);
        }
        name
    }

    fn born(&mut self) -> Date {
        let [years, months, days] =
            [11, 12, 28].map(|limit| i16::try_from(self.below(limit)).unwrap());
        date(
            2009 + years,
            i8::try_from(months + 1).unwrap(),
            i8::try_from(days + 1).unwrap(),
        )
    }
}

/// A town and the reports of one force.
struct Town {
    roll: Roll,
    reports: Vec<Reported>,
}

/// A report and the pupil that it is about; none: a child on no roll.
struct Reported {
    query: Query,
    truth: Option<RollRow>,
}

/// A force that writes day and month in each other's place in every second report that it can, and
/// slips in some names.
fn town(seed: u64) -> Town {
    let mut draw = Draw(seed);
    let rows: Vec<_> = (0..PUPILS).map(|id| a_pupil(&mut draw, id)).collect();
    let mut reports = Vec::new();
    for row in rows.iter().step_by(3) {
        let query = reported(&mut draw, row);
        reports.push(Reported {
            query,
            truth: Some(row.clone()),
        });
        if draw.one_in(8) {
            // A brother or sister who is at no school yet.
            let mut sibling = a_pupil(&mut draw, 0);
            sibling.surname.clone_from(&row.surname);
            sibling.postcode.clone_from(&row.postcode);
            sibling.address.clone_from(&row.address);
            reports.push(Reported {
                query: reported(&mut draw, &sibling),
                truth: None,
            });
        }
    }
    Town {
        roll: rolls(&rows),
        reports,
    }
}

fn a_pupil(draw: &mut Draw, id: u64) -> RollRow {
    let (forename, surname, born) = (draw.name(2), draw.name(3), draw.born());
    let home = draw.below(400);
    RollRow {
        sex: [Sex::Female, Sex::Male][usize::from(draw.one_in(2))],
        address: format!("{} Madeup Road", 1 + home % 40),
        postcode: format!("ZZ{} {}AA", 1 + home % 9, 1 + home / 9 % 9),
        ..pupil(
            id,
            school(u32::try_from(draw.below(6)).unwrap()),
            &forename,
            &surname,
            born,
        )
    }
}

fn reported(draw: &mut Draw, row: &RollRow) -> Query {
    let mut born = row.date_of_birth.unwrap();
    if draw.one_in(2)
        && let Ok(swapped) = Date::new(born.year(), born.day(), born.month())
    {
        born = swapped;
    }
    let mut surname = row.surname.clone();
    if draw.one_in(6) {
        surname.pop();
    }
    Query {
        forename: row.forename.clone(),
        surname,
        date_of_birth: Some(born),
        sex: row.sex,
        postcode: if draw.one_in(4) {
            String::new()
        } else {
            row.postcode.clone()
        },
        ..Query::on(TODAY)
    }
}

impl Town {
    /// Learns from every report, with what `told` says of it.
    fn learn(&self, told: impl Fn(usize, &Reported) -> Told) -> Model {
        let standard = Model::default();
        let mut chance = Chance::new(&standard);
        for report in &self.reports {
            chance.count(&self.roll, &report.query);
        }
        let mut lessons = Lessons::after(chance);
        for (nth, report) in self.reports.iter().enumerate() {
            lessons.read(&self.roll, &report.query, &told(nth, report));
        }
        lessons.learn(self.roll.len()).no_bolder_than(&standard)
    }

    /// Children who are matched surely and rightly, and those who are so wrongly.
    fn sure(&self, model: &Model) -> [usize; 2] {
        let settings = Settings {
            model: model.clone(),
            ..Settings::default()
        };
        let mut sure = [0, 0];
        for report in &self.reports {
            let decision = self.roll.decide(&report.query, &settings);
            if decision.identity == Identity::Sure {
                let found = decision.candidates.first().map(|first| first.row_id);
                let right = found == report.truth.as_ref().map(|row| row.row_id);
                sure[usize::from(!right)] += 1;
            }
        }
        sure
    }
}

fn same(model: &Model, field: Field, degree: usize) -> f64 {
    model.chances(field).same[degree]
}

/// The place of [`Agreement::Variant`] among the degrees.
const VARIANT: usize = 1;
/// The place of [`Agreement::Close`].
const CLOSE: usize = 2;

fn silent(_: usize, _: &Reported) -> Told {
    Told::default()
}

/// What a school says that has the child.
fn at_school(report: &Reported) -> Told {
    Told {
        at: report.truth.iter().map(|row| row.urn).collect(),
        nowhere: report.truth.is_none(),
        ..Told::default()
    }
}

#[test]
fn what_is_learnt_of_a_forces_habits_finds_more_children_and_matches_nobody_wrongly() {
    for seed in [3, 77, 4_242] {
        let town = town(seed);
        let (standard, learnt) = (Model::default(), town.learn(silent));
        learnt.check().unwrap();
        let ([before, wrong_before], [after, wrong_after]) =
            (town.sure(&standard), town.sure(&learnt));
        assert!(after > before, "{before} to {after} with seed {seed}");
        assert_eq!([wrong_before, wrong_after], [0, 0], "with seed {seed}");
        let swapped = same(&learnt, Field::DateOfBirth, VARIANT);
        assert!(swapped > 0.1, "{swapped} with seed {seed}");
    }
}

#[test]
fn learning_twice_gives_the_same_weights_by_the_same_name() {
    let town = town(5);
    let learnt = town.learn(silent);
    assert_eq!(learnt, town.learn(silent));
    assert!(learnt.version.starts_with("learnt-"), "{}", learnt.version);
    assert_ne!(
        learnt.version,
        town.learn(|_, report| at_school(report)).version
    );
}

#[test]
fn a_sure_match_never_takes_less_for_what_was_learnt() {
    // Given a town where every child who is reported is on a roll
    let mut town = town(6);
    town.reports.retain(|report| report.truth.is_some());
    // When weights are learnt, then nobody is taken to be likelier on a roll than before
    let [standard, learnt] = [Model::default(), town.learn(silent)].map(|model| Settings {
        model,
        population: 0,
        ..Settings::default()
    });
    for age in [None, Some(3), Some(9)] {
        let [before, after] =
            [&standard, &learnt].map(|settings| settings.thresholds(400_000, age));
        assert!(after.sure >= before.sure && after.candidate >= before.candidate);
        assert_eq!(
            (after.margin, after.personal, after.twin),
            (before.margin, before.personal, before.twin)
        );
    }
}

#[test]
fn what_schools_say_of_their_children_moves_what_it_should() {
    // Given reports of a surname that many have and of an age that is always a year too high
    let mut draw = Draw(8);
    let rows: Vec<_> = (0..PUPILS)
        .map(|id| RollRow {
            surname: draw.name(1),
            ..a_pupil(&mut draw, id)
        })
        .collect();
    let too_old = |row: &RollRow| Query {
        surname: row.surname.clone(),
        age: row
            .date_of_birth
            .and_then(|born| u32::try_from(TODAY.year() - born.year() + 1).ok()),
        incident_date: date(TODAY.year(), 12, 31),
        ..Query::on(TODAY)
    };
    let reports = rows.iter().step_by(3).map(|row| Reported {
        query: too_old(row),
        truth: Some(row.clone()),
    });
    let town = Town {
        reports: reports.collect(),
        roll: rolls(&rows),
    };
    // When schools say of every one whose it is
    let [alone, told] = [
        town.learn(silent),
        town.learn(|_, report| at_school(report)),
    ];
    // Then more is learnt of how this force writes ages
    let [alone, told] = [&alone, &told].map(|model| same(model, Field::Age, CLOSE));
    assert!(told > alone + 0.05, "{alone} to {told}");
}

#[test]
fn not_ours_of_every_swapped_birth_date_teaches_that_a_swap_is_another_child() {
    // Given a force whose reports with day and month exchanged all mean somebody else
    let town = town(9);
    let swapped = |report: &Reported| {
        report
            .truth
            .as_ref()
            .is_some_and(|row| row.date_of_birth != report.query.date_of_birth)
    };
    // When the schools of all of them say so
    let not_ours = |_: usize, report: &Reported| Told {
        never_at: report
            .truth
            .iter()
            .filter(|_| swapped(report))
            .map(|row| row.urn)
            .collect(),
        ..Told::default()
    };
    let [before, after] = [town.learn(silent), town.learn(not_ours)];
    let bits = |model: &Model| model.chances(Field::DateOfBirth).bits(Agreement::Variant);
    // Then a swap weighs less than it would
    assert!(
        bits(&after) < bits(&before),
        "{} to {}",
        bits(&before),
        bits(&after)
    );
}

#[test]
fn one_slip_of_a_person_does_not_turn_the_weights() {
    let town = town(10);
    let slip = |nth: usize, report: &Reported| Told {
        never_at: report
            .truth
            .iter()
            .filter(|_| nth == 0)
            .map(|row| row.urn)
            .collect(),
        ..Told::default()
    };
    let [before, after] = [town.learn(silent), town.learn(slip)];
    for field in Field::ALL {
        for agreement in Agreement::DEGREES {
            let [before, after] =
                [&before, &after].map(|model| model.chances(field).bits(agreement));
            assert!((before - after).abs() < 0.3, "{field:?} {agreement:?}");
        }
    }
}
