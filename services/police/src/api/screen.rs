//! Finds text about a child that names somebody or something else of the same notification.
//!
//! What a school gets about its own child must not tell it who the other children are, where they
//! go to school or where somebody lives. Whole folded words are compared with what the notification
//! says elsewhere; nothing is guessed. Such a field is held until the sender edits or releases it;
//! the alert itself is never held.
//!
//! Who may be told and who may not collect are not screened: those fields are there to name people.

mod clues;
mod words;

use self::{clues::Clues, words::Folded};
use crate::wire::stored::{HeldField, HeldReason};
use proto::police::v1::{Child, ChildContent, Notification};

pub(crate) use self::words::name_words;

/// What every child and party of one notification is known by.
pub(crate) struct Screen {
    children: Vec<Clues>,
    parties: Vec<Clues>,
}

/// A child's text, parted into what goes out and what waits.
pub(crate) struct Screened {
    /// Without the held fields.
    pub(crate) public: ChildContent,
    /// The held fields with the reason.
    pub(crate) held: Vec<HeldField>,
}

// === impl Screen ===

impl Screen {
    /// Reads what `notification` says of everybody in it.
    pub(crate) fn of(notification: &Notification) -> Self {
        Self {
            children: notification.children.iter().map(Clues::child).collect(),
            parties: notification.parties.iter().map(Clues::party).collect(),
        }
    }

    /// Parts the text of the child at `index`. `named_elsewhere` knows the names of siblings that
    /// stand only in earlier events.
    pub(crate) fn part(
        &self,
        index: usize,
        child: &Child,
        named_elsewhere: impl Fn(&str) -> bool,
    ) -> Screened {
        let mut public = child.content.clone().unwrap_or_default();
        let mut held = Vec::new();
        if child.release_text {
            return Screened { public, held };
        }
        let nobody = Clues::default();
        let own = self.children.get(index).unwrap_or(&nobody);
        visit(&mut public, |field, text| {
            if let Some(reason) = self.reason(index, own, text, &named_elsewhere) {
                text.clear();
                held.push(HeldField {
                    field,
                    reason: reason.into(),
                });
            }
        });
        Screened { public, held }
    }

    fn reason(
        &self,
        index: usize,
        own: &Clues,
        text: &str,
        named_elsewhere: &impl Fn(&str) -> bool,
    ) -> Option<HeldReason> {
        if text.is_empty() {
            return None;
        }
        let folded = Folded::of(text);
        let text = clues::Text::read(text, &folded);
        let others = || {
            let siblings = self.children.iter().enumerate();
            siblings
                .filter(move |(at, _)| *at != index)
                .map(|(_, clues)| clues)
                .chain(&self.parties)
        };
        let stranger = |word: &str| !own.is_named(word) && named_elsewhere(word);
        if others().any(|other| text.names(other, own)) || text.words().any(stranger) {
            Some(HeldReason::Person)
        } else if others().any(|other| text.tells_school(other, own)) {
            Some(HeldReason::School)
        } else if others().any(|other| text.tells_address(other, own)) {
            Some(HeldReason::Address)
        } else if text.tells_phone(others()) {
            Some(HeldReason::Phone)
        } else {
            None
        }
    }
}

/// Shows every screened text of `content` with its path in it.
fn visit(content: &mut ChildContent, mut see: impl FnMut(String, &mut String)) {
    see("whereabouts".to_owned(), &mut content.whereabouts);
    see("circumstances".to_owned(), &mut content.circumstances);
    if let Some(voice) = &mut content.voice {
        see("voice.words".to_owned(), &mut voice.words);
    }
    for (index, text) in content.relationships.iter_mut().enumerate() {
        see(format!("relationships[{index}]"), text);
    }
    if let Some(handling) = &mut content.handling {
        see("handling.conditions".to_owned(), &mut handling.conditions);
        see("handling.note".to_owned(), &mut handling.note);
    }
}

/// What is said to the sender about a held field.
pub(crate) fn sentence(reason: HeldReason) -> &'static str {
    match reason {
        HeldReason::Unspecified => "is held",
        HeldReason::Person => "names another person of this notification",
        HeldReason::School => "names the school of another child of this notification",
        HeldReason::Address => "tells the address of somebody else of this notification",
        HeldReason::Phone => "tells the telephone number of somebody of this notification",
    }
}

/// What a sender can do about held text.
pub(crate) const REMEDY: &str =
    "the alert has gone out without this text; edit it or release it as it stands";

#[cfg(test)]
mod tests;
