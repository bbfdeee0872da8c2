//! What became of a decision, event by event.

use super::*;

const NOW: i64 = 1_790_000_000_000;

fn after(events: &[LineEvent]) -> Decisions {
    let mut decisions = Decisions::default();
    for event in events {
        decisions.take(event, NOW);
    }
    decisions
}

fn matched(identity: s::Identity) -> LineEvent {
    LineEvent::Matched(s::MatchDecided {
        identity: identity.into(),
        model_version: "standard-2".to_owned(),
        ..s::MatchDecided::default()
    })
}

fn raised(alert_id: &str) -> LineEvent {
    LineEvent::AlertRaised(s::LineAlertRaised {
        alert_id: alert_id.to_owned(),
        ..s::LineAlertRaised::default()
    })
}

fn reopened(alert_id: &str) -> LineEvent {
    LineEvent::AlertReopened(s::LineAlertReopened {
        alert_id: alert_id.to_owned(),
        ..s::LineAlertReopened::default()
    })
}

fn disowned(alert_id: &str) -> LineEvent {
    LineEvent::AlertDisowned(s::LineAlertDisowned {
        alert_id: alert_id.to_owned(),
        misdirected: true,
        ..s::LineAlertDisowned::default()
    })
}

fn restored(alert_id: &str) -> LineEvent {
    LineEvent::AlertRestored(s::LineAlertRestored {
        alert_id: alert_id.to_owned(),
        ..s::LineAlertRestored::default()
    })
}

fn resolved() -> LineEvent {
    LineEvent::Resolved(s::LineResolved::default())
}

fn placed(desk: Desk) -> LineEvent {
    LineEvent::Placed(s::LinePlaced {
        desk: desk.into(),
        ..s::LinePlaced::default()
    })
}

fn corrected() -> LineEvent {
    LineEvent::Corrected(s::LineCorrected::default())
}

/// Alerts that stand on each decision and were given up.
fn given_up(decisions: &Decisions) -> Vec<Vec<&str>> {
    let made = decisions.made().iter();
    made.map(|decided| decided.given_up.keys().map(String::as_str).collect())
        .collect()
}

#[test]
fn not_ours_overturns_the_decision_until_it_is_taken_back() {
    let mut history = vec![matched(s::Identity::Sure), raised("a"), raised("b")];
    history.push(disowned("a"));
    let decisions = after(&history);
    assert_eq!(given_up(&decisions), [["a"]]);
    assert!(decisions.made()[0].given_up["a"].misdirected);
    history.push(restored("a"));
    let decisions = after(&history);
    assert_eq!(given_up(&decisions), [Vec::<&str>::new()]);
    assert!(decisions.made()[0].restored);
}

#[test]
fn what_a_person_decided_overturns_nothing() {
    let history = [
        matched(s::Identity::Unsure),
        placed(Desk::Coordinator),
        resolved(),
        raised("a"),
        disowned("a"),
    ];
    let decisions = after(&history);
    assert_eq!(given_up(&decisions), [Vec::<&str>::new()]);
    let chosen = decisions.made()[0].chosen.as_ref();
    assert!(matches!(chosen, Some(Chosen::School(alert)) if alert == "a"));
}

#[test]
fn where_a_child_goes_after_not_ours_does_not_stand_on_the_decision() {
    let history = [
        matched(s::Identity::Sure),
        raised("a"),
        disowned("a"),
        raised("b"),
        disowned("b"),
    ];
    assert_eq!(given_up(&after(&history)), [["a"]]);
}

#[test]
fn an_alert_stands_on_the_last_decision_that_kept_it() {
    let anew = matched(s::Identity::Sure);
    let history = [
        matched(s::Identity::Sure),
        raised("a"),
        corrected(),
        anew,
        reopened("a"),
        disowned("a"),
    ];
    assert_eq!(given_up(&after(&history)), [vec![], vec!["a"]]);
    let kept = [
        matched(s::Identity::Sure),
        raised("a"),
        corrected(),
        reopened("a"),
        disowned("a"),
    ];
    assert_eq!(given_up(&after(&kept)), [["a"]]);
}

#[test]
fn a_no_to_the_question_is_a_no_to_the_decision() {
    let asked = LineEvent::EnquiryRaised(s::EnquiryRaised {
        enquiry_id: "q".to_owned(),
        ..s::EnquiryRaised::default()
    });
    let answer = |on_roll| {
        LineEvent::EnquiryAnswered(s::EnquiryAnswered {
            enquiry_id: "q".to_owned(),
            on_roll,
            ..s::EnquiryAnswered::default()
        })
    };
    for (on_roll, expected) in [(true, Asked::Yes), (false, Asked::SaidNo)] {
        let history = [matched(s::Identity::Sure), asked.clone(), answer(on_roll)];
        let decisions = after(&history);
        assert_eq!(decisions.made()[0].asked, expected);
    }
}

#[test]
fn no_school_is_a_choice_and_waiting_for_one_is_not() {
    let chosen = |last: LineEvent| {
        let decisions = after(&[matched(s::Identity::None), resolved(), last]);
        matches!(decisions.made()[0].chosen, Some(Chosen::NoSchool))
    };
    assert!(chosen(placed(Desk::Council)));
    assert!(chosen(LineEvent::Closed(s::LineClosed::default())));
    assert!(!chosen(placed(Desk::Coordinator)));
    let withdrawn = [
        matched(s::Identity::None),
        placed(Desk::Coordinator),
        LineEvent::Closed(s::LineClosed::default()),
    ];
    assert!(after(&withdrawn).made()[0].chosen.is_none());
}
