//! Really told: each step of telling and of the ladder goes out, and what came of it is recorded.
//!
//! A message says that something waits, never what. It goes out once for all the children of an
//! incident, save that a crash between sending and recording repeats it under the same Message-ID.

mod mail;
mod once;
mod recipients;
mod webhook;

use crate::{
    contacts::ContactBook,
    domain::{Command, Line},
    lines::{Cause, Lines},
    reference::Reference,
    views::{PendingStep, View, ViewError},
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
use std::{collections::BTreeSet, sync::Arc, time::Duration};
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
const SIDE_BY_SIDE: usize = 64;
const MS_PER_MINUTE: i64 = 60_000;

// === impl Teller ===

impl Teller {
    /// Runs until `stop`; finishes the steps in hand first. A slow recipient holds up nobody else.
    pub async fn run(self, stop: CancellationToken) {
        let mut shown = self.view.shown();
        let mut in_hand = BTreeSet::new();
        let mut telling = FuturesUnordered::new();
        while !stop.is_cancelled() {
            shown.mark_unchanged();
            let mut again = false;
            let room = SIDE_BY_SIDE.saturating_sub(in_hand.len());
            // Of so many, at least those for which there is room are not in hand.
            match self.waiting(room) {
                Ok(steps) => {
                    for step in steps {
                        if telling.len() < SIDE_BY_SIDE && in_hand.insert(step.clone()) {
                            telling.push(async { (step.clone(), self.take(step).await) });
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "telling waits and tries again");
                    again = true;
                }
            }
            tokio::select! {
                () = stop.cancelled() => {}
                Some((step, told)) = telling.next() => {
                    again |= conclude(&mut in_hand, &step, told);
                    // Many end at the same time, when the view shows them.
                    while let Some(Some((step, told))) = telling.next().now_or_never() {
                        again |= conclude(&mut in_hand, &step, told);
                    }
                }
                _ = shown.changed(), if !again => {}
                () = std::future::ready(()), if again => {}
            }
            if again {
                let _ = tokio::time::timeout(PAUSE, stop.cancelled()).await;
            }
        }
        while telling.next().await.is_some() {}
    }

    fn waiting(&self, room: usize) -> Result<Vec<PendingStep>, ViewError> {
        if room == 0 {
            return Ok(Vec::new());
        }
        self.view.pending_steps(SIDE_BY_SIDE)
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
        let id = self.lines.seals.sealer().keys().opaque("message", &parts);
        journal::id::hex(&id[..16])
    }
}

/// The step is no longer in hand; true where it has to be taken again.
fn conclude(
    in_hand: &mut BTreeSet<PendingStep>,
    step: &PendingStep,
    told: Result<(), BoxError>,
) -> bool {
    in_hand.remove(step);
    told.inspect_err(|error| tracing::warn!(%error, "telling waits and tries again"))
        .is_err()
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
