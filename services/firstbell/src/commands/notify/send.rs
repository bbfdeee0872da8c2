//! Sends one notification, again and again while the hub is away.

use crate::client::Hub;
use host::problem::{Code, Problem};
use indicatif::ProgressBar;
use proto::police::v1::{
    Notification, SubmitNotificationRequest, SubmitNotificationResponse,
    police_service_client::PoliceServiceClient,
};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tonic::Status;

const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A fault that the hub itself names is tried this often: it may be of this notification only.
const MOST_FAULTS: u32 = 5;

/// Sends notifications.
pub(super) struct Sender {
    pub(super) hub: PoliceServiceClient<Hub>,
    /// How long one notification is tried.
    pub(super) give_up_after: Duration,
    pub(super) stop: CancellationToken,
    /// Told once for each time that the hub goes away.
    pub(super) waiting: Waiting,
}

/// Says that the hub is away, once until it is back.
pub(super) struct Waiting {
    bar: ProgressBar,
    said: AtomicBool,
}

/// What became of a notification.
pub(super) enum Answer {
    Accepted(SubmitNotificationResponse),
    Refused(Problem),
    /// Nothing more can be sent now.
    Stopped(Stop),
}

/// Why sending stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The person asked for it.
    Interrupted,
    /// The hub is away or takes nothing from this caller.
    Problem(Problem),
}

enum Verdict {
    Refused(Problem),
    Stop(Problem),
    Again(Problem),
    /// Again, but not for ever.
    Fault(Problem),
}

// === impl Waiting ===

impl Waiting {
    /// Says it without tearing up the progress bar.
    pub(super) fn beside(bar: &ProgressBar) -> Self {
        Self {
            bar: bar.clone(),
            said: AtomicBool::new(false),
        }
    }

    fn say(&self, problem: &Problem) {
        if !self.said.swap(true, Ordering::Relaxed) {
            let text = format!("firstbell: waiting for the hub: {}", problem.message());
            self.bar.suspend(|| eprintln!("{text}"));
        }
    }

    fn over(&self) {
        self.said.store(false, Ordering::Relaxed);
    }
}

// === impl Sender ===

impl Sender {
    /// Sends one notification until the hub has answered. Sending twice is safe: the hub knows it
    /// by force and reference.
    pub(super) async fn send(&self, notification: Notification) -> Answer {
        let begun = Instant::now();
        let mut pause = FIRST_PAUSE;
        let mut faults = 0;
        loop {
            let problem = match self.once(notification.clone()).await {
                Ok(accepted) => {
                    self.waiting.over();
                    return Answer::Accepted(accepted);
                }
                Err(Verdict::Refused(problem)) => return Answer::Refused(problem),
                Err(Verdict::Stop(problem)) => return Answer::Stopped(Stop::Problem(problem)),
                Err(Verdict::Fault(problem)) if faults >= MOST_FAULTS => {
                    return Answer::Refused(problem);
                }
                Err(Verdict::Fault(problem)) => {
                    faults += 1;
                    problem
                }
                Err(Verdict::Again(problem)) => problem,
            };
            if begun.elapsed() >= self.give_up_after {
                return Answer::Stopped(Stop::Problem(problem));
            }
            self.waiting.say(&problem);
            tokio::select! {
                () = sleep(pause) => {}
                () = self.stop.cancelled() => return Answer::Stopped(Stop::Interrupted),
            }
            pause = pause.saturating_mul(2).min(LONGEST_PAUSE);
        }
    }

    async fn once(
        &self,
        notification: Notification,
    ) -> Result<SubmitNotificationResponse, Verdict> {
        let request = SubmitNotificationRequest {
            notification: Some(notification),
        };
        let mut hub = self.hub.clone();
        match timeout(ANSWER_TIMEOUT, hub.submit_notification(request)).await {
            Ok(Ok(answer)) => Ok(answer.into_inner()),
            Ok(Err(status)) => Err(verdict(&status)),
            Err(_) => Err(Verdict::Again(Problem::of(Code::Timeout))),
        }
    }
}

/// A status with details is the hub's own word; one without comes from the way to it.
fn verdict(status: &Status) -> Verdict {
    let problem = Problem::from_status(status);
    let from_hub = !status.details().is_empty();
    match problem.code() {
        Code::Unavailable | Code::NoSpace | Code::Timeout => Verdict::Again(problem),
        Code::Internal if from_hub => Verdict::Fault(problem),
        Code::Internal => Verdict::Again(Problem::of(Code::Unavailable)),
        Code::Unauthenticated | Code::Forbidden => Verdict::Stop(problem),
        Code::NotFound if !from_hub => Verdict::Stop(problem),
        _ => Verdict::Refused(problem),
    }
}
