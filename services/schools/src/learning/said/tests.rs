//! Given a line's history, then this is what people said of the child.

use super::*;
use crate::wire::stored as s;
use proto::police::v1::SealedChild;

const FIRST: [u8; 16] = [1; 16];
const SECOND: [u8; 16] = [2; 16];

fn school(mark: u8) -> Sealed {
    Sealed {
        nonce: vec![mark],
        ..Sealed::default()
    }
}

fn raised(mark: u8) -> LineEvent {
    LineEvent::AlertRaised(s::LineAlertRaised {
        alert_id: format!("alert {mark}"),
        school: Some(school(mark)),
        ..s::LineAlertRaised::default()
    })
}

fn asked(mark: u8) -> LineEvent {
    LineEvent::EnquiryRaised(s::EnquiryRaised {
        enquiry_id: format!("enquiry {mark}"),
        school: Some(school(mark)),
        ..s::EnquiryRaised::default()
    })
}

fn answered(mark: u8, on_roll: bool) -> LineEvent {
    LineEvent::EnquiryAnswered(s::EnquiryAnswered {
        enquiry_id: format!("enquiry {mark}"),
        on_roll,
        ..s::EnquiryAnswered::default()
    })
}

fn confirmed(mark: u8) -> LineEvent {
    LineEvent::AlertConfirmed(s::LineAlertConfirmed {
        alert_id: format!("alert {mark}"),
        ..s::LineAlertConfirmed::default()
    })
}

fn disowned(mark: u8, left: bool) -> LineEvent {
    LineEvent::AlertDisowned(s::LineAlertDisowned {
        alert_id: format!("alert {mark}"),
        left,
        ..s::LineAlertDisowned::default()
    })
}

fn restored(mark: u8) -> LineEvent {
    LineEvent::AlertRestored(s::LineAlertRestored {
        alert_id: format!("alert {mark}"),
        ..s::LineAlertRestored::default()
    })
}

fn resolved(reason: ResolveReason) -> LineEvent {
    LineEvent::Resolved(s::LineResolved {
        reason: reason.into(),
        by: None,
    })
}

fn corrected(material: bool) -> LineEvent {
    LineEvent::Corrected(s::LineCorrected {
        material,
        child: Some(SealedChild::default()),
        ..s::LineCorrected::default()
    })
}

/// Schools that have the child and schools that have not, in order, and whether it is on no roll.
fn heard(history: &[(LineEvent, [u8; 16])]) -> (Vec<(u8, bool)>, bool) {
    let events = history.iter();
    let said = events.fold(Said::default(), |said, (event, cause)| {
        said.hear(event, *cause)
    });
    let schools = said
        .schools
        .iter()
        .map(|(school, has)| (school.nonce[0], *has));
    (schools.collect(), said.nowhere)
}

#[test]
fn what_the_matcher_did_by_itself_says_nothing() {
    assert_eq!(heard(&[(raised(1), FIRST)]), (vec![], false));
    assert_eq!(heard(&[(asked(1), FIRST)]), (vec![], false));
}

#[test]
fn a_desks_route_says_where_the_child_is_and_a_later_route_by_itself_does_not() {
    let by_phone = resolved(ResolveReason::SchoolConfirmedByPhone);
    let routed = [(by_phone, FIRST), (raised(1), FIRST), (raised(2), SECOND)];
    assert_eq!(heard(&routed), (vec![(1, true)], false));
}

#[test]
fn a_school_that_confirms_or_says_yes_has_the_child_and_a_no_says_nothing() {
    let confirmed = [(raised(1), FIRST), (confirmed(1), SECOND)];
    assert_eq!(heard(&confirmed), (vec![(1, true)], false));
    for (on_roll, expected) in [(true, vec![(1, true)]), (false, vec![])] {
        let answered = [(asked(1), FIRST), (answered(1, on_roll), SECOND)];
        assert_eq!(heard(&answered), (expected, false), "{on_roll}");
    }
}

#[test]
fn not_ours_says_that_it_is_another_child_unless_the_child_left() {
    for (left, expected) in [(true, true), (false, false)] {
        let given_up = [(raised(1), FIRST), (disowned(1, left), SECOND)];
        assert_eq!(heard(&given_up), (vec![(1, expected)], false), "{left}");
    }
    let slip = [
        (raised(1), FIRST),
        (disowned(1, false), SECOND),
        (restored(1), SECOND),
    ];
    assert_eq!(heard(&slip), (vec![(1, false), (1, true)], false));
}

#[test]
fn only_not_of_school_age_says_that_a_child_is_on_no_roll() {
    for (reason, nowhere) in [
        (ResolveReason::NotOfSchoolAge, true),
        (ResolveReason::HomeEducated, false),
        (ResolveReason::MissingEducation, false),
        (ResolveReason::Duplicate, false),
        (ResolveReason::ToldAnotherWay, false),
    ] {
        assert_eq!(
            heard(&[(resolved(reason), FIRST)]),
            (vec![], nowhere),
            "{reason:?}"
        );
    }
    // Found at a school after all.
    let later = [
        (resolved(ResolveReason::NotOfSchoolAge), FIRST),
        (raised(1), SECOND),
        (confirmed(1), SECOND),
    ];
    assert_eq!(heard(&later), (vec![(1, true)], false));
}

#[test]
fn a_correction_of_who_the_child_is_takes_back_what_was_said_of_the_other() {
    let before = || vec![(raised(1), FIRST), (confirmed(1), FIRST)];
    for (material, expected) in [(true, vec![]), (false, vec![(1, true)])] {
        let mut history = before();
        history.push((corrected(material), SECOND));
        assert_eq!(heard(&history).0, expected, "{material}");
        // Confirmed again, it is of this child.
        history.push((confirmed(1), SECOND));
        assert_eq!(heard(&history).0.last(), Some(&(1, true)));
    }
}
