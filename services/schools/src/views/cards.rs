//! A school's alerts and their changes, as rows.

use super::{View, ViewError};
use journal::Position;
use rusqlite::{Row, params};

/// One alert of a school.
#[derive(Clone, Debug)]
pub struct AlertRow {
    /// Opaque id.
    pub alert_id: String,
    /// Its child line.
    pub line_id: String,
    /// Its notification.
    pub notification_id: String,
    /// What the view calls its school.
    pub school_tag: String,
    /// `CardState`.
    pub state: i32,
    /// Milliseconds since 1970 UTC.
    pub deadline_ms: i64,
    /// Milliseconds since 1970 UTC.
    pub raised_ms: i64,
    /// Past its deadline when it arrived.
    pub late: bool,
    /// Urgent.
    pub urgent: bool,
    /// Its content, as it stands, was seen.
    pub opened: bool,
    /// Milliseconds since 1970 UTC.
    pub confirmed_ms: Option<i64>,
    /// Encoded, sealed `Confirmer`.
    pub by: Option<Vec<u8>>,
    /// Encoded, sealed `PassedTo`.
    pub passed_to: Option<Vec<u8>>,
    /// Same for possibly the same child.
    pub child_tag: Option<String>,
    /// ISO date of the incident.
    pub incident_day: String,
    /// Version of the notification that the line shows.
    pub version: u32,
}

/// A change of one of a school's cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where in the journal.
    pub position: Position,
    /// Which card.
    pub notification_id: String,
}

const COLUMNS: &str =
    "alert_id, line_id, notification_id, school_tag, state, deadline_ms, raised_ms,
    late, urgent, opened, confirmed_ms, by, passed_to, child_tag, incident_day, version";

// === impl View ===

impl View {
    /// All alerts of a school that `reader` is no party to, oldest first.
    pub fn alerts_of_school(
        &self,
        school_tag: &str,
        reader: Option<&str>,
    ) -> Result<Vec<AlertRow>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert WHERE school_tag = ?1 AND NOT EXISTS(
                 SELECT 1 FROM party WHERE party.line_id = alert.line_id AND person_tag = ?2)
             ORDER BY raised_ms, alert_id"
        ))?;
        let rows = query.query_map(params![school_tag, reader], alert_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One alert.
    pub fn alert(&self, alert_id: &str) -> Result<Option<AlertRow>, ViewError> {
        let file = self.reader();
        let mut query =
            file.prepare_cached(&format!("SELECT {COLUMNS} FROM alert WHERE alert_id = ?1"))?;
        let mut rows = query.query_map([alert_id], alert_row)?;
        Ok(rows.next().transpose()?)
    }

    /// Whether this person is a party to the line's incident.
    pub fn is_party(&self, line_id: &str, person_tag: &str) -> Result<bool, ViewError> {
        let file = self.reader();
        let mut query =
            file.prepare_cached("SELECT 1 FROM party WHERE line_id = ?1 AND person_tag = ?2")?;
        Ok(query.exists([line_id, person_tag])?)
    }

    /// Waiting alerts of a council's schools that climbed to the last rung: hidden ones, which are
    /// the officer's, or all others, which are the duty desk's.
    pub fn call_sheet(&self, council_tag: &str, hidden: bool) -> Result<Vec<AlertRow>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert WHERE council_tag = ?1 AND on_call_sheet = 1 AND hidden = ?2
             ORDER BY deadline_ms, alert_id"
        ))?;
        let rows = query.query_map(params![council_tag, hidden], alert_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Waiting alerts of a school whose deadline falls before `until_ms`.
    pub fn waiting_alerts(
        &self,
        school_tag: &str,
        until_ms: i64,
    ) -> Result<Vec<AlertRow>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM alert
             WHERE school_tag = ?1 AND state IN (1, 3) AND deadline_ms < ?2"
        ))?;
        let rows = query.query_map(params![school_tag, until_ms], alert_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Up to 100 changes of a school's cards after `after`.
    pub fn changes(&self, school_tag: &str, after: Position) -> Result<Vec<Change>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(
            "SELECT position, notification_id FROM change
             WHERE school_tag = ?1 AND position > ?2 ORDER BY position LIMIT 100",
        )?;
        let rows = query.query_map(params![school_tag, after.0], |row| {
            Ok(Change {
                position: Position(row.get(0)?),
                notification_id: row.get(1)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn alert_row(row: &Row<'_>) -> rusqlite::Result<AlertRow> {
    Ok(AlertRow {
        alert_id: row.get(0)?,
        line_id: row.get(1)?,
        notification_id: row.get(2)?,
        school_tag: row.get(3)?,
        state: row.get(4)?,
        deadline_ms: row.get(5)?,
        raised_ms: row.get(6)?,
        late: row.get(7)?,
        urgent: row.get(8)?,
        opened: row.get(9)?,
        confirmed_ms: row.get(10)?,
        by: row.get(11)?,
        passed_to: row.get(12)?,
        child_tag: row.get(13)?,
        incident_day: row.get(14)?,
        version: row.get(15)?,
    })
}
