//! How fast is taken in what services tell each other, while many notifications come in.
//!
//! Taking a notification in comes before routing it: who sends one waits for the answer, and has to keep
//! it until then. So in a burst whoever handles public events rests in proportion to the time that a core
//! spent on them: it takes longer then, and never stands still, however slow the machine is. Work and rest
//! come in turns, so that what comes of many events is shown and told together, which costs less than one by
//! one. Nobody rests in the middle of an event, with something in hand that others wait for.

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
const PARTS: u32 = 64;

/// How much rest is owed before it is taken.
const OWED: Duration = Duration::from_millis(250);

/// No rest is longer, however much was done before it: in a burst some are routed every so often.
const LONGEST: Duration = Duration::from_secs(2);

/// How soon whoever rests sees that a burst is over.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Shared by all handlers of a process. Clones are the same.
#[derive(Clone)]
pub(super) struct Pace(Arc<Shared>);

struct Shared {
    intake: Intake,
    cores: u32,
    rest: Mutex<Rest>,
}

/// What the work so far has earned.
struct Rest {
    until: Instant,
    is_taken: bool,
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
            rest: Mutex::new(Rest {
                until: Instant::now(),
                is_taken: false,
            }),
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
        let is_burst = self.is_burst();
        let mut rest = self.rest();
        let owed = rest.until.saturating_duration_since(Instant::now());
        rest.is_taken = is_burst && (owed >= OWED || rest.is_taken && !owed.is_zero());
        rest.is_taken.then_some(rest.until)
    }

    fn worked(&self, work: Duration) {
        let mut rest = self.rest();
        let now = Instant::now();
        let until = now.max(rest.until) + rest_after(work, self.0.cores);
        rest.until = until.min(now + LONGEST);
    }

    fn rest(&self) -> MutexGuard<'_, Rest> {
        self.0.rest.lock().unwrap_or_else(PoisonError::into_inner)
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
    const TICK: Duration = Duration::from_millis(1);

    /// Somebody has worked a while, so that all rest if there is a burst.
    fn tired() -> Pace {
        let pace = Pace::default();
        pace.rest().until = Instant::now() + REST;
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
        assert_eq!(rest_after(work, 2 * PARTS), Duration::ZERO);
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
    async fn a_rest_is_taken_when_enough_is_owed_and_then_to_its_end() {
        let pace = Pace::default();
        let _burst = burst(&pace);
        let begun = Instant::now();
        pace.rest().until = begun + OWED - TICK;
        pace.keep(ready(())).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
        pace.rest().until = begun + OWED;
        let first = pace.keep(ready(()));
        let later = async {
            tokio::time::sleep(OWED / 2).await;
            pace.keep(ready(())).await;
            assert!(begun.elapsed() >= OWED);
        };
        tokio::join!(first, later);
    }

    #[tokio::test(start_paused = true)]
    async fn no_rest_is_longer_than_the_longest() {
        let pace = Pace::default();
        let _burst = burst(&pace);
        let begun = Instant::now();
        pace.worked(60 * LONGEST);
        pace.keep(ready(())).await;
        assert!((LONGEST..LONGEST + LOOK_AGAIN).contains(&begun.elapsed()));
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
            pace.rest().until = Instant::now() + REST;
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
