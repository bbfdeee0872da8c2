//! How many notifications each force sent and how many of its children are in each state, kept with
//! the rows: what is applied once counts once, and a view that is rebuilt comes to the same numbers.

use crate::{
    domain::delivery::IN_TRANSIT,
    wire::view::{Line, Standing},
};
use proto::police::v1::Accountable;
use rusqlite::{Connection, Transaction, params};
use std::collections::BTreeMap;

/// What a page of events changes in the counts.
#[derive(Default)]
pub(super) struct Tally {
    accepted: BTreeMap<String, i64>,
    children: BTreeMap<(String, &'static str), i64>,
}

/// Everything that was counted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Accepted notifications, by the force that sent them.
    pub(crate) accepted: Vec<(String, u64)>,
    /// Children, by the force that answers for them and by state.
    pub(crate) children: Vec<(String, &'static str, u64)>,
}

const ROUTED: &str = "routed";
const WITH_COORDINATOR: &str = "with_coordinator";
const WITH_COUNCIL_DESK: &str = "with_council_desk";
const CLOSED: &str = "closed";
const STATES: [&str; 5] = [
    IN_TRANSIT,
    ROUTED,
    WITH_COORDINATOR,
    WITH_COUNCIL_DESK,
    CLOSED,
];

// === impl Tally ===

impl Tally {
    /// A notification's row changed, or is new.
    pub(super) fn replace(&mut self, before: Option<&Standing>, now: Option<&Standing>) {
        self.count(before, -1);
        self.count(now, 1);
    }

    fn count(&mut self, standing: Option<&Standing>, by: i64) {
        let Some(standing) = standing else {
            return;
        };
        *self.accepted.entry(standing.force.clone()).or_default() += by;
        for line in &standing.lines {
            let key = (line.owner_force.clone(), state(line));
            *self.children.entry(key).or_default() += by;
        }
    }

    pub(super) fn write(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let mut accepted = transaction.prepare_cached(
            "INSERT INTO accepted VALUES(?1, ?2)
             ON CONFLICT DO UPDATE SET notifications = notifications + excluded.notifications",
        )?;
        for (force, by) in self.accepted.iter().filter(|(_, by)| **by != 0) {
            accepted.execute(params![force, by])?;
        }
        let mut children = transaction.prepare_cached(
            "INSERT INTO children VALUES(?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET count = count + excluded.count",
        )?;
        for ((force, state), by) in self.children.iter().filter(|(_, by)| **by != 0) {
            children.execute(params![force, state, by])?;
        }
        Ok(())
    }
}

/// Every state of every force that has children, also where it has none in that state.
pub(super) fn read(connection: &Connection) -> rusqlite::Result<Counts> {
    let mut accepted = connection.prepare_cached("SELECT force, notifications FROM accepted")?;
    let accepted = accepted.query_map((), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut children = connection.prepare_cached(
        "SELECT force, coalesce(sum(count) FILTER (WHERE state = ?1), 0) FROM children GROUP BY force",
    )?;
    let mut counts = Counts {
        accepted: accepted.collect::<Result<_, _>>()?,
        children: Vec::new(),
    };
    for state in STATES {
        let rows = children.query_map([state], |row| Ok((row.get(0)?, state, row.get(1)?)))?;
        for row in rows {
            counts.children.push(row?);
        }
    }
    Ok(counts)
}

/// Exactly one for every child, so that the counts of all states come to the children accepted.
fn state(line: &Line) -> &'static str {
    match line.standing() {
        (_, IN_TRANSIT, _) => IN_TRANSIT,
        (Accountable::Routed, ..) => ROUTED,
        (Accountable::WithCouncilDesk, ..) => WITH_COUNCIL_DESK,
        (Accountable::Closed, ..) => CLOSED,
        (Accountable::WithCoordinator | Accountable::Unspecified, ..) => WITH_COORDINATOR,
    }
}
