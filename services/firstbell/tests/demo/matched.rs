//! What the hub's own matcher and calendars say of each case.

use crate::{SEED, World};
use calendar::{BankHolidays, Calendars, PlaceKind, Rule, SchoolPlace};
use directory::{Directory, Stated};
use firstbell::demo::{
    cases::Case,
    hours::{Night, USUAL},
    night::Submission,
    town::{CALENDAR, COUNCIL, LINKS, SCHOOLS},
};
use jiff::{Timestamp, civil::date};
use matching::{Decision, Enrolment, Identity, Query, Roll, Settings};
use proto::police::v1::{ChildIdentity, Sex};

/// Where the matcher says that a child goes.
#[derive(Debug, PartialEq, Eq)]
enum Found {
    /// So many schools to tell.
    Told(usize),
    Asked,
    Left,
    Unsure,
    Nobody,
}

struct Hub {
    directory: Directory,
    roll: Roll,
}

impl Hub {
    fn of(world: &World, night: Night) -> Self {
        let mut directory = Directory::default();
        directory.take_schools(directory::schools::read(SCHOOLS).unwrap());
        directory.take_links(directory::links::read(LINKS).unwrap());
        let mut roll = Roll::default();
        for file in world.pupils.rolls(&world.town, night) {
            for (urn, rows) in directory::roll::read(&file.csv, file.as_at)
                .unwrap()
                .schools
            {
                roll.replace(urn, file.as_at, &rows).unwrap();
            }
        }
        Self { directory, roll }
    }

    fn decide(&self, who: &ChildIdentity, night: Night) -> Decision {
        let today = night.evening_date();
        let stated = Stated {
            name: &who.stated_school,
            council: COUNCIL,
            postcode: &who.postcode,
            born: who.date_of_birth.parse().ok(),
            age: who.age,
        };
        let school = self.directory.meant(&stated, today);
        let query = Query {
            forename: who.forename.clone(),
            surname: who.surname.clone(),
            known_as: who.known_as.clone(),
            date_of_birth: who.date_of_birth.parse().ok(),
            age: who.age,
            sex: match who.sex() {
                Sex::Female => matching::Sex::Female,
                Sex::Male => matching::Sex::Male,
                _ => matching::Sex::Unknown,
            },
            address: who.address.clone(),
            postcode: who.postcode.clone(),
            nhs_number: who.nhs_number.clone(),
            stated_school: school.likely,
            namesakes: school.namesakes,
            ..Query::on(today)
        };
        self.roll.decide(&query, &Settings::default())
    }

    fn find(&self, who: &ChildIdentity, night: Night) -> (Found, Decision) {
        let decision = self.decide(who, night);
        let found = match decision.identity {
            Identity::None => Found::Nobody,
            Identity::Unsure => Found::Unsure,
            Identity::Sure => {
                let best = &decision.candidates[0];
                let today = night.evening_date();
                match self.roll.enrolment(best, today, &Settings::default()) {
                    Enrolment::Current { schools } => Found::Told(schools.len()),
                    Enrolment::Stale { .. } => Found::Asked,
                    Enrolment::Left { .. } => Found::Left,
                    other => panic!("{other:?}"),
                }
            }
        };
        (found, decision)
    }
}

fn expected(case: Option<Case>) -> Found {
    match case {
        Some(Case::WhichTwin | Case::TooLittle | Case::Namesakes | Case::HiddenUnmatched) => {
            Found::Unsure
        }
        Some(Case::OnNoRoll | Case::UnderFive) => Found::Nobody,
        Some(Case::Moved) => Found::Left,
        Some(Case::StaleYes | Case::StaleNo) => Found::Asked,
        Some(Case::DualRegistered) => Found::Told(2),
        _ => Found::Told(1),
    }
}

fn identities(submission: &Submission) -> Vec<ChildIdentity> {
    let children = submission.notification.children.iter();
    children
        .map(|child| child.identity.clone().unwrap())
        .collect()
}

#[test]
fn the_matcher_finds_every_child_as_its_case_says() {
    for (night, seed) in [
        (USUAL, SEED),
        (USUAL, 77),
        (Night::of(date(2027, 2, 4)), SEED),
    ] {
        let world = World::of(night, seed);
        let hub = Hub::of(&world, night);
        for submission in &world.script.submissions {
            for (who, about) in identities(submission).iter().zip(&submission.about) {
                let (found, decision) = hub.find(who, night);
                assert_eq!(found, expected(submission.case), "{:?}", submission.case);
                if decision.identity == Identity::Sure {
                    let best = &decision.candidates[0];
                    let row = hub.roll.row(best.urn, best.row_id).unwrap();
                    assert!(
                        row.date_of_birth == Some(about.date_of_birth)
                            && row.forename == about.forename
                    );
                }
            }
        }
    }
}

#[test]
fn twins_and_namesakes_are_offered_to_the_coordinator_side_by_side() {
    let world = World::usual();
    let hub = Hub::of(&world, USUAL);
    for case in [Case::WhichTwin, Case::Namesakes] {
        let told = world
            .script
            .submissions
            .iter()
            .find(|one| one.case == Some(case))
            .unwrap();
        let decision = hub.decide(&identities(told)[0], USUAL);
        let people = decision
            .candidates
            .iter()
            .filter(|one| one.person <= 1)
            .count();
        assert_eq!(people, 2, "{case:?}");
        assert!(decision.candidates[0].total - decision.candidates[1].total < 6.0);
    }
}

#[test]
fn two_references_tell_of_the_same_child_on_the_same_day() {
    let world = World::usual();
    let told = world
        .script
        .submissions
        .iter()
        .filter(|one| one.case == Some(Case::Duplicate));
    let who: Vec<_> = told.flat_map(identities).collect();
    let known = |who: &ChildIdentity| {
        (
            who.forename.clone(),
            who.surname.clone(),
            who.date_of_birth.clone(),
        )
    };
    assert!(who.len() == 2 && known(&who[0]) == known(&who[1]));
}

#[test]
fn only_the_late_cases_are_late_and_only_the_shut_school_has_the_afternoon() {
    let world = World::usual();
    let mut calendars = Calendars::new(BankHolidays::default());
    calendars.take(calendar::parse_calendar(CALENDAR).calendars, "demo");
    for one in &world.script.submissions {
        for child in &one.about {
            let place = SchoolPlace {
                urn: child.urn.clone(),
                trust: None,
                council: Some(COUNCIL.to_owned()),
                kind: PlaceKind::Day,
            };
            let known = one.notification.known_at.unwrap().seconds;
            let known = Timestamp::from_second(known).unwrap();
            let settings = calendar::Settings::default();
            let due = calendar::deadline(&calendars, &settings, &place, known, one.at);
            let late = matches!(one.case, Some(Case::DaysLate | Case::AfterTheBell));
            assert_eq!(due.late_on_arrival, late, "{:?}", one.case);
            assert_eq!(
                due.rule == Rule::Holiday,
                one.case == Some(Case::Inset),
                "{:?}",
                one.case
            );
        }
    }
}
