//! Lets routing stand back while notifications come faster than they are routed.
//!
//! Priorities do not do it: doors and routing wait for the same disk and the same writers far more
//! than for a core. So as long as a burst lasts, routing works in short rounds and rests after each,
//! with a fifth of the time left to it, and nobody who submits waits behind it; when nothing more comes
//! it goes on at once. Where notifications come no faster than they are routed it never rests.

use bus::{Feed, FeedError, PublicEvent, SharedFeed};
use journal::JournalIdentity;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep},
};

/// Times that a round took, which the rest after it takes.
const REST: u32 = 4;
/// The longest rest, however long the round took.
const LONGEST: Duration = Duration::from_secs(1);
/// Events of a round while a burst lasts.
const ROUND: usize = 64;
/// More waiting than this is a burst, if more still comes: about half a second's work.
const WAITING: u64 = 256;
/// How often it is looked whether anything still comes. Longer than a commit under load takes.
const LOOK: Duration = Duration::from_millis(100);

/// A feed that is read in rounds, with rests between them while it outgrows its reader.
struct StandsBack {
    feed: SharedFeed,
    round: Mutex<Option<Round>>,
}

/// What a reader was given last.
#[derive(Clone, Copy)]
struct Round {
    begun: Instant,
    /// The last event that there was then.
    head: u64,
    events: u64,
}

/// The same feed, read with rests.
pub(super) fn around(feed: SharedFeed) -> SharedFeed {
    Arc::new(StandsBack {
        feed,
        round: Mutex::default(),
    })
}

/// How long to rest after a round of so many `events` that took so long, while `came` so many more
/// and so many are `waiting` now; nothing where it is no burst.
fn rest(took: Duration, events: u64, came: u64, waiting: u64) -> Option<Duration> {
    let is_burst = waiting > WAITING && came > events;
    is_burst.then(|| LONGEST.min(took.saturating_mul(REST)))
}

// === impl StandsBack ===

impl StandsBack {
    fn last(&self) -> u64 {
        *self.feed.head().borrow()
    }

    /// Rests where a burst lasts, and says whether it does.
    async fn rest(&self, after: u64) -> bool {
        let round = *self.round.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(Round {
            begun,
            head,
            events,
        }) = round
        else {
            return false;
        };
        let mut seen = self.last();
        let (came, waiting) = (seen.saturating_sub(head), seen.saturating_sub(after));
        let Some(mut left) = rest(begun.elapsed(), events, came, waiting) else {
            return false;
        };
        while !left.is_zero() {
            let nap = LOOK.min(left);
            sleep(nap).await;
            left -= nap;
            let last = self.last();
            if last == seen {
                return false;
            }
            seen = last;
        }
        true
    }
}

#[tonic::async_trait]
impl Feed for StandsBack {
    fn producer(&self) -> &'static str {
        self.feed.producer()
    }

    fn life(&self) -> Result<JournalIdentity, FeedError> {
        self.feed.life()
    }

    fn stands_at(&self, cursor: u64) {
        self.feed.stands_at(cursor);
    }

    async fn read(&self, after: u64, limit: usize) -> Result<Vec<PublicEvent>, FeedError> {
        let limit = if self.rest(after).await {
            limit.min(ROUND)
        } else {
            limit
        };
        let head = self.last();
        let events = self.feed.read(after, limit).await?;
        let round = Round {
            begun: Instant::now(),
            head,
            events: events.len() as u64,
        };
        *self.round.lock().unwrap_or_else(PoisonError::into_inner) = Some(round);
        Ok(events)
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.feed.head()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Duration = Duration::from_millis(100);

    #[test]
    fn nobody_rests_while_no_more_comes_than_is_worked_off_or_little_waits() {
        assert_eq!(rest(TENTH, 64, 64, 10_000), None);
        assert_eq!(rest(TENTH, 64, 0, 10_000), None);
        assert_eq!(rest(TENTH, 64, 200, WAITING), None);
    }

    #[test]
    fn in_a_burst_a_fifth_of_the_time_is_left_for_routing_and_more_where_rounds_are_long() {
        assert_eq!(rest(TENTH, 64, 65, WAITING + 1), Some(4 * TENTH));
        let long = Duration::from_secs(60);
        assert_eq!(rest(long, 64, 65, WAITING + 1), Some(LONGEST));
    }

    /// A feed of so many events that nobody needs to read.
    struct Grows(watch::Sender<u64>);

    #[tonic::async_trait]
    impl Feed for Grows {
        fn producer(&self) -> &'static str {
            "police"
        }

        fn life(&self) -> Result<JournalIdentity, FeedError> {
            Err(FeedError::Unreached)
        }

        async fn read(&self, _: u64, _: usize) -> Result<Vec<PublicEvent>, FeedError> {
            Ok(Vec::new())
        }

        fn head(&self) -> watch::Receiver<u64> {
            self.0.subscribe()
        }
    }

    /// How long a read after a round of a tenth of a second takes, where as many as `more` come in
    /// each tenth of a second, for so many of them.
    async fn waits(more: u64, tenths: u32) -> Duration {
        let grows = watch::Sender::new(0);
        let feed = around(Arc::new(Grows(grows.clone())));
        let comes = tokio::spawn(async move {
            for _ in 0..tenths {
                grows.send_modify(|head| *head += more);
                sleep(TENTH).await;
            }
        });
        feed.read(0, 256).await.unwrap();
        sleep(TENTH + TENTH / 2).await;
        let begun = Instant::now();
        feed.read(0, 256).await.unwrap();
        let took = begun.elapsed();
        comes.await.unwrap();
        took
    }

    #[tokio::test(start_paused = true)]
    async fn a_reader_rests_while_a_burst_lasts_and_goes_on_soon_after_it() {
        assert_eq!(waits(10, 50).await, Duration::ZERO);
        assert!(waits(1_000, 50).await >= 5 * TENTH);
        assert!(waits(1_000, 3).await <= 2 * TENTH);
    }
}
