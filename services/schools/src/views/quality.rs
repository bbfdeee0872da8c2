//! The matcher's decisions, counted by week.

use super::{View, ViewError};
use crate::quality::{Counts, Period, counts::FIELDS};
use rusqlite::{Row, params};
use std::fmt::Write as _;

/// The decisions of one week of one force, council and model.
pub struct DecisionRow {
    /// The force that answers for the children.
    pub force: String,
    /// What the view calls the council of residence.
    pub council_tag: Option<String>,
    /// Their location is hidden.
    pub hidden: bool,
    /// Version of the model.
    pub model: String,
    /// From the first of the weeks before the period, from 0.
    pub week: i64,
    /// How many.
    pub counts: Counts,
}

// === impl View ===

impl View {
    /// Every week of the period and of the one before it.
    pub fn decisions(&self, period: &Period) -> Result<Vec<DecisionRow>, ViewError> {
        // A long count must not keep those waiting who read their cards.
        let file = self.connect()?;
        let mut query = file.prepare(&select())?;
        let rows = query.query_map(params![period.from, period.until], decision_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// In the order of [`Counts::each_mut`], after what they are grouped by.
fn select() -> String {
    let mut select = "SELECT force, council_tag, hidden, model, (day - ?1) / 7 AS week, COUNT(*),
        SUM(identity = 1), SUM(identity = 2), SUM(identity = 3), SUM(asked), SUM(asked_no),
        SUM(conflicting), SUM(overturned), SUM(overturned_left), SUM(misdirected), SUM(restored),
        SUM(chosen = 1), SUM(chosen = 2), SUM(chosen = 3), SUM(chosen = 4),
        COUNT(missing)"
        .to_owned();
    for mask in ["missing", "differs"] {
        for bit in 0..FIELDS {
            let _ = write!(select, ", IFNULL(SUM(({mask} >> {bit}) & 1), 0)");
        }
    }
    select.push_str(
        " FROM decision WHERE day >= ?1 AND day < ?2
         GROUP BY force, council_tag, hidden, model, week
         ORDER BY force, model, week",
    );
    select
}

fn decision_row(row: &Row<'_>) -> rusqlite::Result<DecisionRow> {
    const GROUPED_BY: usize = 5;
    let mut counts = Counts::default();
    for (column, count) in (GROUPED_BY..).zip(counts.each_mut()) {
        *count = row.get(column)?;
    }
    Ok(DecisionRow {
        force: row.get(0)?,
        council_tag: row.get(1)?,
        hidden: row.get(2)?,
        model: row.get(3)?,
        week: row.get(4)?,
        counts,
    })
}
