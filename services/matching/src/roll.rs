//! The rolls of many schools in memory, each replaced whole or changed row by row.

mod counts;
mod index;
pub(crate) mod keys;
pub(crate) mod stored;

use crate::{RollRow, RowId, Urn};
use counts::Counts;
use index::Index;
use jiff::civil::Date;
use keys::Key;
use std::{collections::HashMap, fmt};
use stored::Stored;

/// Many schools' rolls, indexed for matching. Reference data only: nothing of it is kept in events.
#[derive(Default)]
pub struct Roll {
    rows: Vec<Option<Stored>>,
    free: Vec<u32>,
    schools: HashMap<Urn, School>,
    index: Index,
    stale: usize,
    counts: Counts,
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

    /// Every row, as the schools wrote them, in no order.
    pub fn rows(&self) -> impl Iterator<Item = RollRow> {
        self.all().map(Stored::row)
    }

    /// Number of rows of all schools.
    pub fn len(&self) -> usize {
        self.schools.values().map(|school| school.rows.len()).sum()
    }

    /// Number of rows of one school.
    pub fn len_of(&self, school: Urn) -> usize {
        self.schools
            .get(&school)
            .map_or(0, |school| school.rows.len())
    }

    /// Whether no school has a row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of slots, some of which may hold no row.
    pub(crate) fn slots(&self) -> usize {
        self.rows.len()
    }

    pub(crate) fn stored(&self, slot: u32) -> Option<&Stored> {
        self.rows.get(usize::try_from(slot).ok()?)?.as_ref()
    }

    pub(crate) fn slot(&self, school: Urn, id: RowId) -> Option<u32> {
        self.schools.get(&school)?.rows.get(&id).copied()
    }

    /// How common names, birthdays and postcodes are.
    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Rows under any of these keys, each once, in a stable order; none under a key that more rows
    /// share than it bears.
    pub(crate) fn block(&self, keys: &[Key]) -> Vec<u32> {
        let telling = keys
            .iter()
            .filter(|key| self.index.count(key.hash) <= key.most);
        let mut rows: Vec<u32> = telling.flat_map(|key| self.index.rows(key.hash)).collect();
        rows.sort_unstable();
        rows.dedup();
        rows
    }

    /// Every row, in no order.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Stored> {
        self.rows.iter().flatten()
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
        let mut entries = Vec::new();
        for row in rows {
            if let Some(slot) = held.remove(&row.row_id) {
                self.clear(slot);
            }
            let row = Stored::new(row);
            let (id, keys) = (row.id, keys::keys_of(&row));
            if let Some(slot) = self.fill(row) {
                held.insert(id, slot);
                entries.extend(keys.into_iter().map(|key| (key.hash, slot)));
            }
        }
        self.schools.insert(school, School { as_at, rows: held });
        self.index.add(entries);
        self.refresh();
    }

    /// Half of the index names what is gone: it is made anew.
    fn refresh(&mut self) {
        if self.stale * 2 <= self.index.len() {
            return;
        }
        let slots = (0_u32..).zip(&self.rows);
        let live = slots.filter_map(|(slot, row)| Some((slot, row.as_ref()?)));
        let entries = live.flat_map(|(slot, row)| {
            let keys = keys::keys_of(row).into_iter();
            keys.map(move |key| (key.hash, slot))
        });
        let entries = entries.collect();
        self.index = Index::default();
        self.index.add(entries);
        self.stale = 0;
    }

    /// Puts a row into a free slot. `None` where there is none left, which `check` has ruled out.
    fn fill(&mut self, row: Stored) -> Option<u32> {
        let slot = if let Some(slot) = self.free.pop() {
            slot
        } else {
            self.rows.push(None);
            u32::try_from(self.rows.len() - 1).ok()?
        };
        self.counts.add(&row);
        *self.rows.get_mut(usize::try_from(slot).ok()?)? = Some(row);
        Some(slot)
    }

    fn clear(&mut self, slot: u32) {
        let place = usize::try_from(slot)
            .ok()
            .and_then(|slot| self.rows.get_mut(slot));
        if let Some(row) = place.and_then(Option::take) {
            self.counts.remove(&row);
            self.stale += keys::keys_of(&row).len();
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
