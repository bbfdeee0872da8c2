//! Replaces the shared part or single child lines of a notification.

use super::{
    Parts,
    caller::Caller,
    check::{Checked, Kind, check},
    erased::NoKeys,
    failure, marks,
    screen::Screen,
    seal::{Printer, Seal},
};
use crate::{
    domain::{
        Command, Correction, Notification, NotificationId, Notifications, Refusal,
        ids::LineId,
        state::{Corrected, Line},
    },
    wire::stored::Prints,
};
use host::problem::Problem;
use journal::{
    CommandId, Reserve,
    decider::{self, ExecuteError},
};
use policy::Action;
use proto::police::v1::{CorrectNotificationRequest, CorrectNotificationResponse, SealedShared};
use proto::sealing::FieldClass;

const LONGEST_CORRECTION_ID: usize = 64;

impl Parts {
    pub(super) async fn correct(
        &self,
        caller: &Caller,
        request: CorrectNotificationRequest,
    ) -> Result<CorrectNotificationResponse, Problem> {
        let action = Action::NotificationCorrect;
        let (id, state) = self
            .of_caller(caller, action, &request.notification_id)
            .await?;
        correction_id(&request.correction_id)?;
        let notification = request.notification.unwrap_or_default();
        let checked = check(
            notification,
            Kind::Correction,
            &self.rules,
            &self.london,
            caller.now,
        )?;
        same_force(&state, &checked)?;
        let key = self
            .opaque(id, "police correction", &request.correction_id)
            .to_vec();
        let correction = self.new_or_known(id, &state, key.clone(), &checked).await?;
        let print = correction.request_print.clone();
        let command = CommandId::derive(&[b"police.correct", &id.0, &key]);
        let context = self.context(caller, id, command, Reserve::MayUse);
        let outcome = decider::execute::<Notifications>(
            &self.journal,
            &id.stream(),
            &context,
            &Command::Correct(correction),
        )
        .await
        .map_err(failure::execute)?;
        let made = outcome.state.corrections.get(&key);
        if made.is_some_and(|made| made.request_print != print) {
            let reused = ExecuteError::Refused(Refusal::CorrectionReused);
            return Err(failure::execute(reused));
        }
        let position = outcome.position.unwrap_or_default();
        Ok(CorrectNotificationResponse {
            version: made.map_or(outcome.state.version, |made: &Corrected| made.version),
            material: made.is_some_and(|made| made.material),
            position: marks::write(self.journal.identity(), position),
        })
    }

    /// The notification of that id, if it is of a force that the caller may do this for.
    pub(super) async fn of_caller(
        &self,
        caller: &Caller,
        action: Action,
        notification_id: &str,
    ) -> Result<(NotificationId, Notification), Problem> {
        caller.may(action)?;
        let id = NotificationId::parse(notification_id).ok_or_else(Problem::not_found)?;
        let read = |error| failure::execute(ExecuteError::Read(error));
        let history = self.journal.read(&id.stream()).await.map_err(read)?;
        let state = decider::fold::<Notifications>(&history).map_err(read)?;
        let force = state.accepted.as_ref().map(|first| first.force.as_str());
        caller.may_for(action, force.ok_or_else(Problem::not_found)?)?;
        Ok((id, state))
    }

    /// A correction that is known is recognised though a child that it names was erased since.
    async fn new_or_known(
        &self,
        id: NotificationId,
        state: &Notification,
        key: Vec<u8>,
        checked: &Checked,
    ) -> Result<Correction, Problem> {
        let children = checked.notification.children.iter();
        let lines: Vec<_> = children
            .map(|child| line_id(id, state, child.line))
            .collect();
        let is_known = state.corrections.contains_key(&key);
        match self
            .correction(id, state, key.clone(), &lines, checked)
            .await
        {
            Ok(correction) => Ok(correction),
            Err(NoKeys::Lines(_)) if is_known => self.recognised_correction(id, key, checked).await,
            Err(no_keys) => Err(no_keys.refused(&lines, &checked.places)),
        }
    }

    /// Enough to tell whether a correction that is known is sent once more: nothing of it is sealed
    /// again, and so nothing of it that was erased comes back.
    async fn recognised_correction(
        &self,
        id: NotificationId,
        key: Vec<u8>,
        checked: &Checked,
    ) -> Result<Correction, Problem> {
        let seal = Seal::with_known_key(&self.sealer, id).await?;
        Ok(Correction {
            id: key,
            request_print: seal.request_print(&checked.notification),
            notification_id: id.to_string(),
            shared: SealedShared::default(),
            shared_prints: Prints::default(),
            children: Vec::new(),
        })
    }

    async fn correction(
        &self,
        id: NotificationId,
        state: &Notification,
        key: Vec<u8>,
        lines: &[LineId],
        checked: &Checked,
    ) -> Result<Correction, NoKeys> {
        let n = &checked.notification;
        let seal = Seal::with_keys(&self.sealer, id, lines).await?;
        let (shared, shared_prints) = seal.shared(checked, &self.london).await?;
        let siblings = self.siblings(id, state, checked).await?;
        let named = |word: &str| {
            siblings
                .iter()
                .any(|(printer, line)| line.name_prints.contains(&printer.word(word)))
        };
        let screen = Screen::of(n);
        let mut children = Vec::with_capacity(n.children.len());
        for (index, (child, line)) in n.children.iter().zip(lines).enumerate() {
            let screened = screen.part(index, child, named);
            children.push(seal.child(*line, child, screened).await?);
        }
        Ok(Correction {
            id: key,
            request_print: seal.request_print(n),
            notification_id: id.to_string(),
            shared,
            shared_prints,
            children,
        })
    }

    /// Children whom the correction does not name: their names still must not stand in its texts.
    /// A child who was erased names nobody any more.
    async fn siblings<'a>(
        &self,
        id: NotificationId,
        state: &'a Notification,
        checked: &Checked,
    ) -> Result<Vec<(Printer, &'a Line)>, Problem> {
        let corrected = |number| {
            checked
                .notification
                .children
                .iter()
                .any(|c| c.line == number)
        };
        let mut siblings = Vec::new();
        for (number, line) in &state.lines {
            if corrected(*number) {
                continue;
            }
            let key = line_id(id, state, *number).key();
            match self.keys().is_destroyed(&key).await {
                Ok(true) => {}
                Ok(false) => {
                    let printer = Printer::of(&self.sealer, &key, FieldClass::Content).await?;
                    siblings.push((printer, line));
                }
                Err(error) => return Err(failure::key(error)),
            }
        }
        Ok(siblings)
    }
}

/// The name of a line, or of the one that is added under this number.
pub(super) fn line_id(id: NotificationId, state: &Notification, number: u32) -> LineId {
    let known = state.lines.get(&number);
    known
        .and_then(|line| LineId::parse(&line.id))
        .unwrap_or_else(|| id.added_line(number))
}

fn correction_id(given: &str) -> Result<(), Problem> {
    let length = given.chars().count();
    if (1..=LONGEST_CORRECTION_ID).contains(&length) && !given.chars().any(char::is_control) {
        return Ok(());
    }
    Err(Problem::invalid_field(
        "correction_id",
        "is empty, too long or holds a control character",
        "give every correction an id of 1 to 64 characters, and repeat it when you send it again",
    ))
}

fn same_force(state: &Notification, checked: &Checked) -> Result<(), Problem> {
    let first = state.accepted.as_ref().map(|first| &first.force);
    if first == Some(&checked.notification.force) {
        return Ok(());
    }
    Err(Problem::invalid_field(
        "force",
        "is not the force that submitted the notification",
        "write the same force as in the notification that is corrected",
    ))
}
