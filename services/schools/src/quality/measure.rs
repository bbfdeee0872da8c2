//! Counts the decisions of a period from the view.

use super::{Counts, Period};
use crate::{
    seals::Seals,
    views::{DecisionRow, View, ViewError},
};
use journal::Position;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

/// Counts decisions.
pub struct Quality {
    view: Arc<View>,
    seals: Seals,
    /// Codes by what the view calls their councils.
    councils: OnceLock<HashMap<String, String>>,
    /// What was last counted of each period, and up to where the view was shown then.
    lately: Mutex<BTreeMap<i64, Lately>>,
}

type Lately = (Position, Arc<Vec<Counted>>);

/// The decisions of one week about children of one force and council, by one version of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// Whose and by which model.
    pub group: Group,
    /// From the first of the weeks before the period, from 0.
    pub week: i64,
}

/// Decisions about children of one force and council, by one version of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The force that answers for the children; two digits.
    pub force: String,
    /// Where they live.
    pub council: Council,
    /// Version of the model.
    pub model: String,
    /// How many.
    pub counts: Counts,
}

/// Where children live, as far as it is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Council {
    /// The sender did not say, or the key is destroyed.
    NotKnown,
    /// Their location is hidden, or they are too few.
    Withheld,
    /// Three digits.
    Code(String),
}

// === impl Quality ===

impl Quality {
    /// Counts what this view shows.
    pub fn new(view: Arc<View>, seals: Seals) -> Self {
        Self {
            view,
            seals,
            councils: OnceLock::new(),
            lately: Mutex::default(),
        }
    }

    /// Every week of the period and of the one before it.
    pub fn count(&self, period: &Period) -> Result<Vec<Counted>, ViewError> {
        let rows = self.view.decisions(period)?;
        Ok(rows.into_iter().map(|row| self.counted(row)).collect())
    }

    /// As [`Quality::count`], of what was counted before while the view shows nothing new.
    pub fn count_again(&self, period: &Period) -> Result<Arc<Vec<Counted>>, ViewError> {
        let shown = *self.view.shown().borrow();
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((position, counted)) = lately.get(&period.until)
            && *position == shown
        {
            return Ok(counted.clone());
        }
        let counted = Arc::new(self.count(period)?);
        // Yesterday's and today's are asked for.
        lately.retain(|until, _| until.abs_diff(period.until) <= 1);
        lately.insert(period.until, (shown, counted.clone()));
        Ok(counted)
    }

    fn counted(&self, row: DecisionRow) -> Counted {
        let council = match &row.council_tag {
            _ if row.hidden => Council::Withheld,
            Some(tag) => self.council(tag),
            None => Council::NotKnown,
        };
        Counted {
            group: Group {
                force: row.force,
                council,
                model: row.model,
                counts: row.counts,
            },
            week: row.week,
        }
    }

    /// There are only a thousand codes, so none needs to stand beside the tags.
    fn council(&self, tag: &str) -> Council {
        let councils = self.councils.get_or_init(|| {
            let codes = (0..1000).map(|number| format!("{number:03}"));
            codes
                .map(|code| (self.seals.council_tag(&code), code))
                .collect()
        });
        let code = councils.get(tag).cloned();
        code.map_or(Council::NotKnown, Council::Code)
    }
}

/// The period's weeks put together, by force, council and model.
pub fn groups<'a>(counted: impl IntoIterator<Item = &'a Counted>, period: &Period) -> Vec<Group> {
    let mut groups: BTreeMap<_, Group> = BTreeMap::new();
    for Counted { group, week } in counted {
        if *week < period.weeks {
            continue;
        }
        let key = (&group.force, &group.council, &group.model);
        match groups.get_mut(&key) {
            Some(known) => known.counts.add(&group.counts),
            None => drop(groups.insert(key, group.clone())),
        }
    }
    groups.into_values().collect()
}

/// The weeks of each force, both of the period and of the one before it.
pub fn weeks<'a>(
    counted: impl IntoIterator<Item = &'a Counted>,
) -> BTreeMap<String, BTreeMap<i64, Counts>> {
    let mut forces: BTreeMap<String, BTreeMap<i64, Counts>> = BTreeMap::new();
    for Counted { group, week } in counted {
        let weeks = forces.entry(group.force.clone()).or_default();
        weeks.entry(*week).or_default().add(&group.counts);
    }
    forces
}

/// A force's weeks put together: those of the period before, and those of the period.
pub fn before_and_recent(weeks: &BTreeMap<i64, Counts>, period: &Period) -> [Counts; 2] {
    let mut both = [Counts::default(), Counts::default()];
    for (week, counts) in weeks {
        let [before, recent] = &mut both;
        let of = if *week < period.weeks { before } else { recent };
        of.add(counts);
    }
    both
}
