//! Answers what is asked of a notification.

use super::{Command, Correction, Notification, NotificationEvent, Refusal, state::Line};
use crate::wire::stored::{self, DeliveryNoted, KeptLine, NotificationReceived, Prints};
use proto::police::v1::{self as public, SealedChild, WithdrawalReason};
use proto::sealing::Sealed;

/// Most children of one notification, whatever corrections add.
pub(crate) const MOST_CHILDREN: usize = 30;

/// Keeps a notification's stream short: a force that corrects more often does it by machine and wrongly.
const MOST_CORRECTIONS: usize = 100;

type Answer = Result<Vec<NotificationEvent>, Refusal>;

/// Answers `command`. An empty list: it is already so.
pub(crate) fn decide(state: &Notification, command: &Command) -> Answer {
    match command {
        Command::Submit(received) => submit(state, received),
        Command::Correct(correction) => correct(state, correction),
        Command::Withdraw { lines, reason } => withdraw(state, lines, *reason),
        Command::Release { line, edited } => release(state, *line, edited.as_ref()),
        Command::Note(noted) => note(state, noted),
    }
}

fn submit(state: &Notification, received: &NotificationReceived) -> Answer {
    match &state.accepted {
        None => Ok(vec![NotificationEvent::Received(received.clone())]),
        Some(first) if first.request_print == received.request_print => Ok(Vec::new()),
        Some(_) => Err(Refusal::OtherContent),
    }
}

fn correct(state: &Notification, correction: &Correction) -> Answer {
    if let Some(first) = state.corrections.get(&correction.id) {
        let same = first.request_print == correction.request_print;
        return if same {
            Ok(Vec::new())
        } else {
            Err(Refusal::CorrectionReused)
        };
    }
    may_be_corrected(state)?;
    let changed = changed_lines(state, correction)?;
    let shared_changed = correction.shared_prints != state.shared;
    if changed.is_empty() && !shared_changed {
        return Ok(Vec::new());
    }
    if state.corrections.len() >= MOST_CORRECTIONS {
        return Err(Refusal::TooManyCorrections);
    }
    let material = correction.shared_prints.material != state.shared.material
        || changed
            .iter()
            .any(|(child, kept)| matters(state, child, kept));
    let (children, lines): (Vec<_>, Vec<_>) = changed.into_iter().cloned().unzip();
    Ok(vec![NotificationEvent::Corrected(
        stored::NotificationCorrected {
            correction: correction.id.clone(),
            request_print: correction.request_print.clone(),
            public: Some(public::NotificationCorrected {
                notification_id: correction.notification_id.clone(),
                version: state.version.saturating_add(1),
                shared: shared_changed.then(|| correction.shared.clone()),
                children,
                material,
            }),
            shared_prints: shared_changed.then(|| correction.shared_prints.clone()),
            lines,
        },
    )])
}

fn may_be_corrected(state: &Notification) -> Result<(), Refusal> {
    if state.accepted.is_none() {
        return Err(Refusal::Unknown);
    }
    if state.withdrawn() {
        Err(Refusal::Withdrawn)
    } else {
        Ok(())
    }
}

fn changed_lines<'a>(
    state: &Notification,
    correction: &'a Correction,
) -> Result<Vec<&'a (SealedChild, KeptLine)>, Refusal> {
    let mut changed = Vec::new();
    let mut total = state.lines.len();
    for entry in &correction.children {
        let (child, kept) = entry;
        match state.lines.get(&child.line) {
            Some(old) if old.withdrawn => return Err(Refusal::LineWithdrawn(child.line)),
            Some(old) if old.prints == prints(kept) => continue,
            Some(_) => {}
            None => total += 1,
        }
        changed.push(entry);
    }
    if total > MOST_CHILDREN {
        Err(Refusal::TooManyChildren)
    } else {
        Ok(changed)
    }
}

/// A new child gets an alert of its own; nobody has to confirm the others again for it.
fn matters(state: &Notification, child: &SealedChild, kept: &KeptLine) -> bool {
    state
        .lines
        .get(&child.line)
        .is_some_and(|old| old.prints.material != prints(kept).material)
}

fn prints(kept: &KeptLine) -> Prints {
    kept.prints.clone().unwrap_or_default()
}

fn withdraw(state: &Notification, lines: &[u32], reason: WithdrawalReason) -> Answer {
    if state.accepted.is_none() {
        return Err(Refusal::Unknown);
    }
    let mut line_ids = Vec::new();
    for number in lines {
        let line = known(state, *number)?;
        if !line.withdrawn && !line_ids.contains(&line.id) {
            line_ids.push(line.id.clone());
        }
    }
    let nothing_left = if lines.is_empty() {
        state.withdrawn()
    } else {
        line_ids.is_empty()
    };
    if nothing_left {
        return Ok(Vec::new());
    }
    Ok(vec![NotificationEvent::Withdrawn(
        stored::NotificationWithdrawn {
            public: Some(public::NotificationWithdrawn {
                notification_id: notification_id(state),
                line_ids,
                reason: reason.into(),
            }),
        },
    )])
}

fn release(state: &Notification, number: u32, edited: Option<&Sealed>) -> Answer {
    let line = known(state, number)?;
    if line.withdrawn {
        return Err(Refusal::LineWithdrawn(number));
    }
    let Some(held) = &line.held else {
        return if edited.is_none() {
            Ok(Vec::new())
        } else {
            Err(Refusal::NothingHeld(number))
        };
    };
    Ok(vec![NotificationEvent::TextReleased(
        stored::TextReleased {
            edited: edited.is_some(),
            public: Some(public::TextReleased {
                notification_id: notification_id(state),
                line_id: line.id.clone(),
                content: edited.cloned().or_else(|| held.content.clone()),
                version: state.version.saturating_add(1),
            }),
        },
    )])
}

fn note(state: &Notification, noted: &DeliveryNoted) -> Answer {
    if state.accepted.is_none() {
        return Err(Refusal::Unknown);
    }
    let line_id = noted.heard.as_ref().map(|heard| heard.about().1);
    let known = state
        .lines
        .values()
        .any(|line| Some(line.id.as_str()) == line_id);
    if known {
        Ok(vec![NotificationEvent::DeliveryNoted(noted.clone())])
    } else {
        Err(Refusal::Unknown)
    }
}

fn known(state: &Notification, number: u32) -> Result<&Line, Refusal> {
    if state.accepted.is_none() {
        return Err(Refusal::Unknown);
    }
    state.lines.get(&number).ok_or(Refusal::UnknownLine(number))
}

fn notification_id(state: &Notification) -> String {
    state
        .accepted
        .as_ref()
        .map(|first| first.notification_id.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
