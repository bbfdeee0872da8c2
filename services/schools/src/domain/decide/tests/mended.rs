//! Corrections, released text and enquiries: nobody acts on what was said before.

use super::*;

fn kept(id: &str) -> Routing {
    Routing {
        keep: vec![plan(id)],
        ..Routing::default()
    }
}

#[test]
fn a_correction_ends_the_question_that_was_asked_before_it() {
    let line = given(&[receive(asked("q1")), correct(2, to_school("a1"))]);
    assert!(!line.enquiries[0].open);
    let late = Command::AnswerEnquiry {
        enquiry_id: "q1".to_owned(),
        on_roll: true,
        by: sealed(9),
        routing: to_school("a2"),
        now_ms: MINUTE,
    };
    assert_eq!(decide(&line, &late), Err(Refusal::EnquiryClosed));
}

fn unreached(enquiry_id: &str) -> Command {
    Command::Conclude {
        subject_id: enquiry_id.to_owned(),
        rung: Rung::Telling,
        due_ms: 0,
        outcome: RungOutcome::NoContact,
        delivered: 0,
        refused: 0,
        next_ms: MINUTE,
        now_ms: MINUTE,
    }
}

#[test]
fn a_question_about_a_child_that_was_withdrawn_meanwhile_goes_to_nobody() {
    let line = given(&[receive(asked("q1")), Command::Withdraw]);
    let events = decide(&line, &unreached("q1")).unwrap();
    assert_eq!(kinds(&events), ["schools.rung_concluded"]);
}

#[test]
fn a_question_that_reached_nobody_goes_to_a_coordinator_at_once() {
    let line = given(&[receive(asked("q1"))]);
    let events = decide(&line, &unreached("q1")).unwrap();
    let line = events.iter().fold(line, Line::evolve);
    assert_eq!(
        line.accountable(),
        Accountable::Desk(Desk::Coordinator, Queue::Unsure)
    );
}

#[test]
fn released_text_asks_for_confirmation_again() {
    let release = Command::ReleaseText {
        version: 2,
        content: sealed(7),
        routing: kept("a1"),
        now_ms: 3 * MINUTE,
    };
    let line = given(&[receive(to_school("a1")), confirm("a1", 1), release.clone()]);
    assert_eq!(line.alerts[0].status, AlertStatus::Reopened);
    assert_eq!(decide(&line, &release), Ok(vec![]));
}

#[test]
fn a_copy_that_was_corrected_while_given_up_is_confirmed_again_when_it_is_restored() {
    let restore = Command::Restore {
        alert_id: "a1".to_owned(),
        by: sealed(9),
        now_ms: 3 * MINUTE,
    };
    let line = given(&[
        receive(to_school("a1")),
        confirm("a1", 1),
        disown("a1", to_desk(Queue::NotOurs)),
        correct(2, to_desk(Queue::NotOurs)),
        restore,
    ]);
    assert_eq!(line.alerts[0].status, AlertStatus::Reopened);
}

#[test]
fn a_correction_can_bring_the_rungs_nearer_and_never_puts_them_off() {
    let mut sooner = kept("a1");
    let mut later = kept("a1");
    for (rung, other) in sooner.keep[0]
        .rungs
        .iter_mut()
        .zip(&mut later.keep[0].rungs)
    {
        rung.due_ms = 2 * MINUTE;
        other.due_ms += 50 * MINUTE;
    }
    let line = given(&[receive(to_school("a1")), correct(2, later)]);
    assert_eq!(line.alerts[0].rungs, plan("a1").rungs);
    let line = given(&[receive(to_school("a1")), correct(2, sooner)]);
    let due = decide(&line, &Command::TakeDue { now_ms: 2 * MINUTE }).unwrap();
    assert_eq!(kinds(&due), ["schools.rung_called"; 3]);
}

#[test]
fn a_child_hidden_at_the_councils_desk_moves_to_the_officer() {
    let mut council = to_desk(Queue::NoSchool);
    if let Some(Placement::Desk { desk, .. }) = &mut council.otherwise {
        *desk = Desk::Council;
    }
    let line = given(&[receive(council), Command::HideLocation]);
    assert_eq!(
        line.accountable(),
        Accountable::Desk(Desk::Coordinator, Queue::Hidden)
    );
}
