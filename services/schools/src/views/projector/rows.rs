//! The rows of one line, as the view keeps them.

use super::Prepared;
use crate::domain::{Accountable, Alert, AlertStatus, Line};
use journal::Position;
use prost::Message;
use proto::schools::v1::{CardState, Rung};
use rusqlite::{Transaction, params};
use std::collections::BTreeSet;

/// Writes a line's rows in place of those that were there.
pub(super) fn replace(
    change: &Transaction<'_>,
    position: Position,
    line: &Prepared,
) -> rusqlite::Result<()> {
    let id = &line.facts.line.line_id;
    for table in ["line", "alert", "enquiry", "party", "timer", "step"] {
        change
            .prepare_cached(&format!("DELETE FROM {table} WHERE line_id = ?1"))?
            .execute([id])?;
    }
    if !line.facts.line.is_known() {
        return Ok(());
    }
    put_line(change, line)?;
    for alert in &line.facts.line.alerts {
        put_alert(change, position, line, alert)?;
    }
    put_enquiries(change, line)?;
    put_work(change, &line.facts.line)?;
    for tag in &line.tags.parties {
        change
            .prepare_cached("INSERT INTO party VALUES(?1, ?2)")?
            .execute([id, tag])?;
    }
    Ok(())
}

fn put_line(change: &Transaction<'_>, prepared: &Prepared) -> rusqlite::Result<()> {
    let facts = &prepared.facts;
    let line = &facts.line;
    let (place, desk, queue) = match line.accountable() {
        Accountable::Desk(desk, queue) => ("desk", i32::from(desk), i32::from(queue)),
        Accountable::School => ("school", 0, 0),
        Accountable::Closed(_) => ("closed", 0, 0),
        Accountable::Nobody => ("nobody", 0, 0),
    };
    change
        .prepare_cached(
            "INSERT INTO line VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            line.line_id,
            line.notification_id,
            line.force,
            line.child.owner_force,
            place,
            desk,
            queue,
            prepared.tags.desk_council,
            facts.since_ms,
            facts.desk_deadline_ms,
            line.shared.urgent,
            line.hidden,
            i64::try_from(facts.candidates).unwrap_or(i64::MAX),
        ])?;
    Ok(())
}

fn put_alert(
    change: &Transaction<'_>,
    position: Position,
    prepared: &Prepared,
    alert: &Alert,
) -> rusqlite::Result<()> {
    // The line's key is destroyed: the row goes with it.
    let Some(school) = prepared.tags.schools.get(&alert.id) else {
        return Ok(());
    };
    let line = &prepared.facts.line;
    let around = prepared
        .facts
        .alerts
        .get(&alert.id)
        .cloned()
        .unwrap_or_default();
    let sealed = |value: Option<proto::sealing::Sealed>| value.map(|value| value.encode_to_vec());
    change
        .prepare_cached(
            "INSERT INTO alert VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                 ?14, ?15, ?16, ?17, ?18, ?19)",
        )?
        .execute(params![
            alert.id,
            line.line_id,
            line.notification_id,
            school,
            prepared.tags.councils.get(&alert.id),
            i32::from(card_state(alert.status)),
            alert.deadline.at_ms,
            around.raised_ms,
            alert.deadline.late_on_arrival,
            line.shared.urgent,
            alert.opened,
            around.confirmed_ms,
            sealed(around.by),
            sealed(around.passed_to),
            prepared.tags.child,
            line.shared.incident_date,
            is_on_call_sheet(line, alert),
            line.hidden,
            line.version,
        ])?;
    change
        .prepare_cached("INSERT OR IGNORE INTO change VALUES(?1, ?2, ?3)")?
        .execute(params![position.0, school, line.notification_id])?;
    Ok(())
}

fn put_enquiries(change: &Transaction<'_>, prepared: &Prepared) -> rusqlite::Result<()> {
    let line = &prepared.facts.line;
    if line.closed.is_some() {
        return Ok(());
    }
    for enquiry in line.enquiries.iter().filter(|enquiry| enquiry.open) {
        if let Some(school) = prepared.tags.schools.get(&enquiry.id) {
            let asked = prepared.facts.asked_ms.get(&enquiry.id);
            change
                .prepare_cached("INSERT OR REPLACE INTO enquiry VALUES(?1, ?2, ?3, ?4, ?5)")?
                .execute(params![
                    enquiry.id,
                    line.line_id,
                    school,
                    asked.copied().unwrap_or_default(),
                    enquiry.deadline_ms
                ])?;
        }
    }
    Ok(())
}

/// What the clock and the post room still have to do for this line.
fn put_work(change: &Transaction<'_>, line: &Line) -> rusqlite::Result<()> {
    let rungs = line
        .live_alerts()
        .filter(|alert| alert.waits())
        .flat_map(|alert| {
            let uncalled = |rung: &&crate::wire::stored::PlannedRung| {
                line.step(&alert.id, rung.rung(), rung.due_ms).is_none()
            };
            alert.rungs.iter().filter(uncalled).map(|rung| rung.due_ms)
        });
    let routed = line.live_alerts().next().is_some();
    let asked = line
        .enquiries
        .iter()
        .filter(|enquiry| enquiry.open && !routed && line.closed.is_none())
        .map(|enquiry| enquiry.until_ms);
    for due_ms in rungs.chain(asked).collect::<BTreeSet<_>>() {
        change
            .prepare_cached("INSERT INTO timer VALUES(?1, ?2)")?
            .execute(params![line.line_id, due_ms])?;
    }
    for step in line.steps.iter().filter(|step| step.outcome.is_none()) {
        change
            .prepare_cached("INSERT OR IGNORE INTO step VALUES(?1, ?2, ?3, ?4)")?
            .execute(params![
                line.line_id,
                step.subject_id,
                i32::from(step.rung),
                step.due_ms
            ])?;
    }
    Ok(())
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
