//! What most desks do by hand: look up the exact names and the birth date.

use super::answers::Answer;
use jiff::civil::Date;
use matching::{Identity, Query, Roll, fold};
use std::collections::HashMap;

/// Pupils' UPNs by folded names and birth date.
pub(super) struct Exact(HashMap<(String, String, Date), Vec<String>>);

// === impl Exact ===

impl Exact {
    pub(super) fn new(roll: &Roll) -> Self {
        let mut pupils: HashMap<_, Vec<String>> = HashMap::new();
        for row in roll.rows() {
            if let Some((upn, born)) = row.upn.zip(row.date_of_birth) {
                let key = (fold(&row.forename), fold(&row.surname), born);
                let found = pupils.entry(key).or_default();
                if !found.iter().any(|known| known == upn.as_str()) {
                    found.push(upn.as_str().to_owned());
                }
            }
        }
        Self(pupils)
    }

    pub(super) fn answer(&self, query: &Query) -> Answer {
        let key = query
            .date_of_birth
            .map(|born| (fold(&query.forename), fold(&query.surname), born));
        let found = key.and_then(|key| self.0.get(&key));
        let candidates = found.cloned().unwrap_or_default();
        Answer {
            decision: match candidates.len() {
                0 => Identity::None,
                1 => Identity::Sure,
                _ => Identity::Unsure,
            },
            candidates,
        }
    }
}
