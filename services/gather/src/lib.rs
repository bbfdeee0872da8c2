//! Requests that one thread carries out together, such as all that share a commit.
//!
//! A commit costs about as much with fifty requests in it as with one. Whoever was just answered may come
//! again at once. So a thread that has answered many and finds only a few waiting rests a moment, until they
//! are as many. Where they come at once, the rest is over at once; where the machine is busy, they come slowly,
//! and fewer commits leave more of it to them. Where few ask, nobody waits.

use std::{
    thread,
    time::{Duration, Instant},
};
use tokio::sync::mpsc::Receiver;

/// Who answered fewer together is not busy, and does not rest.
const MANY: usize = 8;

/// No rest is longer.
const LONGEST_REST: Duration = Duration::from_millis(5);

/// How often whoever rests looks who has come.
const LOOK_AGAIN: Duration = Duration::from_micros(250);

/// The requests that wait for a thread.
pub struct Gathering<T> {
    waiting: Receiver<T>,
    most: usize,
    longest_rest: Duration,
    last: Last,
}

/// What was carried out last.
struct Last {
    requests: usize,
    begun: Instant,
}

// === impl Gathering ===

impl<T> Gathering<T> {
    /// Those that come over `waiting`, at most so many together.
    pub fn new(waiting: Receiver<T>, most: usize) -> Self {
        let last = Last {
            requests: 0,
            begun: Instant::now(),
        };
        Self {
            waiting,
            most,
            longest_rest: LONGEST_REST,
            last,
        }
    }

    /// Adds to `requests` those to be carried out next, at least one; false once nobody can ask any more.
    /// Blocks. Those of the time before count as answered.
    pub fn next(&mut self, requests: &mut Vec<T>) -> bool {
        self.rest();
        let came = self.waiting.blocking_recv_many(requests, self.most);
        self.last = Last {
            requests: came,
            begun: Instant::now(),
        };
        came > 0
    }

    /// Nobody can ask any more. Who asked already is still handed out.
    pub fn close(&mut self) {
        self.waiting.close();
    }

    /// Until as many are here as were answered, but no longer than it took to answer them.
    fn rest(&self) {
        if self.last.requests < MANY || self.waiting.is_empty() {
            return;
        }
        let until = Instant::now() + self.last.begun.elapsed().min(self.longest_rest);
        while self.waiting.len() < self.last.requests && Instant::now() < until {
            thread::sleep(LOOK_AGAIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::mpsc::{Sender, channel};

    fn ask(asking: &Sender<u8>, times: usize) {
        for _ in 0..times {
            asking.try_send(1).unwrap();
        }
    }

    fn next(gathering: &mut Gathering<u8>) -> usize {
        let mut requests = Vec::new();
        assert_eq!(gathering.next(&mut requests), !requests.is_empty());
        requests.len()
    }

    #[test]
    fn all_who_wait_are_taken_together_up_to_the_most() {
        let (asking, waiting) = channel(8);
        let mut gathering = Gathering::new(waiting, 5);
        ask(&asking, 7);
        assert_eq!(next(&mut gathering), 5);
        assert_eq!(next(&mut gathering), 2);
        ask(&asking, 1);
        drop(asking);
        assert_eq!(next(&mut gathering), 1);
        assert_eq!(next(&mut gathering), 0);
    }

    #[test]
    fn who_closed_still_hands_out_what_was_asked() {
        let (asking, waiting) = channel(8);
        let mut gathering = Gathering::new(waiting, 8);
        ask(&asking, 3);
        gathering.close();
        assert!(asking.try_send(1).is_err());
        assert_eq!(next(&mut gathering), 3);
        assert_eq!(next(&mut gathering), 0);
    }

    /// Whether it rests once so many have been answered and then so many ask.
    fn rests(answered: usize, ask_again: usize) -> bool {
        let (asking, waiting) = channel(MANY);
        let mut gathering = Gathering::new(waiting, MANY);
        ask(&asking, answered);
        assert_eq!(next(&mut gathering), answered);
        ask(&asking, ask_again);
        // As if answering had taken so long that a rest cannot be overlooked.
        gathering.longest_rest = Duration::from_secs(3);
        gathering.last.begun = Instant::now().checked_sub(gathering.longest_rest).unwrap();
        let begun = Instant::now();
        assert_eq!(next(&mut gathering), ask_again);
        begun.elapsed() >= gathering.longest_rest
    }

    #[test]
    fn only_who_answered_many_rests_and_only_for_those_who_do_not_come_again() {
        assert!(rests(MANY, MANY - 1));
        assert!(!rests(MANY, MANY));
        assert!(!rests(MANY - 1, 1));
    }
}
