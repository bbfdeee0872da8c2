//! The judge finds what it is there to find: each fault made by hand is named, and nothing else is.

#![expect(clippy::unwrap_used, reason = "what tests share is a test")]

use serde_json::{Value, json};
use std::process::Command;
use tests::judge::{Answers, Arrived, What, judge};

/// What was answered: one notification of two children, one of them confirmed.
fn answers() -> Vec<Value> {
    vec![
        json!({"kind": "sent", "force": "43", "reference": "R 1"}),
        json!({"kind": "sent", "force": "43", "reference": "R 2"}),
        json!({"kind": "accepted", "force": "43", "reference": "R 1", "notification_id": "n1",
               "line_ids": ["l1", "l2"]}),
        json!({"kind": "confirmed", "alert_id": "a1", "by": "Testy McTestface"}),
    ]
}

/// What arrived of it, all as it should be.
fn arrived() -> Vec<Value> {
    let alert = json!({"alertId": "a1", "school": "900101", "state": "ALERT_STATE_CONFIRMED",
                       "confirmedBy": "Testy McTestface"});
    let children = json!([
        {"lineId": "l1", "accountable": "ACCOUNTABLE_ROUTED", "alerts": [alert]},
        {"lineId": "l2", "accountable": "ACCOUNTABLE_WITH_COORDINATOR", "detail": "unmatched"},
    ]);
    let seen = json!([{"alertId": "a1", "state": "CARD_STATE_CONFIRMED",
                       "confirmedBy": "Testy McTestface"}]);
    vec![
        json!({"kind": "notifications", "body": {"notifications": [
            {"notificationId": "n1", "reference": "R 1", "children": children}]}}),
        json!({"kind": "cards", "school": "900101", "body": {"cards": [
            {"cardId": "c1", "school": "900101", "alerts": seen}]}}),
        json!({"kind": "queue", "body": {"children": [{"lineId": "l2"}]}}),
    ]
}

fn lines(values: &[Value]) -> String {
    let lines: Vec<_> = values.iter().map(Value::to_string).collect();
    lines.join("\n")
}

/// What is found after the answers and what arrived have been changed.
#[track_caller]
fn found(change: impl Fn(&mut Vec<Value>, &mut Vec<Value>)) -> Vec<What> {
    let (mut answers, mut arrived) = (answers(), arrived());
    change(&mut answers, &mut arrived);
    let answers = Answers::parse(&lines(&answers)).ok().unwrap();
    let arrived = Arrived::parse(&lines(&arrived)).ok().unwrap();
    let mut found: Vec<_> = judge(&answers, &arrived)
        .into_iter()
        .map(|each| each.what)
        .collect();
    found.sort();
    found.dedup();
    found
}

fn child(arrived: &mut [Value], at: usize) -> &mut Value {
    &mut arrived[0]["body"]["notifications"][0]["children"][at]
}

fn copy_first(list: &mut Value) {
    let first = list[0].clone();
    list.as_array_mut().unwrap().push(first);
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert_eq!(found(|_, _| {}), []);
}

#[test]
fn a_lost_a_doubled_and_an_unsent_notification_are_found() {
    let lost = found(|_, arrived| arrived[0]["body"] = json!({}));
    assert!(
        lost.contains(&What::Missing) && lost.contains(&What::NotConfirmed),
        "{lost:?}"
    );
    let doubled = found(|_, arrived| copy_first(&mut arrived[0]["body"]["notifications"]));
    assert!(doubled.contains(&What::Doubled), "{doubled:?}");
    let other = json!({"notificationId": "n2", "reference": "R 1"});
    let under_one_reference = found(|_, arrived| {
        let all = arrived[0]["body"]["notifications"].as_array_mut().unwrap();
        all.push(other.clone());
    });
    assert_eq!(under_one_reference, [What::Doubled]);
    assert_eq!(
        found(|answers, _| drop(answers.drain(..3))),
        [What::FromNowhere]
    );
}

#[test]
fn what_was_sent_and_never_answered_may_be_there_or_not() {
    assert_eq!(found(|answers, _| drop(answers.drain(2..))), []);
}

#[test]
fn other_ids_than_those_answered_are_found() {
    let again = json!({"kind": "accepted", "force": "43", "reference": "R 1",
                       "notification_id": "n9", "line_ids": ["l1", "l2"]});
    let differently = found(|answers, _| answers.insert(2, again.clone()));
    assert_eq!(differently, [What::AnsweredDifferently]);
    let fewer = found(|answers, _| answers[2]["line_ids"] = json!(["l1"]));
    assert_eq!(fewer, [What::OtherChildren]);
}

#[test]
fn a_child_that_nobody_or_two_answer_for_is_found() {
    let accountable =
        |state: &'static str| found(|_, arrived| child(arrived, 1)["accountable"] = json!(state));
    assert_eq!(
        accountable("ACCOUNTABLE_UNSPECIFIED"),
        [What::Silent, What::WronglyInQueue]
    );
    assert_eq!(accountable("ACCOUNTABLE_CLOSED"), [What::WronglyInQueue]);
    assert_eq!(
        accountable("ACCOUNTABLE_ROUTED"),
        [What::NoAlert, What::WronglyInQueue]
    );
    let in_transit = found(|_, arrived| child(arrived, 1)["detail"] = json!("in_transit"));
    assert_eq!(in_transit, [What::InTransit]);
    let no_queue = found(|_, arrived| arrived[2]["body"] = json!({}));
    assert_eq!(no_queue, [What::NotInQueue]);
    let twice = found(|_, arrived| copy_first(&mut arrived[2]["body"]["children"]));
    assert_eq!(twice, [What::WronglyInQueue]);
    let closed = found(|_, arrived| child(arrived, 0)["accountable"] = json!("ACCOUNTABLE_CLOSED"));
    assert_eq!(closed, [What::TooManyAlerts]);
}

#[test]
fn an_alert_that_force_and_school_see_differently_is_found() {
    let second = json!({"alertId": "a2", "school": "900109", "state": "ALERT_STATE_UNCONFIRMED"});
    let two = found(|_, arrived| {
        child(arrived, 0)["alerts"]
            .as_array_mut()
            .unwrap()
            .push(second.clone());
    });
    assert_eq!(two, [What::TooManyAlerts]);
    let twice = found(|_, arrived| copy_first(&mut arrived[1]["body"]["cards"]));
    assert_eq!(twice, [What::Doubled]);
    let unseen = found(|_, arrived| arrived[1]["body"] = json!({}));
    assert_eq!(unseen, [What::NotAtSchool]);
    let only = json!({"alertId": "a3", "state": "CARD_STATE_UNCONFIRMED"});
    let only = found(|_, arrived| {
        let alerts = &mut arrived[1]["body"]["cards"][0]["alerts"];
        alerts.as_array_mut().unwrap().push(only.clone());
    });
    assert_eq!(only, [What::OnlyAtSchool]);
    let state = json!("CARD_STATE_UNCONFIRMED");
    let differ = found(|_, arrived| {
        arrived[1]["body"]["cards"][0]["alerts"][0]["state"] = state.clone();
    });
    assert_eq!(differ, [What::StatesDiffer, What::NotConfirmed]);
}

#[test]
fn an_answer_to_a_person_that_did_not_last_is_found() {
    let other = found(|answers, _| answers[3]["by"] = json!("Mocky McTestface"));
    assert_eq!(other, [What::WrongName]);
    let withdrawn = json!({"kind": "withdrawn", "notification_id": "n1"});
    let not_withdrawn = found(|answers, _| answers.push(withdrawn.clone()));
    assert_eq!(not_withdrawn, [What::NotWithdrawn]);
    let destroyed = json!({"kind": "destroyed", "line_id": "l1"});
    let not_erased = found(|answers, _| answers.push(destroyed.clone()));
    assert_eq!(not_erased, [What::NotErased]);
}

#[test]
fn what_was_answered_since_a_restored_backup_may_be_lost_but_not_the_destruction_of_keys() {
    let backup = json!({"kind": "backup", "name": "evening"});
    let restored = json!({"kind": "restored", "name": "evening"});
    let destroyed = json!({"kind": "destroyed", "line_id": "l1"});
    let since = |extra: Option<&Value>, arrived_too: bool| {
        found(|answers, arrived| {
            answers.insert(2, backup.clone());
            answers.extend(extra.cloned());
            answers.push(restored.clone());
            if !arrived_too {
                for page in arrived.iter_mut() {
                    page["body"] = json!({});
                }
            }
        })
    };
    assert_eq!(since(None, false), []);
    assert_eq!(since(Some(&destroyed), true), [What::NotErased]);
}

#[test]
fn the_program_prints_findings_and_a_summary_and_ends_accordingly() {
    let folder = tempfile::tempdir().unwrap();
    let (said, seen) = (folder.path().join("answers"), folder.path().join("arrived"));
    std::fs::write(&said, lines(&answers())).unwrap();
    let judged = |arrived: &[Value]| {
        std::fs::write(&seen, lines(arrived)).unwrap();
        let mut judge = Command::new(env!("CARGO_BIN_EXE_judge"));
        let output = judge
            .arg(&said)
            .arg("--arrived")
            .arg(&seen)
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let summary = r#"{"answered":1,"children":2,"confirmed":1,"findings":0,"kind":"summary"}"#;
    assert_eq!(judged(&arrived()), (Some(0), format!("{summary}\n")));
    let (code, text) = judged(&[]);
    assert_eq!(code, Some(1));
    assert!(
        text.starts_with(r#"{"kind":"finding","what":"missing","id":"n1"}"#),
        "{text}"
    );
    assert!(
        !text.contains("R 1") && !text.contains("McTestface"),
        "no personal data"
    );
}
