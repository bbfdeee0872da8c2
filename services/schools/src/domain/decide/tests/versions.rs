//! Nobody decides on what they have not seen, and a correction is news also where a desk had closed.

use super::*;

fn not_material(version: u32) -> Command {
    match correct(version, Routing::default()) {
        Command::Correct {
            shared,
            child,
            routing,
            now_ms,
            ..
        } => Command::Correct {
            version,
            shared,
            child,
            material: false,
            routing,
            now_ms,
        },
        other => other,
    }
}

fn keeping(id: &str) -> Routing {
    Routing {
        keep: vec![plan(id)],
        ..Routing::default()
    }
}

fn resolve(seen: u32, routing: Routing) -> Command {
    Command::Resolve {
        seen,
        reason: ResolveReason::ToldAnotherWay,
        by: sealed(9),
        routing,
        now_ms: MINUTE,
    }
}

fn closing(reason: ClosedReason) -> Routing {
    Routing {
        otherwise: Some(Placement::Close(reason)),
        ..Routing::default()
    }
}

#[test]
fn a_version_that_was_corrected_meanwhile_is_not_confirmed() {
    let line = given(&[receive(to_school("a1")), correct(2, keeping("a1"))]);
    let old = decide(&line, &confirm_version(1, "a1", MINUTE));
    assert_eq!(old, Err(Refusal::OtherVersion));
    let new = decide(&line, &confirm_version(2, "a1", MINUTE)).unwrap();
    assert_eq!(kinds(&new), ["schools.alert_confirmed"]);
}

#[test]
fn a_change_that_nobody_acts_on_does_not_stop_a_confirmation_of_what_was_seen() {
    let line = given(&[receive(to_school("a1")), not_material(2)]);
    let confirmed = decide(&line, &confirm_version(1, "a1", MINUTE)).unwrap();
    let [LineEvent::AlertConfirmed(confirmed)] = &confirmed[..] else {
        panic!("one confirmation");
    };
    assert_eq!(confirmed.version, 1);
}

#[test]
fn a_version_that_never_was_is_not_confirmed() {
    let line = given(&[receive(to_school("a1"))]);
    for never in [0, 2, u32::MAX] {
        let decision = decide(&line, &confirm_version(never, "a1", MINUTE));
        assert_eq!(decision, Err(Refusal::OtherVersion), "{never}");
    }
}

#[test]
fn released_text_is_a_version_of_its_own() {
    let release = Command::ReleaseText {
        version: 2,
        content: sealed(7),
        routing: keeping("a1"),
        now_ms: MINUTE,
    };
    let line = given(&[receive(to_school("a1")), release]);
    let old = decide(&line, &confirm_version(1, "a1", MINUTE));
    assert_eq!(old, Err(Refusal::OtherVersion));
    assert!(decide(&line, &confirm_version(2, "a1", MINUTE)).is_ok());
}

#[test]
fn who_saw_the_child_before_its_correction_neither_gives_it_up_nor_routes_it() {
    let line = given(&[receive(to_school("a1")), correct(2, keeping("a1"))]);
    let given_up = decide(&line, &disown("a1", to_desk(Queue::NotOurs)));
    assert_eq!(given_up, Err(Refusal::OtherVersion));

    let unsure = to_desk(Queue::Unsure);
    let line = given(&[receive(unsure.clone()), correct(2, unsure)]);
    let routed = decide(&line, &resolve(1, to_school("a1")));
    assert_eq!(routed, Err(Refusal::OtherVersion));
    assert!(decide(&line, &resolve(2, to_school("a1"))).is_ok());
}

#[test]
fn what_is_in_hand_already_is_answered_so_whatever_was_seen() {
    let line = given(&[receive(to_school("a1")), confirm("a1", 1), not_material(2)]);
    assert_eq!(
        decide(&line, &confirm_version(7, "a1", MINUTE)),
        Ok(Vec::new())
    );
}

#[test]
fn a_material_correction_brings_back_what_a_desk_had_closed() {
    for reason in [
        ClosedReason::Duplicate,
        ClosedReason::ToldAnotherWay,
        ClosedReason::NotAChildInScope,
    ] {
        let closed = [receive(to_desk(Queue::Unsure)), resolve(1, closing(reason))];
        let line = given(&closed);
        assert_eq!(line.accountable(), Accountable::Closed(reason));
        let after = |command| {
            let [first, second] = closed.clone();
            given(&[first, second, command]).accountable()
        };
        assert_eq!(after(not_material(2)), Accountable::Closed(reason));
        assert_eq!(after(correct(2, to_school("a1"))), Accountable::School);
        assert_eq!(
            after(correct(2, Routing::default())),
            Accountable::Desk(Desk::Coordinator, Queue::Unmatched)
        );
        let asked = after(correct(2, asked("q1")));
        assert_eq!(asked, Accountable::Desk(Desk::Coordinator, Queue::Asked));
    }
}

#[test]
fn nothing_brings_back_what_was_withdrawn() {
    let line = given(&[
        receive(to_school("a1")),
        Command::Withdraw,
        correct(2, to_school("a2")),
    ]);
    assert_eq!(
        line.accountable(),
        Accountable::Closed(ClosedReason::Withdrawn)
    );
    assert_eq!(line.alerts.len(), 1);
}

#[test]
fn nothing_brings_back_what_was_withdrawn_after_a_desk_had_closed_it() {
    let line = given(&[
        receive(to_desk(Queue::Unsure)),
        resolve(1, closing(ClosedReason::Duplicate)),
        Command::Withdraw,
        correct(2, to_school("a1")),
    ]);
    assert_eq!(
        line.accountable(),
        Accountable::Closed(ClosedReason::Withdrawn)
    );
    assert!(line.alerts.is_empty());
    assert_eq!(decide(&line, &Command::Withdraw), Ok(Vec::new()));
}

#[test]
fn a_restored_copy_asks_for_no_later_version_than_the_one_that_may_be_confirmed() {
    let given_up = given(&[
        receive(to_school("a1")),
        confirm("a1", 1),
        disown("a1", to_desk(Queue::NotOurs)),
        correct(2, to_desk(Queue::NotOurs)),
        not_material(3),
    ]);
    let restore = Command::Restore {
        alert_id: "a1".to_owned(),
        by: sealed(9),
        now_ms: 3 * MINUTE,
    };
    let events = decide(&given_up, &restore).unwrap();
    let [_, LineEvent::AlertReopened(reopened)] = &events[..] else {
        panic!("restored, and asked again");
    };
    assert_eq!(reopened.version, 2);
    let line = events.iter().fold(given_up, Line::evolve);
    assert!(decide(&line, &confirm_version(2, "a1", MINUTE)).is_ok());
}
