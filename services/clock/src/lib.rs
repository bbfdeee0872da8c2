//! One clock, passed in.
//!
//! Nothing in the hub asks the machine for the time except [`SystemClock`]. Tests and the demo hand
//! out a [`TurnedClock`] instead: it stands still until somebody turns it, so a night can be played
//! in a second and every deadline is met exactly. Where a hub of tests is several processes, they all
//! hold a [`FollowedClock`].

mod followed;

pub use followed::{FollowError, FollowedClock, write_hour};

use futures::future::BoxFuture;
use jiff::Timestamp;
use std::{fmt::Debug, sync::Arc, time::Duration};
use tokio::sync::watch;

/// The time of day, and the patience to wait for one.
pub trait Clock: Debug + Send + Sync {
    /// The moment it is now.
    fn now(&self) -> Timestamp;

    /// Completes once the clock shows `at` or later.
    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()>;
}

/// A clock that many parts hold.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// A clock that only moves when it is turned.
#[derive(Clone, Debug)]
pub struct TurnedClock {
    time: watch::Sender<Timestamp>,
}

// === impl SystemClock ===

/// The machine's clock may be set while somebody waits, so a wait looks at it again this often.
const LONGEST_NAP: Duration = Duration::from_secs(30);

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the machine's clock"
    )]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            while let Some(left) = time_left(SystemClock.now(), at) {
                tokio::time::sleep(left.min(LONGEST_NAP)).await;
            }
        })
    }
}

fn time_left(now: Timestamp, at: Timestamp) -> Option<Duration> {
    Duration::try_from(at.duration_since(now))
        .ok()
        .filter(|left| !left.is_zero())
}

// === impl TurnedClock ===

impl TurnedClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self {
            time: watch::Sender::new(start),
        }
    }

    /// Turns the clock to `to`. A clock is never turned back: an earlier time changes nothing.
    pub fn turn_to(&self, to: Timestamp) {
        self.time.send_if_modified(|now| {
            let forward = to > *now;
            if forward {
                *now = to;
            }
            forward
        });
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        *self.time.borrow()
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        let mut time = self.time.subscribe();
        // Holding the sender too keeps the wait from ending when the last other handle is dropped.
        let keep = self.time.clone();
        Box::pin(async move {
            let _ = time.wait_for(|now| *now >= at).await;
            drop(keep);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_sleeper_wakes_when_the_clock_is_turned_past_its_time() {
        let start: Timestamp = "2026-11-20T22:00:00Z".parse().unwrap();
        let bell: Timestamp = "2026-11-21T08:50:00Z".parse().unwrap();
        let clock = TurnedClock::new(start);
        let sleeper = tokio::spawn(clock.sleep_until(bell));
        clock.turn_to("2026-11-21T08:49:59Z".parse().unwrap());
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.turn_to(bell);
        sleeper.await.unwrap();
    }

    #[test]
    fn a_clock_is_never_turned_back() {
        let start: Timestamp = "2026-11-20T22:00:00Z".parse().unwrap();
        let clock = TurnedClock::new(start);
        clock.turn_to("2026-11-19T22:00:00Z".parse().unwrap());
        assert_eq!(clock.now(), start);
    }
}
