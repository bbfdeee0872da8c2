//! The submissions keep the limits of the contract, and hold only the mistakes that they should.

use crate::{SEED, World};
use firstbell::demo::{
    cases::Case,
    hours::{Night, USUAL},
    people,
    script::{self, Script},
};
use jiff::{
    Timestamp,
    civil::{Date, date},
};
use matching::{NhsNumber, fold};
use prost::Message;
use proto::police::v1::{Child, Notification};
use std::collections::BTreeSet;

fn moment(stamp: Option<prost_types::Timestamp>) -> Timestamp {
    Timestamp::from_second(stamp.unwrap().seconds).unwrap()
}

#[test]
fn the_same_seed_makes_the_same_world_and_another_seed_another() {
    let told = |seed| {
        let world = World::of(USUAL, seed);
        let rolls = world
            .pupils
            .rolls(&world.town, USUAL)
            .into_iter()
            .map(|roll| roll.csv);
        let sent = world
            .script
            .submissions
            .iter()
            .map(|one| one.notification.encode_to_vec());
        let contacts = people::contacts_csv(&people::contacts(&world.town, USUAL, seed));
        rolls.chain(sent).chain([contacts]).collect::<Vec<_>>()
    };
    assert!(told(SEED) == told(SEED));
    assert!(told(SEED) != told(SEED + 1));
}

#[test]
fn at_least_sixty_notifications_come_each_under_a_reference_of_its_own() {
    let submissions = World::usual().script.submissions;
    let references: BTreeSet<_> = submissions
        .iter()
        .map(|one| one.notification.reference.clone())
        .collect();
    assert!(references.len() >= 60);
    assert_eq!(references.len(), submissions.len());
    assert!(submissions.is_sorted_by_key(|one| one.at));
}

#[test]
fn every_case_is_told_once_and_the_duplicate_twice() {
    let script = World::usual().script;
    for case in Case::ALL {
        let told = script
            .submissions
            .iter()
            .filter(|one| one.case == Some(case));
        assert_eq!(
            told.count(),
            if case == Case::Duplicate { 2 } else { 1 },
            "{case:?}"
        );
    }
}

#[test]
fn every_notification_keeps_the_limits() {
    for night in [USUAL, Night::of(date(2027, 2, 4))] {
        for one in World::of(night, SEED).script.submissions {
            let n = &one.notification;
            assert!(n.encoded_len() < 20_000 && n.reference.len() <= 64);
            assert!((1..=30).contains(&n.children.len()) && n.parties.len() <= 10);
            assert_eq!(n.children.len(), one.about.len());
            let (occurred, known) = (moment(n.occurred_at), moment(n.known_at));
            assert!(occurred <= known && known <= one.at);
            for (line, child) in (1..).zip(&n.children) {
                assert_eq!(child.line, line);
                keeps_the_limits(child, n.parties.len(), night.evening_date());
            }
        }
    }
}

fn keeps_the_limits(child: &Child, parties: usize, today: Date) {
    let who = child.identity.as_ref().unwrap();
    assert!(!who.forename.is_empty() && !who.surname.is_empty());
    if who.date_of_birth.is_empty() {
        assert!(who.age.unwrap() < 18);
    } else {
        let born: Date = who.date_of_birth.parse().unwrap();
        let years = born.until((jiff::Unit::Year, today)).unwrap().get_years();
        assert!((3..18).contains(&years), "{years}");
    }
    assert!(who.nhs_number.is_empty() || who.nhs_number.parse::<NhsNumber>().is_ok());
    assert!(who.postcode.is_empty() || who.postcode.starts_with("ZZ"));
    let content = child.content.as_ref().unwrap();
    assert!(!content.circumstances.is_empty() && content.circumstances.len() <= 4_000);
    assert!(content.whereabouts.len() <= 300 && content.relationships.len() <= parties);
}

#[test]
fn only_one_text_names_somebody_and_it_is_about_a_sibling() {
    for one in World::usual().script.submissions {
        let naming = one
            .notification
            .children
            .iter()
            .filter(|child| names_another(&one.notification, child));
        let lines: Vec<_> = naming.map(|child| child.line).collect();
        let expected: &[u32] = if one.case == Some(Case::HeldText) {
            &[1]
        } else {
            &[]
        };
        assert_eq!(lines, expected, "{:?}", one.case);
    }
}

fn names_another(notification: &Notification, child: &Child) -> bool {
    let content = child.content.clone().unwrap();
    let voice = content.voice.unwrap_or_default().words;
    let handling = content.handling.unwrap_or_default();
    let text = [
        content.circumstances,
        content.whereabouts,
        voice,
        handling.note,
        handling.conditions,
    ];
    let text = fold(&text.join(" ")) + " " + &fold(&content.relationships.join(" "));
    let who = |child: &Child| child.identity.clone().unwrap();
    let siblings = notification
        .children
        .iter()
        .filter(|other| other.line != child.line);
    let own = fold(&format!("{} {}", who(child).forename, who(child).surname));
    let names = siblings.map(|other| format!("{} {}", who(other).forename, who(other).surname));
    let adults = notification
        .parties
        .iter()
        .map(|party| format!("{} {}", party.forename, party.surname));
    let names: Vec<_> = names.chain(adults).map(|name| fold(&name)).collect();
    let mut words = names
        .iter()
        .flat_map(|name| name.split(' '))
        .filter(|word| word.len() > 2);
    words.any(|word| !own.contains(word) && text.split(' ').any(|said| said == word))
}

#[test]
fn every_submission_and_act_lies_between_the_evening_and_the_end() {
    let Script { submissions, acts } = World::usual().script;
    let (first, last) = (USUAL.at(17, 40), script::end(USUAL));
    assert!(
        submissions
            .iter()
            .all(|one| (first..=last).contains(&one.at))
    );
    assert!(
        acts.iter()
            .all(|(at, _)| (USUAL.morning(7, 0)..=last).contains(at))
    );
    assert!(acts.is_sorted_by_key(|(at, _)| *at));
}
