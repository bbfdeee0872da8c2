//! What has happened to a notification so far, as far as later commands need it.

use super::NotificationEvent;
use crate::wire::stored::{
    HeldText, KeptLine, NotificationCorrected, NotificationReceived, NotificationWithdrawn, Prints,
};
use proto::police::v1::SealedChild;
use std::collections::BTreeMap;

/// One notification, folded from its stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Notification {
    /// What was first accepted; none where nothing was.
    pub(crate) accepted: Option<Accepted>,
    /// From 1, one more with each correction and each release of text.
    pub(crate) version: u32,
    /// Tells whether the shared part changes.
    pub(crate) shared: Prints,
    /// Its children by line number.
    pub(crate) lines: BTreeMap<u32, Line>,
    /// Corrections by the keyed hash of their id.
    pub(crate) corrections: BTreeMap<Vec<u8>, Corrected>,
}

/// The first answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Accepted {
    /// The opaque id of the notification.
    pub(crate) notification_id: String,
    /// The submitting force.
    pub(crate) force: String,
    /// HMAC of the canonical request.
    pub(crate) request_print: Vec<u8>,
    /// Each line as it was accepted: number, id, text held.
    pub(crate) lines: Vec<(u32, String, Option<HeldText>)>,
}

/// The answer to one correction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Corrected {
    /// HMAC of the canonical request.
    pub(crate) request_print: Vec<u8>,
    /// The version that it made.
    pub(crate) version: u32,
    /// Whether confirmation is asked for again.
    pub(crate) material: bool,
}

/// One child line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Line {
    /// Its opaque id.
    pub(crate) id: String,
    /// The version of the notification that brought its text.
    pub(crate) version: u32,
    /// Tells whether it changes.
    pub(crate) prints: Prints,
    /// The words of the child's names, hashed under the line's key.
    pub(crate) name_prints: Vec<Vec<u8>>,
    /// Text that waits for the sender.
    pub(crate) held: Option<HeldText>,
    /// Taken back.
    pub(crate) withdrawn: bool,
}

// === impl Notification ===

impl Notification {
    /// Takes one event into the state. Total: no order of events breaks it.
    pub(crate) fn evolve(mut self, event: &NotificationEvent) -> Self {
        match event {
            NotificationEvent::Received(received) => self.receive(received),
            NotificationEvent::Corrected(corrected) => self.correct(corrected),
            NotificationEvent::Withdrawn(withdrawn) => self.withdraw(withdrawn),
            NotificationEvent::TextReleased(released) => {
                let id = released.public.as_ref().map(|public| &public.line_id);
                for line in self.lines.values_mut().filter(|line| Some(&line.id) == id) {
                    line.held = None;
                }
                let version = released.public.as_ref().map(|public| public.version);
                self.version = self.version.max(version.unwrap_or_default());
            }
            NotificationEvent::DeliveryNoted(_) => {}
        }
        self
    }

    /// Whether every line was taken back.
    pub(crate) fn withdrawn(&self) -> bool {
        !self.lines.is_empty() && self.lines.values().all(|line| line.withdrawn)
    }

    fn receive(&mut self, received: &NotificationReceived) {
        if self.accepted.is_some() {
            return;
        }
        let Some(sealed) = &received.notification else {
            return;
        };
        self.version = 1;
        self.shared = received.shared_prints.clone().unwrap_or_default();
        let pairs = || sealed.children.iter().zip(&received.lines);
        self.accepted = Some(Accepted {
            notification_id: received.notification_id.clone(),
            force: sealed.force.clone(),
            request_print: received.request_print.clone(),
            lines: pairs()
                .map(|(child, kept)| (child.line, child.line_id.clone(), kept.held.clone()))
                .collect(),
        });
        self.lines.extend(pairs().map(|pair| line(1, pair)));
    }

    fn correct(&mut self, corrected: &NotificationCorrected) {
        let Some(public) = &corrected.public else {
            return;
        };
        self.version = self.version.max(public.version);
        if let Some(prints) = &corrected.shared_prints {
            self.shared = prints.clone();
        }
        let pairs = public.children.iter().zip(&corrected.lines);
        self.lines
            .extend(pairs.map(|pair| line(public.version, pair)));
        let answer = Corrected {
            request_print: corrected.request_print.clone(),
            version: public.version,
            material: public.material,
        };
        self.corrections
            .entry(corrected.correction.clone())
            .or_insert(answer);
    }

    fn withdraw(&mut self, withdrawn: &NotificationWithdrawn) {
        let Some(public) = &withdrawn.public else {
            return;
        };
        let all = public.line_ids.is_empty();
        for line in self.lines.values_mut() {
            line.withdrawn |= all || public.line_ids.contains(&line.id);
        }
    }
}

fn line(version: u32, (child, kept): (&SealedChild, &KeptLine)) -> (u32, Line) {
    let line = Line {
        id: child.line_id.clone(),
        version,
        prints: kept.prints.clone().unwrap_or_default(),
        name_prints: kept.name_prints.clone(),
        held: kept.held.clone(),
        withdrawn: false,
    };
    (child.line, line)
}
