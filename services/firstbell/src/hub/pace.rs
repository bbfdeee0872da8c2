//! How fast is taken in what services tell each other, while many call.
//!
//! Taking a notification in comes before routing it: who sends one waits for the answer, and has to keep
//! it until then. So in a burst, routing and whatever else comes of public events rests after each piece
//! of work, in proportion to the time that a core spent on it: it takes longer then, and never stands
//! still, however slow the machine is.

use bus::{HandleError, Handler, PublicEvent};
use host::server::Calls;
use rustix::time::{ClockId, clock_gettime};
use std::{
    num::NonZero,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    thread,
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep_until};

/// A burst: so many calls under way for each core of the machine.
const MANY: usize = 8;

/// In a burst all handlers together take one part in so many of the whole machine. Showing and telling what
/// they did takes about four times as much again, and is not held up: somebody may be waiting for it.
const PARTS: u32 = 32;

/// Shared by all handlers of a process. Clones are the same.
#[derive(Clone)]
pub(super) struct Pace(Arc<Shared>);

struct Shared {
    calls: Calls,
    cores: u32,
    rested: Mutex<Instant>,
}

/// Handles, at this pace.
struct PacedHandler {
    handler: Arc<dyn Handler>,
    pace: Pace,
}

/// Work that keeps to the pace.
struct Paced<F> {
    pace: Pace,
    work: Pin<Box<F>>,
    /// While it rests.
    rest: Option<Pin<Box<Sleep>>>,
}

// === impl Pace ===

impl Default for Pace {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        Self(Arc::new(Shared {
            calls: Calls::default(),
            cores: u32::try_from(cores).unwrap_or(u32::MAX),
            rested: Mutex::new(Instant::now()),
        }))
    }
}

impl Pace {
    /// Where the process's server counts its calls.
    pub(super) fn calls(&self) -> Calls {
        self.0.calls.clone()
    }

    /// The same handler at this pace.
    pub(super) fn around(&self, handler: Arc<dyn Handler>) -> Arc<dyn Handler> {
        let pace = self.clone();
        Arc::new(PacedHandler { handler, pace })
    }

    fn keep<F: Future>(&self, work: F) -> Paced<F> {
        Paced {
            pace: self.clone(),
            work: Box::pin(work),
            rest: None,
        }
    }

    fn is_burst(&self) -> bool {
        self.0.calls.under_way() >= MANY * self.0.cores as usize
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

// === impl Paced ===

impl<F: Future> Future for Paced<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        while let Some(until) = self.pace.rests_until() {
            let rest = self
                .rest
                .get_or_insert_with(|| Box::pin(sleep_until(until)));
            if rest.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.rest = None;
        }
        self.rest = None;
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

    fn burst(pace: &Pace) -> Vec<host::server::Call> {
        let many = 0..MANY * pace.0.cores as usize;
        many.map(|_| pace.calls().begin()).collect()
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
        let _few = pace.calls().begin();
        let begun = Instant::now();
        pace.keep(ready(())).await;
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_burst_that_goes_on_holds_nothing_up_for_ever() {
        let pace = tired();
        let _burst = burst(&pace);
        let work = (0..100).map(|_| pace.keep(tokio::task::yield_now()));
        futures::future::join_all(work).await;
    }
}
