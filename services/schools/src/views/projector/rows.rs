//! The rows of one line, as the view keeps them.

use super::{Prepared, Tags, decided::decision_rows};
use crate::{
    domain::{Accountable, Alert, AlertStatus, Enquiry, Line, Step},
    views::LineFacts,
    wire::stored::PlannedRung,
};
use prost::Message;
use proto::schools::v1::{CardState, Rung};
use rusqlite::{Transaction, params, params_from_iter, types::Value};
use std::collections::BTreeSet;

/// A line's rows, table by table: what stands as it was is not written again.
#[derive(Clone, PartialEq)]
pub(super) struct Rows([Vec<Row>; TABLES]);

pub(super) type Row = Vec<Value>;

const TABLES: usize = 7;

/// How the rows of a line leave each table, and how each comes into it.
const STATEMENTS: [(&str, &str); TABLES] = [
    (
        "DELETE FROM line WHERE line_id = ?1",
        "INSERT INTO line VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    ),
    (
        "DELETE FROM alert WHERE line_id = ?1",
        "INSERT INTO alert VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
             ?14, ?15, ?16, ?17, ?18, ?19)",
    ),
    (
        "DELETE FROM decision WHERE line_id = ?1",
        "INSERT INTO decision VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14,
             ?15, ?16, ?17, ?18)",
    ),
    (
        "DELETE FROM enquiry WHERE line_id = ?1",
        "INSERT OR REPLACE INTO enquiry VALUES(?1, ?2, ?3, ?4, ?5)",
    ),
    (
        "DELETE FROM timer WHERE line_id = ?1",
        "INSERT INTO timer VALUES(?1, ?2)",
    ),
    (
        "DELETE FROM step WHERE line_id = ?1",
        "INSERT OR IGNORE INTO step VALUES(?1, ?2, ?3, ?4)",
    ),
    (
        "DELETE FROM party WHERE line_id = ?1",
        "INSERT INTO party VALUES(?1, ?2)",
    ),
];

/// Columns of an alert's row that no card shows: council, call sheet and what is hidden.
const OFF_CARDS: [usize; 3] = [4, 16, 17];
/// The column of an alert's row that names its school.
const SCHOOL: usize = 3;

/// Writes a line's rows in place of those that were there; `before` says which, where that is known.
pub(super) fn replace(change: &Transaction<'_>, line: &Prepared) -> rusqlite::Result<()> {
    let id = &line.facts.line.line_id;
    let changed = changed_cards(change, line)?;
    for (table, (delete, insert)) in STATEMENTS.iter().enumerate() {
        let (now, before) = (&line.rows.0[table], line.before.as_ref());
        let before = before.map(|rows| &rows.0[table]);
        if before == Some(now) {
            continue;
        }
        if before.is_none_or(|rows| !rows.is_empty()) {
            change.prepare_cached(delete)?.execute([id])?;
        }
        for row in now {
            change
                .prepare_cached(insert)?
                .execute(params_from_iter(row))?;
        }
    }
    for school in changed {
        change
            .prepare_cached("INSERT OR IGNORE INTO change VALUES(?1, ?2, ?3)")?
            .execute(params![
                line.position.0,
                school,
                line.facts.line.notification_id
            ])?;
    }
    Ok(())
}

/// The schools on whose cards something is to be seen that was not there before. Steps of telling
/// and of the ladder are not.
fn changed_cards(change: &Transaction<'_>, line: &Prepared) -> rusqlite::Result<BTreeSet<String>> {
    let [_, alerts, .., parties] = &line.rows.0;
    if alerts.is_empty() {
        return Ok(BTreeSet::new());
    }
    let stood;
    let (alerts_before, parties_before) = if let Some(rows) = &line.before {
        let Rows([_, alerts, .., parties]) = rows;
        (alerts, parties)
    } else {
        stood = standing(change, &line.facts.line.line_id)?;
        (&stood.0, &stood.1)
    };
    // A card is hidden from who is a party, so it changes for them where the parties do.
    let all = parties != parties_before;
    let before: Vec<_> = alerts_before.iter().map(on_card).collect();
    let changed = alerts
        .iter()
        .filter(|alert| all || !before.contains(&on_card(alert)));
    Ok(changed.filter_map(school_of).collect())
}

/// Alerts and parties of a line, as the view has them.
fn standing(change: &Transaction<'_>, line_id: &str) -> rusqlite::Result<(Vec<Row>, Vec<Row>)> {
    let all = |select| {
        let mut query = change.prepare_cached(select)?;
        let columns = query.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|n| row.get(n)).collect();
        let rows = query.query_map([line_id], row)?;
        rows.collect::<rusqlite::Result<Vec<Row>>>()
    };
    let alerts = all("SELECT * FROM alert WHERE line_id = ?1")?;
    Ok((
        alerts,
        all("SELECT * FROM party WHERE line_id = ?1 ORDER BY person_tag")?,
    ))
}

/// What a card shows of an alert's row.
fn on_card(alert: &Row) -> Vec<&Value> {
    let shown = alert.iter().enumerate();
    let shown = shown.filter(|(column, _)| !OFF_CARDS.contains(column));
    shown.map(|(_, value)| value).collect()
}

fn school_of(alert: &Row) -> Option<String> {
    match alert.get(SCHOOL) {
        Some(Value::Text(school)) => Some(school.clone()),
        _ => None,
    }
}

// === impl Rows ===

impl Rows {
    /// The rows of this line, all of them.
    pub(super) fn of(facts: &LineFacts, tags: &Tags) -> Self {
        let line = &facts.line;
        if !line.is_known() {
            return Self(Default::default());
        }
        let alerts = line.alerts.iter();
        let text = |text: &String| Value::from(text.clone());
        let parties = tags.parties.iter();
        Self([
            vec![line_row(facts, tags)],
            alerts.filter_map(|a| alert_row(facts, tags, a)).collect(),
            decision_rows(facts, tags),
            enquiry_rows(facts, tags),
            timer_rows(line),
            step_rows(line),
            parties
                .map(|tag| vec![text(&line.line_id), text(tag)])
                .collect(),
        ])
    }
}

fn line_row(facts: &LineFacts, tags: &Tags) -> Row {
    let line = &facts.line;
    let (place, desk, queue) = match line.accountable() {
        Accountable::Desk(desk, queue) => ("desk", i32::from(desk), i32::from(queue)),
        Accountable::School => ("school", 0, 0),
        Accountable::Closed(_) => ("closed", 0, 0),
        Accountable::Nobody => ("nobody", 0, 0),
    };
    vec![
        line.line_id.clone().into(),
        line.notification_id.clone().into(),
        line.force.clone().into(),
        line.child.owner_force.clone().into(),
        place.to_owned().into(),
        desk.into(),
        queue.into(),
        tags.desk_council.clone().into(),
        facts.since_ms.into(),
        facts.desk_deadline_ms.into(),
        line.shared.urgent.into(),
        line.hidden.into(),
        i64::try_from(facts.candidates).unwrap_or(i64::MAX).into(),
    ]
}

fn alert_row(facts: &LineFacts, tags: &Tags, alert: &Alert) -> Option<Row> {
    // The line's key is destroyed: the row goes with it.
    let school = tags.schools.get(&alert.id)?;
    let line = &facts.line;
    let around = facts.alerts.get(&alert.id).cloned().unwrap_or_default();
    let sealed = |value: Option<proto::sealing::Sealed>| value.map(|value| value.encode_to_vec());
    Some(vec![
        alert.id.clone().into(),
        line.line_id.clone().into(),
        line.notification_id.clone().into(),
        school.clone().into(),
        tags.councils.get(&alert.id).cloned().into(),
        i32::from(card_state(alert.status)).into(),
        alert.deadline.at_ms.into(),
        around.raised_ms.into(),
        alert.deadline.late_on_arrival.into(),
        line.shared.urgent.into(),
        alert.opened.into(),
        around.confirmed_ms.into(),
        sealed(around.by).into(),
        sealed(around.passed_to).into(),
        tags.child.clone().into(),
        line.shared.incident_date.clone().into(),
        is_on_call_sheet(line, alert).into(),
        line.hidden.into(),
        line.version.into(),
    ])
}

fn enquiry_rows(facts: &LineFacts, tags: &Tags) -> Vec<Row> {
    let line = &facts.line;
    if line.closed.is_some() {
        return Vec::new();
    }
    let open = line.enquiries.iter().filter(|enquiry| enquiry.open);
    let row = |enquiry: &Enquiry| {
        let asked = facts.asked_ms.get(&enquiry.id);
        Some(vec![
            enquiry.id.clone().into(),
            line.line_id.clone().into(),
            tags.schools.get(&enquiry.id)?.clone().into(),
            asked.copied().unwrap_or_default().into(),
            enquiry.deadline_ms.into(),
        ])
    };
    open.filter_map(row).collect()
}

/// What the clock still has to do for this line.
fn timer_rows(line: &Line) -> Vec<Row> {
    let rungs = line
        .live_alerts()
        .filter(|alert| alert.waits())
        .flat_map(|alert| {
            let uncalled =
                |rung: &&PlannedRung| line.step(&alert.id, rung.rung(), rung.due_ms).is_none();
            alert.rungs.iter().filter(uncalled).map(|rung| rung.due_ms)
        });
    let routed = line.live_alerts().next().is_some();
    let asked = line
        .enquiries
        .iter()
        .filter(|enquiry| enquiry.open && !routed && line.closed.is_none())
        .map(|enquiry| enquiry.until_ms);
    let due = rungs.chain(asked).collect::<BTreeSet<_>>();
    due.into_iter()
        .map(|due_ms| vec![line.line_id.clone().into(), due_ms.into()])
        .collect()
}

/// What the post room still has to do for this line.
fn step_rows(line: &Line) -> Vec<Row> {
    let waiting = line.steps.iter().filter(|step| step.outcome.is_none());
    let row = |step: &Step| {
        vec![
            line.line_id.clone().into(),
            step.subject_id.clone().into(),
            i32::from(step.rung).into(),
            step.due_ms.into(),
        ]
    };
    waiting.map(row).collect()
}

/// An alert that waits and whose ladder has reached the last rung.
fn is_on_call_sheet(line: &Line, alert: &Alert) -> bool {
    let called = |rung| {
        line.steps
            .iter()
            .any(|step| step.subject_id == alert.id && step.rung == rung)
    };
    alert.waits() && called(Rung::DutyDesk)
}

fn card_state(status: AlertStatus) -> CardState {
    match status {
        AlertStatus::Unconfirmed => CardState::Unconfirmed,
        AlertStatus::Confirmed => CardState::Confirmed,
        AlertStatus::Reopened => CardState::Reopened,
        AlertStatus::NotOurs { .. } => CardState::NotOurs,
        AlertStatus::Withdrawn => CardState::Withdrawn,
    }
}

#[cfg(test)]
mod tests;
