//! The ladder: what is due acts, what failed brings the next rung nearer.

use super::*;

#[test]
fn only_a_confirmation_stops_the_ladder() {
    let waiting = given(&[receive(to_school("a1"))]);
    let due = decide(
        &waiting,
        &Command::TakeDue {
            now_ms: 40 * MINUTE,
        },
    )
    .unwrap();
    assert_eq!(kinds(&due), ["schools.rung_called"]);
    let confirmed = given(&[receive(to_school("a1")), confirm("a1", 5)]);
    assert_eq!(
        decide(&confirmed, &Command::TakeDue { now_ms: BELL }),
        Ok(vec![])
    );
}

#[test]
fn after_downtime_only_the_latest_due_rung_acts_and_the_others_are_on_record() {
    let line = given(&[receive(to_school("a1"))]);
    let due = decide(
        &line,
        &Command::TakeDue {
            now_ms: 75 * MINUTE,
        },
    )
    .unwrap();
    let [
        LineEvent::RungConcluded(skipped),
        LineEvent::RungCalled(called),
    ] = due.as_slice()
    else {
        panic!("one skipped, one called: {:?}", kinds(&due))
    };
    assert_eq!(skipped.outcome(), RungOutcome::Skipped);
    assert_eq!(skipped.rung(), Rung::KeyAdults);
    assert_eq!(called.rung(), Rung::Head);
}

#[test]
fn rungs_that_are_due_together_all_act() {
    let mut routing = to_school("a1");
    for rung in &mut routing.raise[0].rungs {
        rung.due_ms = MINUTE;
    }
    let line = given(&[receive(routing)]);
    let due = decide(&line, &Command::TakeDue { now_ms: MINUTE }).unwrap();
    assert_eq!(kinds(&due), ["schools.rung_called"; 3]);
}

#[test]
fn a_failed_step_brings_the_next_rung_nearer() {
    let line = given(&[receive(to_school("a1"))]);
    let events = decide(&line, &conclude(Rung::Telling, 0, RungOutcome::NoContact)).unwrap();
    let [LineEvent::RungConcluded(_), LineEvent::RungAdvanced(next)] = events.as_slice() else {
        panic!("concluded, then sooner: {:?}", kinds(&events))
    };
    assert_eq!((next.rung(), next.due_ms), (Rung::KeyAdults, 10 * MINUTE));
    let line = events.iter().fold(line, Line::evolve);
    let due = decide(
        &line,
        &Command::TakeDue {
            now_ms: 10 * MINUTE,
        },
    )
    .unwrap();
    assert_eq!(kinds(&due), ["schools.rung_called"]);
}

#[test]
fn a_step_that_was_skipped_brings_nothing_nearer_even_where_a_correction_came_meanwhile() {
    let mut keep = to_school("a1");
    std::mem::swap(&mut keep.keep, &mut keep.raise);
    let line = given(&[receive(to_school("a1")), confirm("a1", 1), correct(2, keep)]);
    assert_eq!(line.alerts[0].status, AlertStatus::Reopened);
    let skipped = decide(&line, &conclude(Rung::Telling, 0, RungOutcome::Skipped)).unwrap();
    assert_eq!(kinds(&skipped), ["schools.rung_concluded"]);
}

#[test]
fn a_step_is_concluded_once() {
    let line = given(&[
        receive(to_school("a1")),
        conclude(Rung::Telling, 0, RungOutcome::Reached),
    ]);
    assert_eq!(
        decide(&line, &conclude(Rung::Telling, 0, RungOutcome::Refused)),
        Ok(vec![])
    );
}
