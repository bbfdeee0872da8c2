//! Takes one notification; answers after it is durable.

use super::{
    Parts,
    caller::Caller,
    check::{Checked, Kind, check},
    erased::NoKeys,
    failure, marks,
    screen::{self, Screen},
    seal::Seal,
};
use crate::{
    domain::{Command, NotificationId, Notifications, ids::LineId, state::Accepted},
    wire::stored::{HeldText, NotificationReceived},
};
use host::problem::{Code, Problem};
use journal::{
    CommandId, Reserve,
    decider::{self, ExecuteError},
};
use policy::Action;
use proto::door::v1::FieldProblem;
use proto::police::v1::{
    AcceptedChild, Child, SealedNotification, SubmitNotificationRequest, SubmitNotificationResponse,
};

impl Parts {
    pub(super) async fn submit(
        &self,
        caller: &Caller,
        request: SubmitNotificationRequest,
    ) -> Result<SubmitNotificationResponse, Problem> {
        caller.may(Action::NotificationSubmit)?;
        let _taking = self.intake.begin();
        let notification = request.notification.unwrap_or_default();
        let checked = check(
            notification,
            Kind::Submission,
            &self.rules,
            &self.london,
            caller.now,
        )?;
        of_own_force(caller, &checked)?;
        let n = &checked.notification;
        let id = self.notification_id(&n.force, &n.reference);
        let lines = lines(id, &checked);
        let (received, is_known) = match self.received(id, &checked, &lines).await {
            Ok(received) => (received, false),
            Err(NoKeys::Lines(_)) if self.is_known(id).await? => {
                (self.recognised(id, &checked).await?, true)
            }
            Err(no_keys) => return Err(no_keys.refused(&lines, &checked.places)),
        };
        let command = CommandId::derive(&[b"police.submit", &id.0, &received.request_print]);
        let context = self.context(caller, id, command, Reserve::Keep);
        let (journal, stream) = (&self.journal, id.stream());
        let submit = Command::Submit(received);
        let outcome = if is_known {
            decider::execute::<Notifications>(journal, &stream, &context, &submit).await
        } else {
            decider::begin::<Notifications>(journal, &stream, &context, &submit).await
        };
        let outcome = outcome.map_err(failure::execute)?;
        self.lately.note(&stream, &outcome);
        let first = outcome.state.accepted.as_ref();
        let first = first.ok_or_else(|| Problem::of(Code::Internal))?;
        let position = outcome.position.unwrap_or_default();
        Ok(SubmitNotificationResponse {
            notification_id: id.to_string(),
            already_known: outcome.repeated,
            children: accepted(first, &checked),
            position: marks::write(self.journal.identity(), position),
        })
    }

    async fn received(
        &self,
        id: NotificationId,
        checked: &Checked,
        line_ids: &[LineId],
    ) -> Result<NotificationReceived, NoKeys> {
        let n = &checked.notification;
        let seal = Seal::with_keys(&self.sealer, id, line_ids).await?;
        let (shared, shared_prints) = seal.shared(checked, &self.london).await?;
        let screen = Screen::of(n);
        let mut children = Vec::with_capacity(n.children.len());
        let mut lines = Vec::with_capacity(n.children.len());
        for (index, (child, line)) in n.children.iter().zip(line_ids).enumerate() {
            let screened = screen.part(index, child, |_| false);
            let (sealed, kept) = seal.child(*line, child, screened).await?;
            children.push(sealed);
            lines.push(kept);
        }
        Ok(NotificationReceived {
            request_print: seal.request_print(n),
            notification_id: id.to_string(),
            notification: Some(SealedNotification {
                force: n.force.clone(),
                shared: Some(shared),
                children,
            }),
            shared_prints: Some(shared_prints),
            lines,
        })
    }

    async fn is_known(&self, id: NotificationId) -> Result<bool, Problem> {
        let history = self.journal.read(&id.stream()).await;
        let history = history.map_err(|error| failure::execute(ExecuteError::Read(error)))?;
        Ok(!history.is_empty())
    }

    /// Enough to tell whether a notification that is known is sent once more: nothing of it is
    /// sealed again, and so nothing of it that was erased comes back.
    async fn recognised(
        &self,
        id: NotificationId,
        checked: &Checked,
    ) -> Result<NotificationReceived, Problem> {
        let seal = Seal::with_known_key(&self.sealer, id).await?;
        Ok(NotificationReceived {
            request_print: seal.request_print(&checked.notification),
            ..NotificationReceived::default()
        })
    }
}

/// The name of each child's line.
fn lines(id: NotificationId, checked: &Checked) -> Vec<LineId> {
    let children = &checked.notification.children;
    let line = |child: &Child| id.line(child.line, children.len());
    children.iter().map(line).collect()
}

fn of_own_force(caller: &Caller, checked: &Checked) -> Result<(), Problem> {
    let force = &checked.notification.force;
    caller
        .may_for(Action::NotificationSubmit, force)
        .map_err(|_| {
            Problem::invalid_field(
                "force",
                "is not the force that you act for",
                "write your own force's code; a child who lives elsewhere has a residence_force",
            )
        })
}

/// Each line of the first answer, with the held fields at their places in this request.
fn accepted(first: &Accepted, checked: &Checked) -> Vec<AcceptedChild> {
    let children = checked.notification.children.iter();
    let places = children
        .zip(&checked.places)
        .map(|(child, place)| (child.line, *place));
    let place_of = |line| places.clone().find(|(number, _)| *number == line);
    first
        .lines
        .iter()
        .map(|(line, line_id, held)| AcceptedChild {
            line: *line,
            line_id: line_id.clone(),
            held: held
                .iter()
                .flat_map(|held| problems(held, place_of(*line).map_or(0, |(_, place)| place)))
                .collect(),
        })
        .collect()
}

fn problems(held: &HeldText, place: usize) -> impl Iterator<Item = FieldProblem> {
    held.fields.iter().map(move |field| FieldProblem {
        path: format!("children[{place}].content.{}", field.field),
        reason: screen::sentence(field.reason()).to_owned(),
        remedy: screen::REMEDY.to_owned(),
    })
}
