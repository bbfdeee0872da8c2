//! Who answers for a child, in order and out of order.

use super::*;
use proptest::prelude::*;
use proto::schools::v1::{
    AlertDisowned, AlertRestored, AlertWithdrawn, ChildClosed, LocationHidden,
};

const ACCEPTED: i64 = 1_000;

fn raised(alert: &str) -> Heard {
    Heard::Raised(AlertRaised {
        alert_id: alert.into(),
        deadline_ms: 10,
        ..AlertRaised::default()
    })
}

fn confirmed(alert: &str, version: u32) -> Heard {
    Heard::Confirmed(AlertConfirmed {
        alert_id: alert.into(),
        version,
        ..AlertConfirmed::default()
    })
}

fn reopened(alert: &str, version: u32) -> Heard {
    Heard::Reopened(AlertReopened {
        alert_id: alert.into(),
        version,
        deadline_ms: 20,
        ..AlertReopened::default()
    })
}

fn disowned(alert: &str, misdirected: bool) -> Heard {
    Heard::Disowned(AlertDisowned {
        alert_id: alert.into(),
        misdirected,
        ..AlertDisowned::default()
    })
}

fn restored(alert: &str) -> Heard {
    Heard::Restored(AlertRestored {
        alert_id: alert.into(),
        ..AlertRestored::default()
    })
}

fn taken_back(alert: &str) -> Heard {
    Heard::Withdrawn(AlertWithdrawn {
        alert_id: alert.into(),
        ..AlertWithdrawn::default()
    })
}

fn placed(desk: Desk, queue: Queue) -> Heard {
    Heard::Placed(ChildPlaced {
        desk: desk.into(),
        queue: queue.into(),
        ..ChildPlaced::default()
    })
}

fn closed(reason: ClosedReason) -> Heard {
    Heard::Closed(ChildClosed {
        reason: reason.into(),
        ..ChildClosed::default()
    })
}

fn climbed(alert: &str, rung: Rung, outcome: RungOutcome) -> Heard {
    Heard::Climbed(AlertClimbed {
        alert_id: alert.into(),
        rung: rung.into(),
        outcome: outcome.into(),
        ..AlertClimbed::default()
    })
}

fn after(heard: &[Heard]) -> Delivery {
    let mut delivery = Delivery::accepted(ACCEPTED);
    for (heard, at) in heard.iter().zip(ACCEPTED + 1..) {
        delivery.hear(heard, at);
    }
    delivery
}

fn standing(heard: &[Heard]) -> (Accountable, String) {
    let delivery = after(heard);
    (delivery.accountable(), delivery.detail)
}

fn state(heard: &[Heard]) -> AlertState {
    after(heard).alerts[0].state()
}

#[test]
fn from_acceptance_on_a_coordinator_answers_for_the_child() {
    let delivery = after(&[]);
    assert_eq!(delivery.accountable(), Accountable::WithCoordinator);
    assert_eq!(
        (delivery.detail.as_str(), delivery.since_us),
        ("in_transit", ACCEPTED)
    );
}

#[test]
fn each_word_of_the_schools_service_says_who_answers_now() {
    use Accountable::{Closed, Routed, WithCoordinator, WithCouncilDesk};
    for (heard, accountable, detail) in [
        (
            placed(Desk::Coordinator, Queue::Unsure),
            WithCoordinator,
            "unsure",
        ),
        (
            placed(Desk::Coordinator, Queue::Asked),
            WithCoordinator,
            "asked",
        ),
        (
            placed(Desk::Council, Queue::NoSchool),
            WithCouncilDesk,
            "no_school",
        ),
        (raised("a"), Routed, ""),
        (closed(ClosedReason::Duplicate), Closed, "duplicate"),
    ] {
        assert_eq!(standing(&[heard]), (accountable, detail.to_owned()));
    }
}

#[test]
fn a_child_whose_only_alert_is_disowned_is_with_the_coordinator_again() {
    let heard = [raised("a"), disowned("a", true)];
    assert_eq!(
        standing(&heard),
        (Accountable::WithCoordinator, "not_ours".into())
    );
    assert_eq!(state(&heard), AlertState::NotOurs);
    assert!(after(&heard).alerts[0].misdirected);
}

#[test]
fn a_child_at_two_schools_stays_routed_while_one_has_it() {
    let heard = [raised("a"), raised("b"), disowned("a", false)];
    assert_eq!(standing(&heard).0, Accountable::Routed);
}

#[test]
fn a_slip_that_is_restored_is_routed_again_and_as_confirmed_as_before() {
    let heard = [
        raised("a"),
        confirmed("a", 1),
        disowned("a", false),
        restored("a"),
    ];
    assert_eq!(standing(&heard).0, Accountable::Routed);
    assert_eq!(state(&heard), AlertState::Confirmed);
}

#[test]
fn a_correction_asks_for_a_new_confirmation_and_an_old_one_does_not_count() {
    let mut heard = vec![raised("a"), confirmed("a", 1), reopened("a", 2)];
    assert_eq!(state(&heard), AlertState::Reopened);
    assert_eq!(after(&heard).alerts[0].deadline_ms, 20);
    heard.push(confirmed("a", 1));
    assert_eq!(state(&heard), AlertState::Reopened);
    heard.push(confirmed("a", 2));
    assert_eq!(state(&heard), AlertState::Confirmed);
}

#[test]
fn a_confirmation_that_overtakes_its_alert_is_kept() {
    let heard = [confirmed("a", 1), raised("a")];
    assert_eq!(standing(&heard).0, Accountable::Routed);
    assert_eq!(state(&heard), AlertState::Confirmed);
}

#[test]
fn a_closed_child_stays_closed_when_an_old_word_comes_again() {
    let heard = [
        raised("a"),
        closed(ClosedReason::Withdrawn),
        raised("a"),
        confirmed("a", 1),
    ];
    assert_eq!(standing(&heard), (Accountable::Closed, "withdrawn".into()));
}

#[test]
fn the_highest_rung_that_was_taken_counts_and_a_skipped_one_was_not() {
    let heard = [
        climbed("a", Rung::Head, RungOutcome::NoContact),
        climbed("a", Rung::KeyAdults, RungOutcome::Reached),
        climbed("a", Rung::DutyDesk, RungOutcome::Skipped),
    ];
    assert_eq!(rung(after(&heard).alerts[0].rung()), "head");
}

#[test]
fn since_is_when_the_state_began_and_not_when_it_was_said_again() {
    let heard = [
        placed(Desk::Coordinator, Queue::Unsure),
        placed(Desk::Coordinator, Queue::Unsure),
    ];
    assert_eq!(after(&heard).since_us, ACCEPTED + 1);
}

fn any_heard() -> impl Strategy<Value = Heard> {
    let alert = || prop_oneof![Just("a"), Just("b"), Just("c")];
    // Numbers beyond the contract's, too: a newer sender may say what we do not know.
    let number = || -1..9i32;
    prop_oneof![
        (number(), number()).prop_map(|(desk, queue)| Heard::Placed(ChildPlaced {
            desk,
            queue,
            ..ChildPlaced::default()
        })),
        number().prop_map(|reason| Heard::Closed(ChildClosed {
            reason,
            ..ChildClosed::default()
        })),
        alert().prop_map(raised),
        (alert(), 0..4u32).prop_map(|(alert, version)| confirmed(alert, version)),
        (alert(), 0..4u32).prop_map(|(alert, version)| reopened(alert, version)),
        (alert(), any::<bool>()).prop_map(|(alert, opened)| disowned(alert, opened)),
        alert().prop_map(restored),
        Just(Heard::LocationHidden(LocationHidden::default())),
        alert().prop_map(taken_back),
        (alert(), number(), number()).prop_map(|(alert, rung, outcome)| Heard::Climbed(
            AlertClimbed {
                alert_id: alert.into(),
                rung,
                outcome,
                ..AlertClimbed::default()
            }
        )),
    ]
}

proptest! {
    #[test]
    fn exactly_one_answers_for_the_child_whatever_is_heard(
        heard in proptest::collection::vec(any_heard(), 0..40),
    ) {
        let delivery = after(&heard);
        prop_assert_ne!(delivery.accountable(), Accountable::Unspecified);
        let routed = delivery.accountable() == Accountable::Routed;
        prop_assert!(!routed || delivery.alerts.iter().any(Alert::live));
        let mut ids: Vec<_> = delivery.alerts.iter().map(|alert| &alert.alert_id).collect();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), delivery.alerts.len());
    }

    #[test]
    fn hearing_everything_twice_in_a_row_changes_nothing(
        heard in proptest::collection::vec(any_heard(), 0..40),
    ) {
        let mut once = Delivery::accepted(ACCEPTED);
        let mut twice = once.clone();
        for (heard, at) in heard.iter().zip(ACCEPTED..) {
            once.hear(heard, at);
            twice.hear(heard, at);
            twice.hear(heard, at);
        }
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn the_highest_version_decides_in_any_order(
        mut heard in Just(vec![
            raised("a"), confirmed("a", 1), reopened("a", 2), confirmed("a", 2), reopened("a", 3),
        ]).prop_shuffle(),
        again in 0..5usize,
    ) {
        heard.push(heard[again].clone());
        prop_assert_eq!(state(&heard), AlertState::Reopened);
        prop_assert_eq!(standing(&heard).0, Accountable::Routed);
    }
}
