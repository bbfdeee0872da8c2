//! Bad input of every kind is refused by the name of the field, and odd but true input is taken.

mod child;

use super::*;
use proptest::prelude::*;
use prost_types::Timestamp as Wire;
use proto::police::v1::{Child, ChildIdentity, Referral};

/// A Saturday night.
const NOW: &str = "2026-11-21T03:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn at(text: &str) -> Option<Wire> {
    let moment: Option<Timestamp> = text.parse().ok();
    moment.map(|moment| Wire {
        seconds: moment.as_second(),
        nanos: 0,
    })
}

fn child() -> Child {
    Child {
        identity: Some(ChildIdentity {
            forename: "Testy".into(),
            surname: "McTestface".into(),
            date_of_birth: "2016-02-29".into(),
            ..ChildIdentity::default()
        }),
        ..Child::default()
    }
}

fn good() -> Notification {
    Notification {
        force: "43".into(),
        reference: "43 .*>/2026'; DROP TABLE--<b>".into(),
        occurred_at: at("2026-11-20T22:15:00Z"),
        children: vec![child()],
        ..Notification::default()
    }
}

fn checked_as(notification: Notification, kind: Kind) -> Result<Checked, Problem> {
    let london = TimeZone::get("Europe/London").unwrap();
    check(notification, kind, &Rules::default(), &london, now())
}

fn checked(notification: Notification) -> Checked {
    checked_as(notification, Kind::Submission)
        .map_err(|problem| format!("{problem:?}"))
        .unwrap_or_else(|problem| panic!("{problem}"))
}

/// The paths that are refused once `spoil` has had its way with a good notification.
fn refused(spoil: impl FnOnce(&mut Notification)) -> Vec<String> {
    let mut notification = good();
    spoil(&mut notification);
    let Err(problem) = checked_as(notification, Kind::Submission) else {
        return Vec::new();
    };
    for field in problem.fields() {
        assert!(!field.reason.is_empty() && !field.remedy.is_empty());
    }
    problem
        .fields()
        .iter()
        .map(|field| field.path.clone())
        .collect()
}

fn refused_child(spoil: impl FnOnce(&mut Child)) -> Vec<String> {
    refused(|n| spoil(&mut n.children[0]))
}

fn refused_who(spoil: impl FnOnce(&mut ChildIdentity)) -> Vec<String> {
    refused_child(|child| spoil(child.identity.as_mut().unwrap()))
}

#[test]
fn a_good_notification_is_taken_and_completed() {
    let checked = checked(good());
    let n = checked.notification;
    assert_eq!(n.known_at, n.occurred_at);
    assert_eq!(n.children[0].line, 1);
    assert_eq!(n.children[0].residence_force, "43");
}

#[test]
fn every_wrong_field_of_one_request_is_named_at_once() {
    let paths = refused(|n| {
        n.force = "99".into();
        n.children[0].identity.as_mut().unwrap().date_of_birth = "2016-02-30".into();
    });
    assert_eq!(paths, ["force", "children[0].identity.date_of_birth"]);
}

#[test]
fn a_force_that_there_is_not_is_refused() {
    for force in ["", "02", "4", "043", "Thames Valley"] {
        assert_eq!(refused(|n| n.force = force.into()), ["force"]);
    }
    assert_eq!(
        refused_child(|child| child.residence_force = "99".into()),
        ["children[0].residence_force"]
    );
}

#[test]
fn a_reference_may_hold_anything_that_can_be_printed() {
    for reference in [
        " .*>/",
        "<script>",
        "' OR 1=1 --",
        "Ünïcödé",
        &"x".repeat(64),
    ] {
        assert!(
            refused(|n| n.reference = reference.into()).is_empty(),
            "{reference}"
        );
    }
    for reference in [
        "",
        " ",
        "a\u{0}b",
        "a\nb",
        "a\u{7f}",
        "\u{202e}x",
        &"x".repeat(65),
    ] {
        assert_eq!(
            refused(|n| n.reference = reference.into()),
            ["reference"],
            "{reference:?}"
        );
    }
}

#[test]
fn times_that_cannot_be_are_refused() {
    assert_eq!(refused(|n| n.occurred_at = None), ["occurred_at"]);
    for (seconds, nanos) in [(i64::MAX, 0), (i64::MIN, 0), (0, -1), (0, i32::MAX)] {
        let paths = refused(|n| n.occurred_at = Some(Wire { seconds, nanos }));
        assert_eq!(paths, ["occurred_at"], "{seconds} {nanos}");
    }
    assert_eq!(
        refused(|n| n.occurred_at = at("2026-11-21T03:05:01Z")),
        ["occurred_at"]
    );
    assert!(refused(|n| n.occurred_at = at("2026-11-21T03:05:00Z")).is_empty());
    assert_eq!(
        refused(|n| n.known_at = at("2026-11-21T04:00:00Z")),
        ["known_at"]
    );
    assert_eq!(
        refused(|n| n.known_at = at("2026-11-20T22:14:59Z")),
        ["known_at"]
    );
}

#[test]
fn what_police_knew_long_ago_is_taken_up_to_a_year() {
    assert!(refused(|n| n.occurred_at = at("2026-08-01T00:00:00Z")).is_empty());
    assert_eq!(
        refused(|n| n.occurred_at = at("1970-01-21T00:00:00Z")),
        ["occurred_at"]
    );
    let old_but_told_today = refused(|n| {
        n.occurred_at = at("2019-01-01T00:00:00Z");
        n.known_at = at("2026-11-21T02:00:00Z");
    });
    assert!(old_but_told_today.is_empty());
    let before_any_child = refused(|n| {
        n.occurred_at = at("1999-01-01T00:00:00Z");
        n.known_at = at("2026-11-21T02:00:00Z");
    });
    assert_eq!(before_any_child, ["occurred_at"]);
}

#[test]
fn a_notification_has_a_child_and_not_too_many() {
    assert_eq!(refused(|n| n.children.clear()), ["children"]);
    assert!(refused(|n| n.children = vec![child(); 30]).is_empty());
    assert_eq!(refused(|n| n.children = vec![child(); 31]), ["children"]);
}

#[test]
fn lines_are_numbered_once_and_ordered() {
    let three = |lines: [u32; 3]| {
        let mut notification = good();
        notification.children = lines.map(|line| Child { line, ..child() }).to_vec();
        notification
    };
    let duplicate = checked_as(three([2, 0, 7]), Kind::Submission)
        .err()
        .unwrap();
    assert_eq!(duplicate.fields()[0].path, "children[1].line");
    let checked = checked(three([9, 0, 1]));
    let lines: Vec<_> = checked
        .notification
        .children
        .iter()
        .map(|child| child.line)
        .collect();
    assert_eq!(lines, [1, 2, 9]);
    assert_eq!(checked.places, [2, 1, 0]);
}

#[test]
fn a_correction_names_its_lines_and_may_name_none() {
    let unnamed = checked_as(good(), Kind::Correction).err().unwrap();
    assert_eq!(unnamed.fields()[0].path, "children[0].line");
    let mut shared_only = good();
    shared_only.children.clear();
    assert!(checked_as(shared_only, Kind::Correction).is_ok());
}

#[test]
fn the_shared_part_is_checked_too() {
    assert_eq!(refused(|n| n.risk_grade = 9), ["risk_grade"]);
    assert_eq!(refused(|n| n.risk_tool = -1), ["risk_tool"]);
    assert_eq!(refused(|n| n.place = "x".repeat(301)), ["place"]);
    assert_eq!(
        refused(|n| n.police_actions = vec![String::new(); 21]),
        ["police_actions"]
    );
    assert_eq!(
        refused(|n| n.parties = vec![party_of("mother"); 11]),
        ["parties"]
    );
    assert_eq!(
        refused(|n| n.parties = vec![Party::default()]),
        ["parties[0].role"]
    );
    let long = || {
        Some(Referral {
            sent: true,
            reference: "x".repeat(65),
        })
    };
    assert_eq!(refused(|n| n.referral = long()), ["referral.reference"]);
    assert_eq!(
        refused_child(|child| child.residence_council = "86A".into()),
        ["children[0].residence_council"]
    );
}

fn party_of(surname: &str) -> Party {
    Party {
        role: PartyRole::Other.into(),
        surname: surname.into(),
        ..Party::default()
    }
}

#[test]
fn a_request_of_more_than_a_mebibyte_is_too_large() {
    let mut notification = good();
    notification.place = "x".repeat(MOST_BYTES);
    let problem = checked_as(notification, Kind::Submission).err().unwrap();
    assert_eq!(problem.code(), Code::TooLarge);
}

proptest! {
    #[test]
    fn no_input_panics_and_no_refusal_repeats_what_was_sent(
        text in "\\PC{0,8}SECRET[\\x00-\\x1f]{1,2}",
        number in any::<i32>(),
        seconds in any::<i64>(),
        line in any::<u32>(),
    ) {
        let mut notification = good();
        notification.reference.clone_from(&text);
        notification.known_at = Some(Wire { seconds, nanos: number });
        notification.risk_grade = number;
        notification.parties = vec![Party { role: number, date_of_birth: text.clone(), ..party_of(&text) }];
        notification.children = vec![child(), Child { line, ..child() }];
        let who = notification.children[0].identity.as_mut().unwrap();
        who.upn.clone_from(&text);
        who.nhs_number.clone_from(&text);
        who.date_of_birth = text;
        let problem = checked_as(notification, Kind::Submission).err().unwrap();
        let told = format!("{problem:?}");
        prop_assert!(!told.contains("SECRET"));
    }
}
