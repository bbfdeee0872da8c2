//! What the hub answered, as the one who asked wrote it down.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One line of the record. Holds references and names: no `Debug`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Answer {
    /// This will be pushed.
    Sent {
        /// Home Office code of the force.
        force: String,
        /// The force's reference.
        reference: String,
    },
    /// The hub has taken it.
    Accepted {
        /// Home Office code of the force.
        force: String,
        /// The force's reference.
        reference: String,
        /// The hub's id of it.
        notification_id: String,
        /// Ids of its child lines, in order.
        line_ids: Vec<String>,
    },
    /// The hub has taken a confirmation.
    Confirmed {
        /// Of this alert.
        alert_id: String,
        /// Name of who confirmed.
        by: String,
    },
    /// The hub has taken a withdrawal of a whole notification.
    Withdrawn {
        /// The hub's id of it.
        notification_id: String,
    },
    /// The hub has destroyed the keys of a child line.
    Destroyed {
        /// The line's id.
        line_id: String,
    },
    /// A backup will be asked for.
    Backup {
        /// Its name.
        name: String,
    },
    /// The hub has been restored from a backup.
    Restored {
        /// Its name.
        name: String,
    },
}

/// Force and reference.
pub(super) type Key = (String, String);

/// The ids under which a notification was answered.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) notification_id: String,
    pub(super) line_ids: Vec<String>,
}

/// What must be there, may be there, and must not.
#[derive(Default)]
pub struct Answers {
    pub(super) sent: BTreeSet<Key>,
    pub(super) accepted: BTreeMap<Key, Ids>,
    /// Every id that was ever answered, even if the answer was lost by a restoring.
    pub(super) ever: BTreeMap<Key, Vec<Ids>>,
    pub(super) confirmed: BTreeMap<String, String>,
    pub(super) withdrawn: BTreeSet<String>,
    pub(super) destroyed: BTreeSet<String>,
}

// === impl Answers ===

impl Answers {
    /// From the whole record. A restoring takes back what was answered since its backup began.
    pub fn of(record: &[Answer]) -> Self {
        let mut answers = Self::default();
        let mut kept: Vec<&Answer> = Vec::new();
        for answer in record {
            answers.note_for_good(answer);
            match answer {
                Answer::Restored { name } => {
                    let began =
                        |old: &&Answer| matches!(old, Answer::Backup { name: of } if of == name);
                    let began = kept.iter().position(began).unwrap_or_default();
                    kept.truncate(began + 1);
                }
                _ => kept.push(answer),
            }
        }
        for answer in kept {
            answers.note(answer);
        }
        answers
    }

    /// From JSON lines. A last line that was cut off is passed over.
    ///
    /// # Errors
    /// A line is no answer; its number from 1.
    pub fn parse(text: &str) -> Result<Self, usize> {
        let lines: Vec<_> = text.lines().collect();
        let mut record = Vec::with_capacity(lines.len());
        for (at, line) in lines.iter().enumerate() {
            match serde_json::from_str(line) {
                Ok(answer) => record.push(answer),
                Err(_) if at + 1 == lines.len() && !text.ends_with('\n') => {}
                Err(_) => return Err(at + 1),
            }
        }
        Ok(Self::of(&record))
    }

    /// Notifications that were answered.
    pub fn notifications(&self) -> usize {
        self.accepted.len()
    }

    /// Confirmations that were answered.
    pub fn confirmations(&self) -> usize {
        self.confirmed.len()
    }

    /// No restoring takes these back.
    fn note_for_good(&mut self, answer: &Answer) {
        match answer.clone() {
            Answer::Sent { force, reference } => {
                self.sent.insert((force, reference));
            }
            Answer::Accepted {
                force,
                reference,
                notification_id,
                line_ids,
            } => {
                let key = (force, reference);
                self.sent.insert(key.clone());
                self.ever.entry(key).or_default().push(Ids {
                    notification_id,
                    line_ids,
                });
            }
            Answer::Destroyed { line_id } => {
                self.destroyed.insert(line_id);
            }
            _ => {}
        }
    }

    fn note(&mut self, answer: &Answer) {
        match answer.clone() {
            Answer::Accepted {
                force,
                reference,
                notification_id,
                line_ids,
            } => {
                self.accepted.insert(
                    (force, reference),
                    Ids {
                        notification_id,
                        line_ids,
                    },
                );
            }
            Answer::Confirmed { alert_id, by } => {
                // Whoever was first has it in hand.
                self.confirmed.entry(alert_id).or_insert(by);
            }
            Answer::Withdrawn { notification_id } => {
                self.withdrawn.insert(notification_id);
            }
            _ => {}
        }
    }
}
