//! Given, when, then for a child line.

use super::*;
use crate::{
    domain::{Accountable, AlertPlan, AlertStatus, EnquiryPlan, Placement, Routing},
    wire::stored as s,
};
use proto::{
    schools::v1::{ClosedReason, Desk, Queue, ResolveReason, Rung, RungOutcome, SchoolType},
    sealing::Sealed,
};

const MINUTE: i64 = 60_000;
const BELL: i64 = 100 * MINUTE;

fn sealed(mark: u8) -> Sealed {
    Sealed {
        ciphertext: vec![mark],
        ..Sealed::default()
    }
}

fn plan(id: &str) -> AlertPlan {
    AlertPlan {
        alert_id: id.to_owned(),
        school: sealed(1),
        area: None,
        school_type: SchoolType::Primary,
        deadline: s::Deadline {
            at_ms: BELL,
            ..s::Deadline::default()
        },
        rungs: [
            (Rung::KeyAdults, 60),
            (Rung::Head, 30),
            (Rung::DutyDesk, 20),
        ]
        .map(|(rung, before)| s::PlannedRung {
            rung: rung.into(),
            due_ms: BELL - before * MINUTE,
        })
        .to_vec(),
    }
}

fn to_school(id: &str) -> Routing {
    Routing {
        raise: vec![plan(id)],
        ..Routing::default()
    }
}

fn to_desk(queue: Queue) -> Routing {
    Routing {
        otherwise: Some(Placement::Desk {
            desk: Desk::Coordinator,
            queue,
            area: None,
            deadline_ms: BELL,
        }),
        ..Routing::default()
    }
}

fn asked(id: &str) -> Routing {
    Routing {
        otherwise: Some(Placement::Ask(EnquiryPlan {
            enquiry_id: id.to_owned(),
            school: sealed(1),
            until_ms: 40 * MINUTE,
            deadline_ms: BELL,
        })),
        ..Routing::default()
    }
}

fn receive(routing: Routing) -> Command {
    Command::Receive {
        received: s::LineReceived {
            line_id: "l1".to_owned(),
            notification_id: "n1".to_owned(),
            version: 1,
            ..s::LineReceived::default()
        },
        routing,
        now_ms: 0,
    }
}

fn confirm(alert_id: &str, now_ms: i64) -> Command {
    confirm_version(1, alert_id, now_ms)
}

fn confirm_version(seen: u32, alert_id: &str, now_ms: i64) -> Command {
    Command::Confirm {
        alert_id: alert_id.to_owned(),
        seen,
        by: sealed(9),
        now_ms,
    }
}

fn disown(alert_id: &str, routing: Routing) -> Command {
    Command::Disown {
        alert_id: alert_id.to_owned(),
        seen: 1,
        by: sealed(9),
        left: true,
        until_ms: 24 * 60 * MINUTE,
        routing,
        now_ms: MINUTE,
    }
}

fn correct(version: u32, routing: Routing) -> Command {
    Command::Correct {
        version,
        shared: None,
        child: None,
        material: true,
        routing,
        now_ms: 2 * MINUTE,
    }
}

fn conclude(rung: Rung, due_ms: i64, outcome: RungOutcome) -> Command {
    Command::Conclude {
        subject_id: "a1".to_owned(),
        rung,
        due_ms,
        outcome,
        delivered: 0,
        refused: 1,
        next_ms: 10 * MINUTE,
        now_ms: 10 * MINUTE,
    }
}

/// The line after these commands; each must be allowed.
fn given(commands: &[Command]) -> Line {
    commands.iter().fold(Line::default(), |line, command| {
        let events = decide(&line, command).unwrap();
        events.iter().fold(line, Line::evolve)
    })
}

fn kinds(events: &[LineEvent]) -> Vec<&'static str> {
    use journal::decider::EventSet;
    events.iter().map(|event| event.kind().0).collect()
}

#[test]
fn a_child_of_a_sure_school_is_routed_and_the_school_told_at_once() {
    let events = decide(&Line::default(), &receive(to_school("a1"))).unwrap();
    assert_eq!(
        kinds(&events),
        [
            "schools.line_received",
            "schools.alert_raised",
            "schools.rung_called"
        ]
    );
    assert_eq!(
        given(&[receive(to_school("a1"))]).accountable(),
        Accountable::School
    );
}

#[test]
fn a_child_without_any_plan_is_with_a_coordinator() {
    let line = given(&[receive(Routing::default())]);
    assert_eq!(
        line.accountable(),
        Accountable::Desk(Desk::Coordinator, Queue::Unmatched)
    );
}

#[test]
fn the_same_line_again_changes_nothing() {
    let line = given(&[receive(to_school("a1"))]);
    assert_eq!(decide(&line, &receive(to_school("a2"))), Ok(vec![]));
}

#[test]
fn nothing_can_be_asked_of_a_line_that_never_arrived() {
    assert_eq!(
        decide(&Line::default(), &confirm("a1", 0)),
        Err(Refusal::NotFound)
    );
}

#[test]
fn a_confirmation_says_how_long_before_the_deadline_it_came() {
    let line = given(&[receive(to_school("a1"))]);
    let events = decide(&line, &confirm("a1", BELL - 90_000)).unwrap();
    let [LineEvent::AlertConfirmed(confirmed)] = events.as_slice() else {
        panic!("one confirmation")
    };
    assert_eq!(confirmed.minutes_before_deadline, 1);
    let late = decide(&line, &confirm("a1", BELL + 1)).unwrap();
    let [LineEvent::AlertConfirmed(confirmed)] = late.as_slice() else {
        panic!("one confirmation")
    };
    assert_eq!(confirmed.minutes_before_deadline, -1);
}

#[test]
fn a_second_confirmation_changes_nothing() {
    let line = given(&[receive(to_school("a1")), confirm("a1", 5)]);
    assert_eq!(decide(&line, &confirm("a1", 6)), Ok(vec![]));
}

#[test]
fn not_ours_hides_the_copy_and_a_coordinator_takes_over() {
    let line = given(&[
        receive(to_school("a1")),
        disown("a1", to_desk(Queue::NotOurs)),
    ]);
    assert_eq!(
        line.accountable(),
        Accountable::Desk(Desk::Coordinator, Queue::NotOurs)
    );
    assert_eq!(decide(&line, &confirm("a1", 0)), Err(Refusal::NoLongerHeld));
}

#[test]
fn an_opened_copy_given_up_is_a_misdirected_disclosure() {
    let open = Command::Open {
        alert_id: "a1".to_owned(),
        by: sealed(9),
    };
    let line = given(&[receive(to_school("a1")), open]);
    let events = decide(&line, &disown("a1", to_desk(Queue::NotOurs))).unwrap();
    let Some(LineEvent::AlertDisowned(disowned)) = events.first() else {
        panic!("disowned first")
    };
    assert!(disowned.misdirected);
}

#[test]
fn not_ours_can_be_taken_back_for_a_day_and_no_longer() {
    let line = given(&[
        receive(to_school("a1")),
        confirm("a1", 1),
        disown("a1", to_desk(Queue::NotOurs)),
    ]);
    let restore = |now_ms| Command::Restore {
        alert_id: "a1".to_owned(),
        by: sealed(9),
        now_ms,
    };
    let day = 24 * 60 * MINUTE;
    assert_eq!(
        decide(&line, &restore(day + 1)),
        Err(Refusal::TooLateToRestore)
    );
    let restored = decide(&line, &restore(day))
        .unwrap()
        .iter()
        .fold(line, Line::evolve);
    assert_eq!(restored.alerts[0].status, AlertStatus::Confirmed);
    assert_eq!(restored.accountable(), Accountable::School);
}

#[test]
fn a_material_correction_asks_the_same_school_to_confirm_again() {
    let keep = Routing {
        keep: vec![plan("a1")],
        ..Routing::default()
    };
    let line = given(&[
        receive(to_school("a1")),
        confirm("a1", 1),
        correct(2, keep.clone()),
    ]);
    assert_eq!(line.alerts[0].status, AlertStatus::Reopened);
    assert_eq!(decide(&line, &correct(2, keep)), Ok(vec![]));
}

#[test]
fn a_correction_to_another_school_takes_the_first_copy_back() {
    let line = given(&[receive(to_school("a1")), correct(2, to_school("a2"))]);
    assert_eq!(line.alerts[0].status, AlertStatus::Withdrawn);
    assert_eq!(line.alerts[1].status, AlertStatus::Unconfirmed);
}

#[test]
fn a_withdrawal_reaches_the_copy_and_closes_the_child() {
    let line = given(&[receive(to_school("a1")), Command::Withdraw]);
    assert_eq!(line.alerts[0].status, AlertStatus::Withdrawn);
    assert_eq!(
        line.accountable(),
        Accountable::Closed(ClosedReason::Withdrawn)
    );
    assert_eq!(decide(&line, &Command::Withdraw), Ok(vec![]));
}

#[test]
fn a_yes_to_the_enquiry_releases_the_alert() {
    let answer = Command::AnswerEnquiry {
        enquiry_id: "q1".to_owned(),
        on_roll: true,
        by: sealed(9),
        routing: to_school("a1"),
        now_ms: MINUTE,
    };
    let asking = given(&[receive(asked("q1"))]);
    assert_eq!(
        asking.accountable(),
        Accountable::Desk(Desk::Coordinator, Queue::Asked)
    );
    let line = given(&[receive(asked("q1")), answer.clone()]);
    assert_eq!(line.accountable(), Accountable::School);
    assert_eq!(decide(&line, &answer), Err(Refusal::EnquiryClosed));
}

#[test]
fn an_enquiry_that_nobody_answers_goes_to_a_coordinator() {
    let line = given(&[
        receive(asked("q1")),
        Command::TakeDue {
            now_ms: 40 * MINUTE,
        },
    ]);
    assert_eq!(
        line.accountable(),
        Accountable::Desk(Desk::Coordinator, Queue::Unsure)
    );
}

#[test]
fn a_coordinator_routes_a_waiting_child_once() {
    let resolve = |routing| Command::Resolve {
        seen: 1,
        reason: ResolveReason::CandidateChecked,
        by: sealed(9),
        routing,
        now_ms: MINUTE,
    };
    let line = given(&[receive(to_desk(Queue::Unsure)), resolve(to_school("a1"))]);
    assert_eq!(line.accountable(), Accountable::School);
    assert_eq!(
        decide(&line, &resolve(to_school("a2"))),
        Err(Refusal::NotAtADesk)
    );
}

#[test]
fn a_hidden_child_waits_with_the_officer() {
    let line = given(&[receive(to_desk(Queue::Unsure)), Command::HideLocation]);
    assert_eq!(
        line.accountable(),
        Accountable::Desk(Desk::Coordinator, Queue::Hidden)
    );
}

mod ladder;
mod mended;
mod properties;
mod referral;
mod versions;
