//! Really told: each step of telling and of the ladder goes out, and what came of it is recorded.
//!
//! A message says that something waits, never what. It goes out once for all the children of an
//! incident, save that a crash between sending and recording repeats it under the same Message-ID.

mod mail;
mod once;
mod recipients;
mod turns;
mod webhook;

use crate::{
    contacts::{AwayError, ContactBook},
    domain::{Command, Line},
    lines::{Cause, Lines},
    reference::Reference,
    views::{PendingStep, View},
};
use futures::{FutureExt, StreamExt, stream::FuturesUnordered};
use jiff::Timestamp;
use journal::CommandId;
pub use mail::{MailSettings, Mailer, MailerError};
pub use once::Once;
use proto::{
    access::v1::{ContactCard, WebhookTarget},
    schools::v1::{Rung, RungOutcome},
};
use recipients::Audience;
pub(crate) use recipients::COLLEAGUES;
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;
use turns::Turns;
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
    /// What was said lately.
    pub once: Once,
    /// The earliest hour of a rung.
    pub calendar: calendar::Settings,
}

/// What came of one step.
struct Told {
    outcome: RungOutcome,
    delivered: u32,
    refused: u32,
    deadline: Option<Timestamp>,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

const PAUSE: Duration = Duration::from_millis(500);
const MS_PER_MINUTE: i64 = 60_000;

// === impl Teller ===

impl Teller {
    /// Runs until `stop`; finishes the steps in hand first. A slow recipient holds up nobody else, nor
    /// does a step that fails.
    pub async fn run(self, stop: CancellationToken) {
        let mut shown = self.view.shown();
        let mut turns = Turns::default();
        let mut telling = FuturesUnordered::new();
        while !stop.is_cancelled() {
            shown.mark_unchanged();
            let waiting = self.view.pending_steps(turns.to_look_at());
            let blind = waiting.is_err();
            match waiting {
                Ok(steps) => telling.extend(
                    turns
                        .take(steps)
                        .into_iter()
                        .map(|step| async { (step.clone(), self.take(step).await) }),
                ),
                Err(error) => tracing::warn!(%error, "telling waits and tries again"),
            }
            tokio::select! {
                () = stop.cancelled() => {}
                Some((step, told)) = telling.next() => {
                    conclude(&mut turns, step, told);
                    // Many end at the same time, when the view shows them.
                    while let Some(Some((step, told))) = telling.next().now_or_never() {
                        conclude(&mut turns, step, told);
                    }
                }
                () = turns.rested() => {}
                _ = shown.changed() => {}
                () = tokio::time::sleep(PAUSE), if blind => {}
            }
        }
        while telling.next().await.is_some() {}
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
            next_ms: told
                .deadline
                .map_or(now, |at| self.calendar.next_allowed(now, at))
                .as_millisecond(),
            now_ms: now.as_millisecond(),
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
        // At worst somebody is told once more than needed.
        let line = self.lines.recall(&step.line_id).await?;
        // Confirmed, given up or taken back meanwhile: nobody is troubled any more.
        let passed = recipients::passed_to(self, step).await?;
        if line
            .alert(&step.subject_id)
            .is_some_and(|alert| !alert.is_live() || (!alert.waits() && passed.is_none()))
        {
            return Ok(Told {
                outcome: RungOutcome::Skipped,
                delivered: 0,
                refused: 0,
                deadline: None,
            });
        }
        let audience = Audience::of(self, &line, step, passed.as_deref()).await?;
        let mut told = Told {
            outcome: audience.nobody,
            delivered: 0,
            refused: 0,
            deadline: audience.deadline,
        };
        for person in &audience.people {
            let to = &person.card;
            let id = self.message_id(&line, step, audience.deadline, &to.email);
            let mail = self.mail(step, to, audience.deadline, &id);
            told.count(self.once.say(&id, mail).await);
        }
        // A record system is not a person: only mail says whether somebody was reached.
        if told.delivered > 0 {
            told.outcome = RungOutcome::Reached;
        } else if told.refused > 0 {
            told.outcome = RungOutcome::Refused;
        }
        for target in &audience.webhooks {
            let id = self.message_id(&line, step, audience.deadline, &target.url);
            told.count(self.once.say(&id, self.call(target, &id)).await);
        }
        // Those who can be reached are told meanwhile, and not again when the step is taken again.
        if audience.away {
            return Err(AwayError.into());
        }
        Ok(told)
    }

    /// Whether the recipient's server took it.
    async fn mail(
        &self,
        step: &PendingStep,
        to: &ContactCard,
        deadline: Option<Timestamp>,
        id: &str,
    ) -> bool {
        let message = mail::Message {
            to,
            text: mail::text(step.rung(), deadline),
            id: id.to_owned(),
        };
        let sent = self.mailer.send(message).await;
        if let Err(error) = &sent {
            // The recipient is named by an opaque id only.
            tracing::warn!(rung = ?step.rung(), %error, "a message was refused");
        }
        sent.is_ok()
    }

    /// Whether the receiver took it.
    async fn call(&self, target: &WebhookTarget, id: &str) -> bool {
        let now = self.lines.clock.now();
        let sent = self.webhooks.send(target, id, now).await;
        if let Err(error) = &sent {
            tracing::warn!(%error, "a webhook was refused");
        }
        sent.is_ok()
    }

    /// The same for the same rung of one incident within a minute, deadline and recipient; opaque.
    fn message_id(
        &self,
        line: &Line,
        step: &PendingStep,
        deadline: Option<Timestamp>,
        recipient: &str,
    ) -> String {
        let deadline_ms = deadline.map_or(0, Timestamp::as_millisecond);
        let parts: [&[u8]; 5] = [
            line.notification_id.as_bytes(),
            Rung::as_str_name(&step.rung()).as_bytes(),
            &step.due_ms.div_euclid(MS_PER_MINUTE).to_be_bytes(),
            &deadline_ms.to_be_bytes(),
            recipient.as_bytes(),
        ];
        let id = self.lines.seals.sealer().opaque("message", &parts);
        journal::id::hex(&id[..16])
    }
}

fn conclude(turns: &mut Turns, step: PendingStep, told: Result<(), BoxError>) {
    match told {
        Ok(()) => turns.done(&step),
        Err(error) => {
            tracing::warn!(%error, "a step of telling waits and is tried again");
            turns.failed(step);
        }
    }
}

// === impl Told ===

impl Told {
    fn count(&mut self, taken: bool) {
        if taken {
            self.delivered += 1;
        } else {
            self.refused += 1;
        }
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
