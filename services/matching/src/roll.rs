//! The rolls of many schools in memory, each replaced whole or changed row by row.

pub(crate) mod blocks;
pub(crate) mod stored;

use crate::{RollRow, RowId, Urn};
use blocks::Blocks;
use jiff::civil::Date;
use std::{
    collections::{HashMap, HashSet},
    fmt,
};
use stored::Stored;

/// Many schools' rolls, indexed for matching. Reference data only: nothing of it is kept in events.
#[derive(Default)]
pub struct Roll {
    rows: Vec<Option<Stored>>,
    free: Vec<u32>,
    schools: HashMap<Urn, School>,
    blocks: Blocks,
}

/// One school's roll.
struct School {
    as_at: Date,
    rows: HashMap<RowId, u32>,
}

/// Why a roll was not taken; nothing of it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollError {
    /// A row belongs to another school: a school may write only its own roll.
    #[error("a row belongs to another school's roll")]
    ForeignRow,
    /// The roll that is already there was true on a later day.
    #[error("a later roll of this school is loaded already")]
    Older,
    /// More rows than the index can number.
    #[error("the rolls hold too many rows")]
    Full,
}

impl Roll {
    /// Replaces one school's roll whole: what is not in `rows` is gone. Of two rows of one id the
    /// last counts.
    pub fn replace(&mut self, school: Urn, as_at: Date, rows: &[RollRow]) -> Result<(), RollError> {
        self.check(school, as_at, rows)?;
        self.remove(school);
        self.put(school, as_at, rows);
        Ok(())
    }

    /// Adds or changes rows of one school's roll; a row is taken off by its `to` date.
    pub fn change(&mut self, school: Urn, as_at: Date, rows: &[RollRow]) -> Result<(), RollError> {
        self.check(school, as_at, rows)?;
        self.put(school, as_at, rows);
        Ok(())
    }

    /// Forgets one school's roll.
    pub fn remove(&mut self, school: Urn) {
        let gone = self
            .schools
            .remove(&school)
            .map(|school| school.rows)
            .unwrap_or_default();
        for slot in gone.into_values() {
            self.clear(slot);
        }
    }

    /// The day a school's roll was true on; `None` where it has none.
    pub fn as_at(&self, school: Urn) -> Option<Date> {
        self.schools.get(&school).map(|school| school.as_at)
    }

    /// Schools that have a roll, in no order.
    pub fn schools(&self) -> impl Iterator<Item = Urn> {
        self.schools.keys().copied()
    }

    /// A row, as the school wrote it.
    pub fn row(&self, school: Urn, id: RowId) -> Option<RollRow> {
        let slot = self.schools.get(&school)?.rows.get(&id)?;
        self.stored(*slot).map(Stored::row)
    }

    /// Number of rows of all schools.
    pub fn len(&self) -> usize {
        self.schools.values().map(|school| school.rows.len()).sum()
    }

    /// Whether no school has a row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(crate) fn stored(&self, slot: u32) -> Option<&Stored> {
        self.rows.get(usize::try_from(slot).ok()?)?.as_ref()
    }

    pub(crate) fn slot(&self, school: Urn, id: RowId) -> Option<u32> {
        self.schools.get(&school)?.rows.get(&id).copied()
    }

    /// Rows under any of these keys.
    pub(crate) fn block(&self, keys: &HashSet<u64>) -> Vec<u32> {
        self.blocks.rows(keys)
    }

    fn check(&self, school: Urn, as_at: Date, rows: &[RollRow]) -> Result<(), RollError> {
        if rows.iter().any(|row| row.urn != school) {
            return Err(RollError::ForeignRow);
        }
        if self.as_at(school).is_some_and(|present| as_at < present) {
            return Err(RollError::Older);
        }
        let room = usize::try_from(u32::MAX).unwrap_or(usize::MAX);
        if self.rows.len().saturating_add(rows.len()) >= room {
            return Err(RollError::Full);
        }
        Ok(())
    }

    fn put(&mut self, school: Urn, as_at: Date, rows: &[RollRow]) {
        let mut held = self
            .schools
            .remove(&school)
            .map(|school| school.rows)
            .unwrap_or_default();
        for row in rows {
            if let Some(slot) = held.remove(&row.row_id) {
                self.clear(slot);
            }
            if let Some(slot) = self.fill(Stored::new(row)) {
                held.insert(row.row_id, slot);
            }
        }
        self.schools.insert(school, School { as_at, rows: held });
    }

    /// Puts a row into a free slot. `None` where there is none left, which `check` has ruled out.
    fn fill(&mut self, row: Stored) -> Option<u32> {
        let slot = if let Some(slot) = self.free.pop() {
            slot
        } else {
            self.rows.push(None);
            u32::try_from(self.rows.len() - 1).ok()?
        };
        self.blocks.insert(slot, &blocks::keys_of(&row));
        *self.rows.get_mut(usize::try_from(slot).ok()?)? = Some(row);
        Some(slot)
    }

    fn clear(&mut self, slot: u32) {
        let place = usize::try_from(slot)
            .ok()
            .and_then(|slot| self.rows.get_mut(slot));
        if let Some(row) = place.and_then(Option::take) {
            self.blocks.remove(slot, &blocks::keys_of(&row));
            self.free.push(slot);
        }
    }
}

impl fmt::Debug for Roll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roll")
            .field("rows", &self.len())
            .finish_non_exhaustive()
    }
}
