//! Schools, calendars, rolls and contacts are taken by the hub's own readers without a complaint.

use crate::{SEED, World};
use directory::{Directory, Kind, Stated, Successor};
use firstbell::demo::{
    hours::USUAL,
    people,
    town::{self, CALENDAR, COUNCIL, LINKS, RENUMBERED, SCHOOLS, UNREACHABLE},
};
use proto::access::v1::ContactRole;
use std::collections::{BTreeMap, BTreeSet};

fn the_directory() -> Directory {
    let mut directory = Directory::default();
    directory.take_schools(directory::schools::read(SCHOOLS).unwrap());
    directory.take_links(directory::links::read(LINKS).unwrap());
    directory
}

#[test]
fn the_schools_are_one_councils_and_of_every_kind() {
    let extract = directory::schools::read(SCHOOLS).unwrap();
    assert!(extract.report.refused.is_empty());
    let schools = &extract.establishments;
    assert!(schools.iter().all(|school| school.council == COUNCIL));
    for kind in [
        Kind::Primary,
        Kind::Secondary,
        Kind::Special,
        Kind::AlternativeProvision,
    ] {
        assert!(schools.iter().any(|school| school.kind == kind), "{kind:?}");
    }
    let stated = Stated {
        name: "St Mary's CofE Primary School",
        ..Stated::default()
    };
    let meant = the_directory().meant(&stated, USUAL.morning_date());
    assert_eq!(meant.likely.len(), 2);
}

#[test]
fn the_academys_former_number_leads_to_it() {
    let (now, before) = RENUMBERED;
    let links = directory::links::read(LINKS).unwrap();
    assert!(links.report.refused.is_empty());
    let successor = the_directory().successor(before.parse().unwrap(), USUAL.morning_date());
    assert_eq!(successor, Successor::Moved(now.parse().unwrap()));
}

#[test]
fn the_calendars_are_taken_whole_and_bells_differ() {
    let parsed = calendar::parse_calendar(CALENDAR);
    assert!(parsed.refused.is_empty());
    let world = World::usual();
    let bells: Vec<_> = world
        .town
        .schools
        .iter()
        .map(|school| world.town.bell(&school.urn, USUAL))
        .collect();
    assert_eq!(bells.iter().filter(|bell| bell.is_none()).count(), 1);
    assert_eq!(world.town.bell(town::INSET, USUAL), None);
    assert!(bells.iter().collect::<BTreeSet<_>>().len() >= 6);
}

#[test]
fn every_row_of_the_rolls_is_taken_with_its_numbers() {
    let world = World::usual();
    let mut upns = BTreeMap::new();
    let mut taken = 0;
    for roll in world.pupils.rolls(&world.town, USUAL) {
        let read = directory::roll::read(&roll.csv, roll.as_at).unwrap();
        assert!(read.report.refused.is_empty() && read.report.skipped.is_empty());
        let listed: BTreeSet<_> = read.schools.keys().map(ToString::to_string).collect();
        assert_eq!(listed, roll.schools.into_iter().collect());
        taken += read.report.rows_taken;
        for row in read.schools.into_values().flatten() {
            if let Some(upn) = row.upn {
                *upns.entry(upn).or_insert(0) += 1;
            }
        }
    }
    assert!(taken >= 5_000, "{taken}");
    assert!(upns.len() > 5_000);
    let twice = upns.values().filter(|count| **count > 1).count();
    assert_eq!(twice, 1, "only the dually registered child is on two rolls");
}

#[test]
fn the_contacts_file_reads_back_as_the_contacts() {
    let contacts = people::contacts(&World::usual().town, USUAL, SEED);
    let read = directory::contacts::read(&people::contacts_csv(&contacts)).unwrap();
    assert!(read.report.refused.is_empty());
    assert_eq!(read.contacts, contacts);
    for card in contacts.iter().filter_map(|contact| contact.card.as_ref()) {
        assert!(card.email.ends_with("@example.org"));
        assert!(card.phone.starts_with("01632 960") || card.phone.starts_with("07700 900"));
    }
}

#[test]
fn every_school_but_three_has_two_key_adults_and_a_head_today() {
    let world = World::usual();
    let contacts = people::contacts(&world.town, USUAL, SEED);
    let today = USUAL.morning_date().to_string();
    for school in &world.town.schools {
        let holds = |role: ContactRole| {
            let held = contacts.iter().filter(|contact| {
                contact.code == school.urn
                    && contact.roles().any(|held| held == role)
                    && (contact.to.is_empty() || contact.to >= today)
            });
            held.count()
        };
        let urn = school.urn.as_str();
        let adults = if urn == town::LAPSED || UNREACHABLE.contains(&urn) {
            0
        } else {
            2
        };
        assert_eq!(
            holds(ContactRole::KeyAdult) + holds(ContactRole::Deputy),
            adults,
            "{urn}"
        );
        assert_eq!(
            holds(ContactRole::Head),
            usize::from(!UNREACHABLE.contains(&urn))
        );
    }
}
