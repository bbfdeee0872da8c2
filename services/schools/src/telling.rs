//! Really told: each step of telling and of the ladder goes out, and what came of it is recorded.
//!
//! A message says that something waits, never what. It goes out once, save that a crash between
//! sending and recording repeats it under the same Message-ID.

mod mail;
mod recipients;
mod webhook;

use crate::{
    contacts::ContactBook,
    domain::Command,
    lines::{Cause, Lines},
    reference::Reference,
    views::{PendingStep, View},
};
use futures::{StreamExt, stream};
use journal::CommandId;
pub use mail::{MailSettings, Mailer, MailerError};
use proto::schools::v1::{Rung, RungOutcome};
use recipients::Audience;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
pub use webhook::{WebhookError, Webhooks};

/// Sends what the ladder called for.
pub struct Teller {
    /// The lines that steps belong to.
    pub lines: Lines,
    /// Knows which steps wait.
    pub view: Arc<View>,
    /// Who can be reached.
    pub contacts: Arc<ContactBook>,
    /// Which schools are closed today, and whose they are.
    pub reference: Arc<Reference>,
    /// E-mail.
    pub mailer: Mailer,
    /// Webhooks.
    pub webhooks: Webhooks,
    /// The earliest hour of a rung.
    pub calendar: calendar::Settings,
}

/// What came of one step.
struct Told {
    outcome: RungOutcome,
    delivered: u32,
    refused: u32,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

const PAUSE: Duration = Duration::from_millis(500);
const SIDE_BY_SIDE: usize = 8;

// === impl Teller ===

impl Teller {
    /// Runs until `stop`; finishes the steps in hand first.
    pub async fn run(self, stop: CancellationToken) {
        let mut shown = self.view.shown();
        while !stop.is_cancelled() {
            shown.mark_unchanged();
            let steps = self.view.pending_steps().unwrap_or_default();
            if steps.is_empty() {
                tokio::select! {
                    () = stop.cancelled() => {}
                    _ = shown.changed() => {}
                }
                continue;
            }
            let told: Vec<_> = stream::iter(steps)
                .take_until(stop.cancelled())
                .map(|step| self.take(step))
                .buffer_unordered(SIDE_BY_SIDE)
                .collect()
                .await;
            if let Some(error) = told.into_iter().find_map(Result::err) {
                tracing::warn!(%error, "telling waits and tries again");
                let _ = tokio::time::timeout(PAUSE, stop.cancelled()).await;
            }
        }
    }

    /// Sends one step, records what came of it, and waits until the view knows.
    async fn take(&self, step: PendingStep) -> Result<(), BoxError> {
        let told = self.tell(&step).await?;
        let now = self.lines.clock.now();
        let command = Command::Conclude {
            subject_id: step.subject_id.clone(),
            rung: step.rung(),
            due_ms: step.due_ms,
            outcome: told.outcome,
            delivered: told.delivered,
            refused: told.refused,
            next_ms: self.calendar.next_allowed(now).as_millisecond(),
        };
        let id = command_id(&step);
        let position = self
            .lines
            .run(&step.line_id, id, Cause::Machine, &command)
            .await?;
        self.view.wait_for(position).await?;
        Ok(())
    }

    async fn tell(&self, step: &PendingStep) -> Result<Told, BoxError> {
        let line = self.lines.load(&step.line_id).await?;
        // Confirmed, given up or taken back meanwhile: nobody is troubled any more.
        if line
            .alert(&step.subject_id)
            .is_some_and(|alert| !alert.waits())
        {
            return Ok(Told {
                outcome: RungOutcome::Skipped,
                delivered: 0,
                refused: 0,
            });
        }
        let audience = Audience::of(self, &line, step).await?;
        let mut told = Told {
            outcome: audience.nobody,
            delivered: 0,
            refused: 0,
        };
        for person in &audience.people {
            let message = mail::Message {
                to: &person.card,
                text: mail::text(step.rung(), audience.deadline),
                id: self.message_id(step, &person.contact_id),
            };
            match self.mailer.send(message).await {
                Ok(()) => told.delivered += 1,
                Err(error) => {
                    // The recipient is named by an opaque id only.
                    tracing::warn!(rung = ?step.rung(), %error, "a message was refused");
                    told.refused += 1;
                }
            }
        }
        for target in &audience.webhooks {
            let id = self.message_id(step, "webhook");
            match self
                .webhooks
                .send(target, &id, self.lines.clock.now())
                .await
            {
                Ok(()) => told.delivered += 1,
                Err(error) => {
                    tracing::warn!(%error, "a webhook was refused");
                    told.refused += 1;
                }
            }
        }
        if told.delivered > 0 {
            told.outcome = RungOutcome::Reached;
        } else if told.refused > 0 {
            told.outcome = RungOutcome::Refused;
        }
        Ok(told)
    }

    /// The same for the same step and recipient, and opaque.
    fn message_id(&self, step: &PendingStep, recipient: &str) -> String {
        let command = command_id(step);
        let parts: [&[u8]; 2] = [command.as_bytes(), recipient.as_bytes()];
        let id = self.lines.seals.sealer().keys().opaque("message", &parts);
        journal::id::hex(&id[..16])
    }
}

fn command_id(step: &PendingStep) -> CommandId {
    let rung = Rung::as_str_name(&step.rung());
    CommandId::derive(&[
        b"schools.telling",
        step.subject_id.as_bytes(),
        rung.as_bytes(),
        &step.due_ms.to_be_bytes(),
    ])
}
