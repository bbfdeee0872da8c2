//! Figures of several turns, told once each.

use crate::BoxError;
use serde::{Deserialize, Serialize};

/// One figure beside the raw one of the same run.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Figure {
    name: String,
    value: f64,
    unit: String,
    beside: f64,
    against: String,
}

/// Figures in the order in which they first came.
#[derive(Default)]
pub(crate) struct Report {
    figures: Vec<Vec<Figure>>,
}

// === impl Figure ===

impl Figure {
    pub(crate) fn new(name: &str, value: f64, unit: &str, beside: f64, against: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: rounded(value),
            unit: unit.to_owned(),
            beside: rounded(beside),
            against: against.to_owned(),
        }
    }
}

/// Three decimals of small numbers, none of large ones.
fn rounded(value: f64) -> f64 {
    if value < 1000.0 {
        (value * 1000.0).round() / 1000.0
    } else {
        value.round()
    }
}

// === impl Report ===

impl Report {
    /// Takes a figure of one turn.
    pub(crate) fn add(&mut self, figure: Figure) {
        let same = |turns: &&mut Vec<Figure>| turns[0].name == figure.name;
        match self.figures.iter_mut().find(same) {
            Some(turns) => turns.push(figure),
            None => self.figures.push(vec![figure]),
        }
    }

    /// Adds how many times `peer` goes into `name`, beside what `peer` does.
    pub(crate) fn divide(&mut self, name: &str, peer: &str, against: &str) {
        let (Some(ours), Some(theirs)) = (self.median(name), self.median(peer)) else {
            return;
        };
        let name = format!("{name}.times-{peer}");
        let ratio = ours.value / theirs.value;
        self.add(Figure::new(&name, ratio, "times", theirs.value, against));
    }

    /// One JSON object a line.
    pub(crate) fn print(&self) -> Result<(), BoxError> {
        for turns in &self.figures {
            println!("{}", serde_json::to_string(&middle(turns))?);
        }
        Ok(())
    }

    fn median(&self, name: &str) -> Option<Figure> {
        let turns = self.figures.iter().find(|turns| turns[0].name == name)?;
        Some(middle(turns))
    }
}

/// The median value, and the median of what was beside it.
fn middle(turns: &[Figure]) -> Figure {
    let median = |of: fn(&Figure) -> f64| {
        let mut values: Vec<f64> = turns.iter().map(of).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Figure {
        value: median(|figure| figure.value),
        beside: median(|figure| figure.beside),
        ..turns[0].clone()
    }
}
