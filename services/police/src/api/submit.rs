//! Takes one notification; answers after it is durable.

use super::{
    Parts,
    caller::Caller,
    check::{Checked, Kind, check},
    failure, marks,
    screen::{self, Screen},
    seal::Seal,
};
use crate::{
    domain::{Command, NotificationId, Notifications, state::Accepted},
    wire::stored::{HeldText, NotificationReceived},
};
use host::problem::{Code, Problem};
use journal::{CommandId, Reserve, decider};
use policy::Action;
use proto::door::v1::FieldProblem;
use proto::police::v1::{
    AcceptedChild, SealedNotification, SubmitNotificationRequest, SubmitNotificationResponse,
};

impl Parts {
    pub(super) async fn submit(
        &self,
        caller: &Caller,
        request: SubmitNotificationRequest,
    ) -> Result<SubmitNotificationResponse, Problem> {
        caller.may(Action::NotificationSubmit)?;
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
        let received = self.received(id, &checked).await?;
        let command = CommandId::derive(&[b"police.submit", &id.0, &received.request_print]);
        let context = self.context(caller, id, command, Reserve::Keep);
        let outcome = decider::begin::<Notifications>(
            &self.journal,
            &id.stream(),
            &context,
            &Command::Submit(received),
        )
        .await
        .map_err(failure::execute)?;
        let first = outcome
            .state
            .accepted
            .ok_or_else(|| Problem::of(Code::Internal))?;
        let position = outcome.position.unwrap_or_default();
        Ok(SubmitNotificationResponse {
            notification_id: id.to_string(),
            already_known: outcome.repeated,
            children: accepted(&first, &checked),
            position: marks::write(self.journal.identity(), position),
        })
    }

    async fn received(
        &self,
        id: NotificationId,
        checked: &Checked,
    ) -> Result<NotificationReceived, Problem> {
        let n = &checked.notification;
        let numbers = n.children.iter().map(|child| child.line);
        let seal = Seal::with_keys(&self.sealer, id, numbers).await?;
        let (shared, shared_prints) = seal.shared(checked, &self.london).await?;
        let screen = Screen::of(n);
        let mut children = Vec::with_capacity(n.children.len());
        let mut lines = Vec::with_capacity(n.children.len());
        for (index, child) in n.children.iter().enumerate() {
            let screened = screen.part(index, child, |_| false);
            let (sealed, kept) = seal.child(child, screened).await?;
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
