//! What the police service says, as commands on child lines.

use crate::{
    domain::{Command, Line, LineEvent, Refusal},
    lines::{Cause, CommandError, Lines},
    routing::{RouteError, Router},
    views::View,
    wire::stored as s,
};
use async_trait::async_trait;
use bus::{HandleError, Handler, PublicEvent};
use journal::{CommandId, decider::ExecuteError};
use keys::OpenError;
use prost::Message;
use proto::police::v1::{
    NotificationCorrected, NotificationIssued, NotificationWithdrawn, SealedChild, SealedShared,
    TextReleased,
};
use std::sync::Arc;

/// Applies the police service's public events.
pub struct PoliceInbox {
    /// The lines they are about.
    pub lines: Lines,
    /// Finds each child's school.
    pub router: Router,
    /// Finds the lines of a notification.
    pub view: Arc<View>,
}

const CONSUMER: &str = "schools.inbox";

#[async_trait]
impl Handler for PoliceInbox {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        match event.kind.as_str() {
            "firstbell.v1.police.notification.issued" => self.issued(event, decoded(event)?).await,
            "firstbell.v1.police.notification.corrected" => {
                self.corrected(event, decoded(event)?).await
            }
            "firstbell.v1.police.notification.withdrawn" => {
                self.withdrawn(event, decoded(event)?).await
            }
            "firstbell.v1.police.text.released" => self.released(event, decoded(event)?).await,
            // A newer police service may say more than this version of schools listens to.
            _ => Ok(()),
        }
    }
}

// === impl PoliceInbox ===

impl PoliceInbox {
    async fn issued(
        &self,
        event: &PublicEvent,
        issued: NotificationIssued,
    ) -> Result<(), HandleError> {
        let notification = issued
            .notification
            .ok_or(HandleError::Poison("it holds no notification"))?;
        let shared = notification.shared.unwrap_or_default();
        for child in notification.children {
            let received = s::LineReceived {
                line_id: child.line_id.clone(),
                notification_id: issued.notification_id.clone(),
                force: notification.force.clone(),
                shared: Some(shared.clone()),
                child: Some(child),
                version: 1,
            };
            self.receive(event, received).await?;
        }
        Ok(())
    }

    async fn receive(
        &self,
        event: &PublicEvent,
        received: s::LineReceived,
    ) -> Result<(), HandleError> {
        let line_id = received.line_id.clone();
        let arriving = Line::default().evolve(&LineEvent::Received(received.clone()));
        let routing = self.router.route(&arriving).await.map_err(not_routed)?;
        let command = Command::Receive {
            received,
            routing,
            now_ms: self.lines.clock.now().as_millisecond(),
        };
        self.run(event, &line_id, &command).await
    }

    async fn corrected(
        &self,
        event: &PublicEvent,
        corrected: NotificationCorrected,
    ) -> Result<(), HandleError> {
        let known = self.known_lines(&corrected.notification_id).await?;
        for child in &corrected.children {
            if !known.iter().any(|line| line.line_id == child.line_id) {
                self.added(event, &corrected, child, known.first()).await?;
            }
        }
        for line in &known {
            let child = corrected
                .children
                .iter()
                .find(|child| child.line_id == line.line_id);
            if child.is_some() || corrected.shared.is_some() {
                self.correct(event, &corrected, line, child).await?;
            }
        }
        Ok(())
    }

    /// A correction that names a new child brings the shared part with it, or a sibling has it.
    async fn added(
        &self,
        event: &PublicEvent,
        corrected: &NotificationCorrected,
        child: &SealedChild,
        sibling: Option<&Line>,
    ) -> Result<(), HandleError> {
        let shared: Option<SealedShared> = corrected
            .shared
            .clone()
            .or_else(|| sibling.map(|line| line.shared.clone()));
        let received = s::LineReceived {
            line_id: child.line_id.clone(),
            notification_id: corrected.notification_id.clone(),
            force: sibling.map(|line| line.force.clone()).unwrap_or_default(),
            shared,
            child: Some(child.clone()),
            version: corrected.version,
        };
        self.receive(event, received).await
    }

    async fn correct(
        &self,
        event: &PublicEvent,
        corrected: &NotificationCorrected,
        line: &Line,
        child: Option<&SealedChild>,
    ) -> Result<(), HandleError> {
        let erased = self.router.is_erased(line).await.map_err(not_routed)?;
        let material = corrected.material && !erased;
        let after = line.clone().evolve(&LineEvent::Corrected(s::LineCorrected {
            version: corrected.version,
            shared: corrected.shared.clone(),
            child: child.cloned(),
            material,
        }));
        let routing = self.router.route_corrected(line, &after).await;
        let routing = routing.map_err(not_routed)?;
        let command = Command::Correct {
            version: corrected.version,
            shared: corrected.shared.clone(),
            child: child.cloned(),
            material,
            routing,
            now_ms: self.lines.clock.now().as_millisecond(),
        };
        self.run(event, &line.line_id, &command).await
    }

    async fn withdrawn(
        &self,
        event: &PublicEvent,
        withdrawn: NotificationWithdrawn,
    ) -> Result<(), HandleError> {
        let lines = if withdrawn.line_ids.is_empty() {
            let known = self.known_lines(&withdrawn.notification_id).await?;
            known.into_iter().map(|line| line.line_id).collect()
        } else {
            withdrawn.line_ids
        };
        for line_id in lines {
            self.run(event, &line_id, &Command::Withdraw).await?;
        }
        Ok(())
    }

    async fn released(
        &self,
        event: &PublicEvent,
        released: TextReleased,
    ) -> Result<(), HandleError> {
        let content = released
            .content
            .ok_or(HandleError::Poison("it holds no text"))?;
        let line = self.lines.load(&released.line_id).await.map_err(later)?;
        let routing = self.router.keep(&line).await.map_err(not_routed)?;
        let command = Command::ReleaseText {
            version: released.version,
            content,
            routing,
            now_ms: self.lines.clock.now().as_millisecond(),
        };
        self.run(event, &released.line_id, &command).await
    }

    /// The view may lag behind this very feed, so it is brought up to the journal first.
    async fn known_lines(&self, notification_id: &str) -> Result<Vec<Line>, HandleError> {
        let head = *self.lines.journal.head().borrow();
        self.view.wait_for(head).await.map_err(later)?;
        let ids = self
            .view
            .lines_of_notification(notification_id)
            .map_err(later)?;
        let mut lines = Vec::with_capacity(ids.len());
        for id in ids {
            lines.push(self.lines.load(&id).await.map_err(later)?);
        }
        Ok(lines)
    }

    async fn run(
        &self,
        event: &PublicEvent,
        line_id: &str,
        command: &Command,
    ) -> Result<(), HandleError> {
        let id = CommandId::derive(&[CONSUMER.as_bytes(), event.id.as_bytes(), line_id.as_bytes()]);
        match self
            .lines
            .run(line_id, id, Cause::Event(event), command)
            .await
        {
            Err(ExecuteError::Refused(Refusal::NotFound)) => {
                Err(HandleError::Poison("it is about a line that never arrived"))
            }
            // Overtaken, for instance by a withdrawal: nothing is left to do.
            Ok(_) | Err(ExecuteError::Refused(_)) => Ok(()),
            Err(error) => Err(later_command(error)),
        }
    }
}

fn decoded<M: Message + Default>(event: &PublicEvent) -> Result<M, HandleError> {
    M::decode(event.payload.clone())
        .map_err(|_| HandleError::Poison("the payload is not of its type"))
}

/// What was changed on the way never will be readable: it is set aside, and the child stays with the
/// coordinator of the submitting force.
fn not_routed(error: RouteError) -> HandleError {
    match error {
        RouteError::Open(OpenError::Corrupt | OpenError::NotGranted) => {
            HandleError::Poison("a sealed value in it cannot be opened")
        }
        error => later(error),
    }
}

fn later(error: impl std::error::Error + Send + Sync + 'static) -> HandleError {
    HandleError::Later(Box::new(error))
}

fn later_command(error: CommandError) -> HandleError {
    later(error)
}
