//! What was answered, written down as it comes; shared by everybody who talks to the hub.

use std::{
    fs,
    path::Path,
    sync::{Arc, Mutex},
};
use tests::judge::Answer;

#[derive(Clone, Default)]
pub(super) struct Record(Arc<Mutex<Vec<Answer>>>);

// === impl Record ===

impl Record {
    pub(super) fn note(&self, answer: Answer) {
        self.0.lock().unwrap().push(answer);
    }

    /// How many answers of a kind there are.
    pub(super) fn count(&self, kind: impl Fn(&Answer) -> bool) -> usize {
        self.0
            .lock()
            .unwrap()
            .iter()
            .filter(|answer| kind(answer))
            .count()
    }

    /// How many answers there are.
    pub(super) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// What `pick` takes of each answer since there were so many.
    pub(super) fn since<T>(&self, many: usize, pick: impl Fn(&Answer) -> Option<T>) -> Vec<T> {
        self.0.lock().unwrap()[many..]
            .iter()
            .filter_map(pick)
            .collect()
    }

    /// For the judge.
    pub(super) fn write(&self, to: &Path) {
        let record = self.0.lock().unwrap();
        let lines = record
            .iter()
            .map(|answer| serde_json::to_string(answer).unwrap() + "\n");
        fs::write(to, lines.collect::<String>()).unwrap();
    }
}
