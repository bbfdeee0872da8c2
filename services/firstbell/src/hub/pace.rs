//! How fast is taken in what services tell each other, while many notifications come in.
//!
//! Taking a notification in comes before routing it: who sends one waits for the answer, and has to keep
//! it until then. So in a burst whoever handles public events rests before each, in proportion to the time
//! that a core spent on those before: it takes longer then, and never stands still, however slow the machine
//! is. Nobody rests in the middle of one, with something in hand that others wait for.

use bus::{HandleError, Handler, PublicEvent};
use police::Intake;
use rustix::time::{ClockId, clock_gettime};
use std::{
    num::NonZero,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    thread,
    time::Duration,
};
use tokio::time::{Instant, sleep_until};

/// A burst: so many notifications being taken in for each core of the machine.
const MANY: usize = 8;

/// In a burst handling gets one part in so many of the whole machine. Showing and telling what came of it
/// is not held up, and takes more than that.
const PARTS: u32 = 32;

/// How soon whoever rests sees that a burst is over.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Shared by all handlers of a process. Clones are the same.
#[derive(Clone)]
pub(super) struct Pace(Arc<Shared>);

struct Shared {
    intake: Intake,
    cores: u32,
    rested: Mutex<Instant>,
}

/// Handles, at this pace.
struct PacedHandler {
    handler: Arc<dyn Handler>,
    pace: Pace,
}

/// Work on one event, of which a burst is told how much it was.
struct Booked<'a, F> {
    pace: &'a Pace,
    work: Pin<Box<F>>,
}

// === impl Pace ===

impl Default for Pace {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Shared {
            intake: Intake::default(),
            cores: u32::try_from(cores).unwrap_or(u32::MAX),
            rested: Mutex::new(Instant::now()),
        }))
    }
}

impl Pace {
    /// Where the process's police service counts what it takes in.
    pub(super) fn intake(&self) -> Intake {
        self.0.intake.clone()
    }

    /// The same handler at this pace.
    pub(super) fn around(&self, handler: Arc<dyn Handler>) -> Arc<dyn Handler> {
        let pace = self.clone();
        Arc::new(PacedHandler { handler, pace })
    }

    /// Rests, and then works without a stop.
    async fn keep<F: Future>(&self, work: F) -> F::Output {
        while let Some(until) = self.rests_until() {
            sleep_until(until.min(Instant::now() + LOOK_AGAIN)).await;
        }
        let work = Box::pin(work);
        Booked { pace: self, work }.await
    }

    fn is_burst(&self) -> bool {
        self.0.intake.under_way() >= MANY * self.0.cores as usize
    }

    /// Until when there is nothing to do but rest.
    fn rests_until(&self) -> Option<Instant> {
        let until = *self.rested();
        (self.is_burst() && until > Instant::now()).then_some(until)
    }

    fn worked(&self, work: Duration) {
        let mut rested = self.rested();
        *rested = Instant::now().max(*rested) + rest_after(work, self.0.cores);
    }

    fn rested(&self) -> MutexGuard<'_, Instant> {
        self.0.rested.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a core has spent on this thread so far. Time that passes while others have the core is no work.
fn spent() -> Duration {
    let spent = clock_gettime(ClockId::ThreadCPUTime);
    spent.try_into().unwrap_or_default()
}

/// After this much work of one handler, on a machine with so many cores.
fn rest_after(work: Duration, cores: u32) -> Duration {
    (work * PARTS / cores).saturating_sub(work)
}

// === impl PacedHandler ===

#[tonic::async_trait]
impl Handler for PacedHandler {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        self.pace.keep(self.handler.handle(event)).await
    }
}

// === impl Booked ===

impl<F: Future> Future for Booked<'_, F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        if !self.pace.is_burst() {
            return self.work.as_mut().poll(context);
        }
        let before = spent();
        let done = self.work.as_mut().poll(context);
        self.pace.worked(spent().saturating_sub(before));
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;

    const REST: Duration = Duration::from_secs(5);

    /// Somebody has worked a while, so that all rest if there is a burst.
    fn tired() -> Pace {
        let pace = Pace::default();
        *pace.rested() = Instant::now() + REST;
        pace
    }

    fn burst(pace: &Pace) -> Vec<police::Taking> {
        let many = 0..MANY * pace.0.cores as usize;
        many.map(|_| pace.intake().begin()).collect()
    }

    #[test]
    fn work_and_rest_make_up_the_part_of_the_machine() {
        let work = Duration::from_millis(10);
        for cores in [1, 2, 4] {
            let whole = work + rest_after(work, cores);
            assert_eq!(whole * cores, work * PARTS);
        }
        assert_eq!(rest_after(work, PARTS), Duration::ZERO);
        assert_eq!(rest_after(work, 64), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn in_a_burst_work_rests_and_then_goes_on() {
        let pace = tired();
        let _burst = burst(&pace);
        let begun = Instant::now();
        pace.keep(ready(())).await;
        assert!(begun.elapsed() >= REST);
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_burst_nobody_rests() {
        let pace = tired();
        drop(burst(&pace));
        let _few = pace.intake().begin();
        let begun = Instant::now();
        pace.keep(ready(())).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn what_has_begun_is_not_held_up() {
        let pace = Pace::default();
        let _burst = burst(&pace);
        let begun = Instant::now();
        let work = async {
            *pace.rested() = Instant::now() + REST;
            tokio::task::yield_now().await;
        };
        pace.keep(work).await;
        assert!(begun.elapsed() < REST);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rest_ends_with_its_burst() {
        let pace = tired();
        let burst = burst(&pace);
        let begun = Instant::now();
        let over = async {
            tokio::time::sleep(REST / 10).await;
            drop(burst);
        };
        tokio::join!(pace.keep(ready(())), over);
        assert!(begun.elapsed() < REST / 5);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_that_goes_on_holds_nothing_up_for_ever() {
        let pace = tired();
        let _burst = burst(&pace);
        let work = (0..100).map(|_| pace.keep(tokio::task::yield_now()));
        futures::future::join_all(work).await;
    }
}
