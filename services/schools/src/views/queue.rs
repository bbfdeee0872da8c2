//! Children at a desk, and questions to schools, as rows.

use super::{View, ViewError};
use rusqlite::{OptionalExtension, Row, params};

/// A child at a desk.
#[derive(Clone, Debug)]
pub struct QueueRow {
    /// The child line.
    pub line_id: String,
    /// `Desk`.
    pub desk: i32,
    /// `Queue`.
    pub queue: i32,
    /// Milliseconds since 1970 UTC.
    pub since_ms: i64,
    /// Milliseconds since 1970 UTC.
    pub deadline_ms: i64,
    /// Urgent.
    pub urgent: bool,
    /// Number of candidates.
    pub candidates: u32,
}

const COLUMNS: &str = "line_id, desk, queue, since_ms, deadline_ms, urgent, candidates";
const COORDINATOR: i32 = proto::schools::v1::Desk::Coordinator as i32;
const COUNCIL: i32 = proto::schools::v1::Desk::Council as i32;

// === impl View ===

impl View {
    /// Children with a force's coordinator; hidden ones are not among them.
    pub fn queue_of_force(&self, force: &str) -> Result<Vec<QueueRow>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM line
             WHERE place = 'desk' AND desk = ?1 AND owner_force = ?2 AND hidden = 0
             ORDER BY deadline_ms, since_ms"
        ))?;
        let rows = query.query_map(params![COORDINATOR, force], queue_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Children at a council's desk.
    pub fn queue_of_council(&self, council_tag: &str) -> Result<Vec<QueueRow>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM line
             WHERE place = 'desk' AND desk = ?1 AND council_tag = ?2 AND hidden = 0
             ORDER BY deadline_ms, since_ms"
        ))?;
        let rows = query.query_map(params![COUNCIL, council_tag], queue_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Hidden children at any desk. Whose they are is decided one by one.
    pub fn hidden_queue(&self) -> Result<Vec<QueueRow>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM line WHERE place = 'desk' AND hidden = 1
             ORDER BY deadline_ms, since_ms"
        ))?;
        let rows = query.query_map([], queue_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// One child at a desk.
    pub fn queue_row(&self, line_id: &str) -> Result<Option<QueueRow>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM line WHERE place = 'desk' AND line_id = ?1"
        ))?;
        Ok(query.query_row([line_id], queue_row).optional()?)
    }

    /// Open enquiries to a school: id and when it was asked and by when, milliseconds since 1970 UTC.
    pub fn enquiries(
        &self,
        school_tag: &str,
    ) -> Result<Vec<(String, String, i64, i64)>, ViewError> {
        let file = self.reader();
        let mut query = file.prepare_cached(
            "SELECT enquiry_id, line_id, asked_ms, deadline_ms FROM enquiry
             WHERE school_tag = ?1 ORDER BY deadline_ms, enquiry_id",
        )?;
        let rows = query.query_map([school_tag], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Line and school of an enquiry that is open.
    pub fn enquiry(&self, enquiry_id: &str) -> Result<Option<(String, String)>, ViewError> {
        let file = self.reader();
        let mut query =
            file.prepare_cached("SELECT line_id, school_tag FROM enquiry WHERE enquiry_id = ?1")?;
        Ok(query
            .query_row([enquiry_id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?)
    }

    /// So many lines of any force, those first that came where they are last.
    pub fn latest_lines(&self, limit: usize) -> Result<Vec<String>, ViewError> {
        let file = self.reader();
        let mut query = file
            .prepare_cached("SELECT line_id FROM line ORDER BY since_ms DESC, line_id LIMIT ?1")?;
        let rows = query.query_map([limit], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// All lines of a notification.
    pub fn lines_of_notification(&self, id: &str) -> Result<Vec<String>, ViewError> {
        let file = self.reader();
        let mut query =
            file.prepare_cached("SELECT line_id FROM line WHERE notification_id = ?1")?;
        let rows = query.query_map([id], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn queue_row(row: &Row<'_>) -> rusqlite::Result<QueueRow> {
    Ok(QueueRow {
        line_id: row.get(0)?,
        desk: row.get(1)?,
        queue: row.get(2)?,
        since_ms: row.get(3)?,
        deadline_ms: row.get(4)?,
        urgent: row.get(5)?,
        candidates: row.get(6)?,
    })
}
