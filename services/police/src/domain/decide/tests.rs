//! Given what happened, when something is asked, then this happens or is refused.

use super::*;
use crate::domain::samples::{
    ID, after, child, correction, given, line_id, noted, prints, received, sample, sealed,
};
use crate::wire::stored::delivery_noted::Heard;
use proto::schools::v1::AlertConfirmed;

fn refused(events: &[NotificationEvent], command: &Command) -> Refusal {
    decide(&given(events), command).unwrap_err()
}

fn submit_of(print: &str) -> Command {
    Command::Submit(received(print, vec![child(1, "one", false)]))
}

fn correct_of(id: &str, print: &str, lines: Vec<(SealedChild, KeptLine)>) -> Command {
    Command::Correct(correction(id, print, lines))
}

fn withdraw_of(lines: &[u32]) -> Command {
    Command::Withdraw {
        lines: lines.to_vec(),
        reason: WithdrawalReason::SentInError,
    }
}

fn release_of(line: u32, edited: Option<&str>) -> Command {
    Command::Release {
        line,
        edited: edited.map(sealed),
    }
}

fn corrected(event: &NotificationEvent) -> &public::NotificationCorrected {
    match event {
        NotificationEvent::Corrected(corrected) => corrected.public.as_ref().unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_first_submission_is_accepted_as_it_is() {
    let (events, state) = after(&[], &submit_of("print"));
    assert!(matches!(&events[..], [NotificationEvent::Received(r)] if r.notification_id == ID));
    assert_eq!(state.version, 1);
}

#[test]
fn the_same_content_again_changes_nothing() {
    assert!(after(&[sample()], &submit_of("print")).0.is_empty());
}

#[test]
fn other_content_under_the_same_reference_is_refused() {
    assert_eq!(
        refused(&[sample()], &submit_of("other")),
        Refusal::OtherContent
    );
}

#[test]
fn the_first_answer_stays_what_it_was_after_corrections() {
    let command = correct_of("a", "p", vec![child(2, "two, mended", false)]);
    let (events, _) = after(&[sample()], &command);
    let first = given(&[vec![sample()], events].concat()).accepted.unwrap();
    assert_eq!(first.lines.len(), 2);
    assert!(first.lines[1].2.is_some());
}

#[test]
fn a_correction_carries_only_the_lines_that_changed() {
    let lines = vec![child(1, "one", false), child(2, "two, mended", false)];
    let (events, state) = after(&[sample()], &correct_of("a", "p", lines));
    let public = corrected(&events[0]);
    assert_eq!((public.version, public.material), (2, true));
    assert_eq!(public.children.len(), 1);
    assert_eq!(public.children[0].line, 2);
    assert_eq!(public.shared, None);
    assert_eq!(state.lines[&2].held, None);
}

#[test]
fn a_change_that_nobody_acts_on_is_not_material() {
    let (line, mut kept) = child(1, "one", false);
    kept.prints = Some(prints("one", "other council"));
    let (events, _) = after(&[sample()], &correct_of("a", "p", vec![(line, kept)]));
    assert!(!corrected(&events[0]).material);
}

#[test]
fn a_mended_reference_is_not_material_and_new_times_are() {
    for (material, rest, expected) in [("shared", "mended", false), ("new times", "rest", true)] {
        let mut correction = correction("a", "p", vec![]);
        correction.shared_prints = prints(material, rest);
        let (events, _) = after(&[sample()], &Command::Correct(correction));
        assert!(corrected(&events[0]).shared.is_some());
        assert_eq!(corrected(&events[0]).material, expected);
    }
}

#[test]
fn a_new_line_adds_a_child_and_asks_nobody_to_confirm_again() {
    let (events, state) = after(
        &[sample()],
        &correct_of("a", "p", vec![child(3, "three", false)]),
    );
    assert!(!corrected(&events[0]).material);
    assert_eq!(state.lines.len(), 3);
}

#[test]
fn a_correction_that_changes_nothing_is_no_event() {
    let command = correct_of("a", "p", vec![child(1, "one", false)]);
    assert!(after(&[sample()], &command).0.is_empty());
}

#[test]
fn a_correction_id_is_good_for_one_content() {
    let first = correct_of("a", "p", vec![child(1, "mended", false)]);
    let (mut events, _) = after(&[sample()], &first);
    events.insert(0, sample());
    assert!(after(&events, &first).0.is_empty());
    let other = correct_of("a", "q", vec![child(1, "mended again", false)]);
    assert_eq!(refused(&events, &other), Refusal::CorrectionReused);
}

#[test]
fn corrections_cannot_make_a_notification_too_large() {
    let many = (3..=31).map(|line| child(line, "more", false)).collect();
    assert_eq!(
        refused(&[sample()], &correct_of("a", "p", many)),
        Refusal::TooManyChildren
    );
}

#[test]
fn corrections_cannot_make_a_stream_too_long() {
    let mut events = vec![sample()];
    for number in 0..MOST_CORRECTIONS {
        let text = format!("text {number}");
        let command = correct_of(&text, &text, vec![child(1, &text, false)]);
        events.extend(after(&events, &command).0);
    }
    let one_more = correct_of("more", "more", vec![child(1, "more", false)]);
    assert_eq!(refused(&events, &one_more), Refusal::TooManyCorrections);
}

#[test]
fn a_withdrawn_line_is_not_corrected_and_its_siblings_are() {
    let (mut events, _) = after(&[sample()], &withdraw_of(&[1]));
    events.insert(0, sample());
    let one = correct_of("a", "p", vec![child(1, "mended", false)]);
    assert_eq!(refused(&events, &one), Refusal::LineWithdrawn(1));
    let two = correct_of("b", "q", vec![child(2, "mended", false)]);
    assert_eq!(after(&events, &two).0.len(), 1);
}

#[test]
fn withdrawing_names_the_lines_or_none_for_all() {
    let ids = |lines: &[u32]| match &after(&[sample()], &withdraw_of(lines)).0[0] {
        NotificationEvent::Withdrawn(event) => event.public.as_ref().unwrap().line_ids.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(ids(&[2, 2]), [line_id(2)]);
    assert_eq!(ids(&[]), Vec::<String>::new());
}

#[test]
fn withdrawing_again_changes_nothing_and_nothing_is_corrected_after() {
    for lines in [&[][..], &[1, 2]] {
        let (mut events, state) = after(&[sample()], &withdraw_of(lines));
        assert!(state.withdrawn());
        events.insert(0, sample());
        assert!(after(&events, &withdraw_of(&[])).0.is_empty());
        assert!(after(&events, &withdraw_of(&[1])).0.is_empty());
        let late = correct_of("a", "p", vec![child(3, "three", false)]);
        assert_eq!(refused(&events, &late), Refusal::Withdrawn);
    }
}

#[test]
fn a_line_that_never_was_is_refused() {
    assert_eq!(
        refused(&[sample()], &withdraw_of(&[9])),
        Refusal::UnknownLine(9)
    );
    assert_eq!(
        refused(&[sample()], &release_of(9, None)),
        Refusal::UnknownLine(9)
    );
}

#[test]
fn held_text_goes_out_as_it_stands_or_edited() {
    for (edited, expected) in [(None, "held"), (Some("edited"), "edited")] {
        let (events, state) = after(&[sample()], &release_of(2, edited));
        let NotificationEvent::TextReleased(released) = &events[0] else {
            panic!("{:?}", events[0]);
        };
        let public = released.public.as_ref().unwrap();
        assert_eq!(public.content, Some(sealed(expected)));
        assert_eq!(public.line_id, line_id(2));
        assert_eq!(released.edited, edited.is_some());
        assert_eq!(state.lines[&2].held, None);
        assert_eq!((public.version, state.version), (2, 2));
    }
}

#[test]
fn text_that_is_not_held_is_released_already_and_not_edited_here() {
    assert!(after(&[sample()], &release_of(1, None)).0.is_empty());
    assert_eq!(
        refused(&[sample()], &release_of(1, Some("x"))),
        Refusal::NothingHeld(1)
    );
}

#[test]
fn what_schools_say_is_noted_for_lines_that_exist() {
    let heard = |line| {
        Heard::Confirmed(AlertConfirmed {
            line_id: line_id(line),
            notification_id: ID.into(),
            ..AlertConfirmed::default()
        })
    };
    let note = |line| {
        Command::Note(DeliveryNoted {
            heard: Some(heard(line)),
        })
    };
    let (events, _) = after(&[sample()], &note(1));
    assert_eq!(events, [noted(heard(1))]);
    assert_eq!(refused(&[sample()], &note(9)), Refusal::Unknown);
    assert_eq!(refused(&[], &note(1)), Refusal::Unknown);
}

#[test]
fn nothing_but_a_submission_is_taken_where_nothing_was_submitted() {
    for command in [
        correct_of("a", "p", vec![]),
        withdraw_of(&[]),
        release_of(1, None),
    ] {
        assert_eq!(refused(&[], &command), Refusal::Unknown);
    }
}
