//! A position of trust is referred to the council's designated officer.

use super::*;

fn of_trust(routing: Routing) -> Routing {
    Routing {
        position_of_trust: Some(sealed(7)),
        ..routing
    }
}

fn concluded(line: &Line, outcome: RungOutcome) -> Command {
    Command::Conclude {
        subject_id: line.referral_id(),
        rung: Rung::Telling,
        due_ms: 0,
        outcome,
        delivered: 0,
        refused: 0,
        next_ms: MINUTE,
        now_ms: MINUTE,
    }
}

#[test]
fn a_position_of_trust_is_referred_at_once_by_a_step_of_its_own() {
    let events = decide(&Line::default(), &receive(of_trust(to_school("a1")))).unwrap();
    let called: Vec<_> = events
        .iter()
        .filter_map(|event| match event {
            LineEvent::RungCalled(called) => Some((called.subject_id.as_str(), called.due_ms)),
            _ => None,
        })
        .collect();
    assert_eq!(called, [("l1.referral", 0), ("a1", 0)]);
    let line = given(&[receive(of_trust(to_school("a1")))]);
    assert_eq!(line.position_of_trust, Some(sealed(7)));
}

#[test]
fn it_is_referred_once_however_often_the_child_is_routed() {
    let line = given(&[receive(of_trust(to_school("a1")))]);
    let again = decide(&line, &correct(2, of_trust(to_school("a2")))).unwrap();
    assert!(!kinds(&again).contains(&"schools.position_of_trust_flagged"));
    let line = again.iter().fold(line, Line::evolve);
    let referrals = line.steps.iter();
    let referrals = referrals.filter(|step| step.subject_id == line.referral_id());
    assert_eq!(referrals.count(), 1);
}

#[test]
fn a_referral_that_reached_nobody_is_on_record_and_hurries_no_rung() {
    let line = given(&[receive(of_trust(to_school("a1")))]);
    let events = decide(&line, &concluded(&line, RungOutcome::NoContact)).unwrap();
    let [LineEvent::RungConcluded(concluded)] = events.as_slice() else {
        panic!("one conclusion: {:?}", kinds(&events))
    };
    assert_eq!(concluded.outcome(), RungOutcome::NoContact);
    assert!(!concluded.of_alert);
}
