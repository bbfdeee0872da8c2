//! Properties of a child line under any commands and any order of events.

use super::*;
use proptest::prelude::*;

fn any_command() -> impl Strategy<Value = Command> {
    let alert = prop::sample::select(vec!["a1", "a2", "a3"]);
    let routing = prop_oneof![
        prop::sample::select(vec!["a1", "a2", "a3"]).prop_map(to_school),
        Just(to_desk(Queue::Unsure)),
        Just(asked("q1")),
        Just(Routing::default()),
    ];
    let time = 0..200 * MINUTE;
    (0..10u8, alert, routing, time).prop_map(|(which, alert, routing, now_ms)| {
        let alert_id = alert.to_owned();
        match which {
            0 => receive(routing),
            1 => confirm(alert, now_ms),
            2 => disown(alert, routing),
            3 => correct(u32::try_from(now_ms / MINUTE).unwrap() % 5, routing),
            4 => Command::Withdraw,
            5 => Command::TakeDue { now_ms },
            6 => Command::HideLocation,
            7 => Command::Restore {
                alert_id,
                by: sealed(9),
                now_ms,
            },
            8 => Command::AnswerEnquiry {
                enquiry_id: "q1".to_owned(),
                on_roll: true,
                by: sealed(9),
                routing,
                now_ms,
            },
            _ => Command::Resolve {
                seen: 1,
                reason: ResolveReason::CandidateChecked,
                by: sealed(9),
                routing,
                now_ms,
            },
        }
    })
}

proptest! {
    #[test]
    fn somebody_always_answers_for_a_child_that_arrived(
        commands in prop::collection::vec(any_command(), 0..40)
    ) {
        let mut line = given(&[receive(to_school("a1"))]);
        for command in &commands {
            if let Ok(events) = decide(&line, command) {
                line = events.iter().fold(line, Line::evolve);
            }
            prop_assert_ne!(line.accountable(), Accountable::Nobody);
        }
    }

    #[test]
    fn no_order_and_no_repetition_of_events_breaks_the_fold(
        commands in prop::collection::vec(any_command(), 0..20),
        order in prop::collection::vec(any::<prop::sample::Index>(), 0..60)
    ) {
        let mut events = Vec::new();
        let mut line = Line::default();
        for command in &commands {
            if let Ok(more) = decide(&line, command) {
                line = more.iter().fold(line, Line::evolve);
                events.extend(more);
            }
        }
        let mut shuffled = Line::default();
        for index in order {
            if !events.is_empty() {
                shuffled = shuffled.evolve(index.get(&events));
            }
        }
        let _ = shuffled.accountable();
    }
}
