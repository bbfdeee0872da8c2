//! What people said of a child, heard in the history of its line.

use crate::domain::LineEvent;
use proto::{schools::v1::ResolveReason, sealing::Sealed};

/// What people said, in the order in which they did.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// `SchoolRef`, and whether the child is, or was, on its roll.
    pub(super) schools: Vec<(Sealed, bool)>,
    /// Whether the child is on no roll at all.
    pub(super) nowhere: bool,
    /// Alerts and enquiries, with the school of each.
    asked: Vec<(String, Sealed)>,
    /// The command by which somebody at a desk decided last.
    decision: Option<[u8; 16]>,
}

// === impl Said ===

impl Said {
    /// Takes one event in; `cause` is the command or event that led to it.
    ///
    /// A confirmation says that the child is that school's, as a desk's route to it does. "The child
    /// left" says so too: it was that child, and that school's. A no to an enquiry says nothing: the
    /// child may have left. Home education says where a child is not, and nothing of who it is.
    pub(super) fn hear(mut self, event: &LineEvent, cause: [u8; 16]) -> Self {
        match event {
            LineEvent::AlertRaised(e) => {
                self.note(&e.alert_id, e.school.as_ref());
                if self.decision == Some(cause) {
                    self.say(&e.alert_id, true);
                }
            }
            LineEvent::EnquiryRaised(e) => self.note(&e.enquiry_id, e.school.as_ref()),
            LineEvent::EnquiryAnswered(e) if e.on_roll => self.say(&e.enquiry_id, true),
            LineEvent::AlertConfirmed(e) => self.say(&e.alert_id, true),
            LineEvent::AlertRestored(e) => self.say(&e.alert_id, true),
            LineEvent::AlertDisowned(e) => self.say(&e.alert_id, e.left),
            LineEvent::Resolved(e) => {
                self.nowhere = e.reason() == ResolveReason::NotOfSchoolAge;
                self.decision = Some(cause);
            }
            // It may be another child now.
            LineEvent::Corrected(e) if e.material && e.child.is_some() => {
                self = Self {
                    asked: self.asked,
                    ..Self::default()
                };
            }
            _ => {}
        }
        self
    }

    fn note(&mut self, id: &str, school: Option<&Sealed>) {
        let school = school.cloned().unwrap_or_default();
        self.asked.push((id.to_owned(), school));
    }

    fn say(&mut self, id: &str, has_child: bool) {
        let school = self.asked.iter().find(|(asked, _)| asked == id);
        if let Some((_, school)) = school {
            self.nowhere &= !has_child;
            self.schools.push((school.clone(), has_child));
        }
    }
}

#[cfg(test)]
mod tests;
