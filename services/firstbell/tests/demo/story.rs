//! The morning answers for every child as the script says.

use crate::{SEED, World};
use firstbell::demo::{
    cases::Case,
    cast::{CONFLICT_AT, CONFLICTED},
    hours::USUAL,
    people,
    script::{Act, Adult, Script, Target},
    town::LAPSED,
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Each child that is confirmed, with who and when, in order of time.
fn confirmed(script: &Script) -> BTreeMap<Target, Vec<(Timestamp, Adult)>> {
    let mut confirmed: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (at, act) in &script.acts {
        if let Act::Confirm { by, targets } = act {
            for target in targets {
                confirmed
                    .entry(target.clone())
                    .or_default()
                    .push((*at, by.clone()));
            }
        }
    }
    confirmed
}

fn named(act: &Act) -> Vec<Target> {
    match act {
        Act::Confirm { targets, .. } => targets.clone(),
        Act::Open { target, .. }
        | Act::Pass { target, .. }
        | Act::NotOurs { target, .. }
        | Act::AnswerEnquiry { target, .. }
        | Act::ReleaseText { target }
        | Act::Route { target, .. }
        | Act::SendToCouncilDesk { target, .. }
        | Act::Close { target, .. } => vec![target.clone()],
        Act::Correct { notification, .. } => {
            let reference = &notification.reference;
            let children = notification.children.iter();
            children
                .map(|child| Target {
                    reference: reference.clone(),
                    line: child.line,
                })
                .collect()
        }
        Act::Withdraw { reference, .. } => vec![Target {
            reference: reference.clone(),
            line: 1,
        }],
        Act::NameContact { .. } => Vec::new(),
    }
}

#[test]
fn every_act_is_about_a_child_that_was_submitted_before() {
    let script = World::usual().script;
    let submitted = script
        .submissions
        .iter()
        .flat_map(|one| one.targets().into_iter().map(|target| (target, one.at)));
    let submitted: BTreeMap<_, _> = submitted.collect();
    for (at, act) in &script.acts {
        assert!(
            named(act)
                .iter()
                .all(|target| submitted.get(target).is_some_and(|sent| sent < at))
        );
    }
}

#[test]
fn every_child_is_confirmed_but_those_who_must_not_be() {
    let script = World::usual().script;
    let confirmed = confirmed(&script);
    for one in &script.submissions {
        let never = matches!(
            one.case,
            Some(Case::Silent | Case::StaleNo | Case::OnNoRoll | Case::UnderFive)
        );
        for target in one.targets() {
            assert_eq!(confirmed.contains_key(&target), !never, "{:?}", one.case);
        }
    }
}

#[test]
fn whoever_confirms_does_so_before_their_bell_but_after_a_submission_that_came_later() {
    let world = World::usual();
    let late: BTreeSet<_> = world
        .script
        .targets(Case::AfterTheBell)
        .into_iter()
        .collect();
    for (target, confirmations) in confirmed(&world.script) {
        for (at, by) in confirmations {
            let bell = world.town.bell(&by.urn, USUAL);
            let before = bell.is_none_or(|bell| at < bell);
            assert_eq!(before, !late.contains(&target));
        }
    }
}

#[test]
fn who_acts_for_a_school_is_a_contact_of_it_by_then() {
    let world = World::usual();
    let mut contacts: BTreeSet<_> = people::contacts(&world.town, USUAL, SEED)
        .into_iter()
        .filter(|contact| contact.to.is_empty())
        .map(|contact| (contact.code, contact.contact_id))
        .collect();
    for (_, act) in &world.script.acts {
        match act {
            Act::NameContact { contact } => {
                assert_eq!(contact.code, LAPSED);
                contacts.insert((contact.code.clone(), contact.contact_id.clone()));
            }
            Act::Confirm { by, .. }
            | Act::Open { by, .. }
            | Act::Pass { by, .. }
            | Act::NotOurs { by, .. }
            | Act::AnswerEnquiry { by, .. } => {
                assert!(contacts.contains(&(by.urn.clone(), by.contact_id.to_owned())));
            }
            _ => {}
        }
    }
}

#[test]
fn the_corrected_child_and_the_dually_registered_one_are_confirmed_twice() {
    let script = World::usual().script;
    let twice: BTreeSet<_> = confirmed(&script)
        .into_iter()
        .filter(|(_, confirmations)| confirmations.len() > 1)
        .map(|(target, _)| target)
        .collect();
    let expected = [Case::Corrected, Case::DualRegistered]
        .map(|case| script.targets(case))
        .concat();
    assert_eq!(twice.len(), 2);
    assert!(expected.iter().all(|target| twice.contains(target)));
}

#[test]
fn the_party_is_the_schools_lead_by_name_and_the_deputy_confirms() {
    let world = World::usual();
    let contacts = people::contacts(&world.town, USUAL, SEED);
    let lead = contacts
        .iter()
        .find(|one| one.code == CONFLICT_AT && one.contact_id == people::LEAD)
        .unwrap();
    let name = lead.card.as_ref().unwrap().name.clone();
    assert!(name == format!("{} {}", CONFLICTED.0, CONFLICTED.1));
    let target = &world.script.targets(Case::Conflict)[0];
    let (_, by) = &confirmed(&world.script)[target][0];
    assert_eq!(by.contact_id, people::DEPUTY);
}

#[test]
fn desks_route_close_and_send_on_and_one_child_stays_with_the_coordinator() {
    let script = World::usual().script;
    let count =
        |wanted: fn(&Act) -> bool| script.acts.iter().filter(|(_, act)| wanted(act)).count();
    assert_eq!(count(|act| matches!(act, Act::Route { .. })), 6);
    assert_eq!(count(|act| matches!(act, Act::SendToCouncilDesk { .. })), 1);
    assert_eq!(count(|act| matches!(act, Act::Close { .. })), 1);
    assert_eq!(count(|act| matches!(act, Act::Withdraw { .. })), 1);
    assert_eq!(count(|act| matches!(act, Act::Correct { .. })), 1);
    assert_eq!(count(|act| matches!(act, Act::NotOurs { .. })), 1);
    assert_eq!(count(|act| matches!(act, Act::AnswerEnquiry { .. })), 2);
}
