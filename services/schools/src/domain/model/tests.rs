//! Given what was learnt and taken so far, when weights are learnt or taken, then this is recorded.

use super::*;
use matching::{Chances, Field, Model};
use proto::sealing::Sealed;

fn sealed(mark: u8) -> Sealed {
    Sealed {
        nonce: vec![mark],
        ..Sealed::default()
    }
}

fn numbers(version: &str) -> s::WeightModel {
    s::WeightModel {
        version: version.to_owned(),
        ..s::WeightModel::of(&Model::default())
    }
}

fn learnt(version: &str) -> s::ModelLearnt {
    s::ModelLearnt {
        model: Some(numbers(version)),
        beside: "standard-2".to_owned(),
        reports: LEAST_REPORTS,
        decided: 9,
        overturned_before: 2,
        overturned_after: 2,
        by: Some(sealed(1)),
    }
}

fn take(version: &str, learnt: Option<s::ModelLearnt>) -> TakeModel {
    TakeModel {
        model: numbers(version),
        learnt,
        standard: "standard-2".to_owned(),
        by: sealed(2),
    }
}

fn taken(version: &str, before: &str) -> ModelEvent {
    ModelEvent::Taken(s::ModelTaken {
        model: Some(numbers(version)),
        before: before.to_owned(),
        by: Some(sealed(2)),
    })
}

fn given(events: &[ModelEvent]) -> InUse {
    events.iter().fold(InUse::default(), UseDecider::evolve)
}

fn when(events: &[ModelEvent], command: &TakeModel) -> Result<Vec<ModelEvent>, ModelRefusal> {
    UseDecider::decide(&given(events), command)
}

#[test]
fn learnt_weights_are_taken_once_and_one_can_go_back() {
    let a = || take("learnt-a", Some(learnt("learnt-a")));
    let first = taken("learnt-a", "standard-2");
    assert_eq!(when(&[], &a()), Ok(vec![first.clone()]));
    assert_eq!(when(std::slice::from_ref(&first), &a()), Ok(vec![]));
    let back = taken("standard-2", "learnt-a");
    let standard = take("standard-2", None);
    assert_eq!(when(&[first], &standard), Ok(vec![back]));
    assert_eq!(when(&[], &standard), Ok(vec![]));
}

#[test]
fn what_is_unfit_is_refused_by_what_is_wrong_with_it() {
    let good = learnt("learnt-a");
    let reversed = {
        let chances = *Model::default().chances(Field::Surname);
        let turned = Chances {
            same: chances.other,
            other: chances.same,
        };
        let kept = s::WeightModel::of(&Model::default().with(Field::Surname, turned));
        Some(kept)
    };
    let too_few = s::ModelLearnt {
        reports: LEAST_REPORTS - 1,
        ..good.clone()
    };
    let worse = s::ModelLearnt {
        overturned_after: 3,
        ..good.clone()
    };
    let reversed = s::ModelLearnt {
        model: reversed,
        ..good.clone()
    };
    for (learnt, expected) in [
        (too_few, ModelRefusal::TooFewReports),
        (worse, ModelRefusal::MoreOverturned),
        (
            reversed,
            ModelRefusal::Unfit(Unfit::Reversed(Field::Surname)),
        ),
    ] {
        let refused = when(&[], &take("learnt-a", Some(learnt)));
        assert_eq!(refused, Err(expected));
    }
    assert_eq!(ModelRefusal::of(&good), None);
}

#[test]
fn whatever_is_taken_the_stream_stays_short_and_one_can_go_back_to_the_standard_weights() {
    let mut events = Vec::new();
    for round in 0..2_000 {
        let version = format!("learnt-{}", round % 2);
        let command = take(&version, Some(learnt(&version)));
        events.extend(when(&events, &command).unwrap_or_default());
    }
    assert_eq!(events.len(), 900);
    let refused = when(&events, &take("learnt-9", Some(learnt("learnt-9"))));
    assert_eq!(refused, Err(ModelRefusal::TooOften));
    assert_eq!(when(&events, &take("standard-2", None)).unwrap().len(), 1);
}

#[test]
fn the_same_lesson_is_recorded_once_and_another_of_the_same_weights_again() {
    let first = learnt("learnt-a");
    let by_another = s::ModelLearnt {
        by: Some(sealed(7)),
        ..first.clone()
    };
    let after_more_decisions = s::ModelLearnt {
        decided: 10,
        ..first.clone()
    };
    let mut state = None;
    for (command, expected) in [
        (first, 1),
        (by_another, 0),
        (after_more_decisions.clone(), 1),
        (after_more_decisions, 0),
    ] {
        let Ok(events) = LearntDecider::decide(&state, &command);
        assert_eq!(events.len(), expected);
        state = events.iter().fold(state, LearntDecider::evolve);
    }
}
