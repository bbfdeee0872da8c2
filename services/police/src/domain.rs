//! The rules of a notification, pure: no clock, no I/O, no chance.
//!
//! In reading order: [`ids`] derives every name, [`forces`] is the table of police forces,
//! [`event`] is what can happen, [`command`] what can be asked and refused, [`state`] what has
//! happened so far, [`decide`] answers commands, [`delivery`] says who answers for a child.

pub(crate) mod command;
pub(crate) mod decide;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod forces;
pub(crate) mod ids;
pub(crate) mod state;

#[cfg(test)]
pub(crate) mod samples;

pub(crate) use command::{Command, Correction, Refusal};
pub(crate) use event::NotificationEvent;
pub(crate) use ids::NotificationId;
pub(crate) use state::Notification;

use journal::decider::Decider;

/// The decider of a notification's stream.
pub(crate) struct Notifications;

impl Decider for Notifications {
    type State = Notification;
    type Command = Command;
    type Event = NotificationEvent;
    type Refusal = Refusal;

    fn evolve(state: Notification, event: &NotificationEvent) -> Notification {
        state.evolve(event)
    }

    fn decide(state: &Notification, command: &Command) -> Result<Vec<NotificationEvent>, Refusal> {
        decide::decide(state, command)
    }
}
