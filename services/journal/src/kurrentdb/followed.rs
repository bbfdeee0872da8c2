//! What has been seen of the journal so far. Only what was seen in it counts: an append is answered
//! once its events have come by, as they stand.

use super::event::Found;
use crate::{
    Append, EventHash, EventId, Position, Stored,
    known::{Known, KnownStreams, Verdict},
};
use jiff::Timestamp;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::oneshot;

/// The last event of an append, as it stands.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    pub(super) position: Position,
    pub(super) revision: u64,
    pub(super) hash: EventHash,
}

/// An append that may be written, and word of its last event once that is seen.
pub(super) struct Writing {
    pub(super) stored: Vec<Stored>,
    pub(super) seen: oneshot::Receiver<Seen>,
}

/// What is to be done with an append.
pub(super) enum Next {
    /// Nothing is known of its stream.
    Look,
    /// It is settled, or refused by what is known.
    Settled(Verdict),
    Write(Writing),
}

/// What an append's last event changes for everybody.
pub(super) struct Moved {
    pub(super) head: Position,
    pub(super) public_head: u64,
    waiting: Option<(oneshot::Sender<Seen>, Seen)>,
}

/// What has been seen of one journal.
#[derive(Default)]
pub(super) struct Followed(Mutex<Tables>);

#[derive(Default)]
struct Tables {
    known: KnownStreams,
    /// Where each public event stands, from number 1 on.
    public: Vec<Position>,
    last: Option<(Position, EventHash)>,
    /// Events of an append whose last event has not come yet.
    begun: Vec<Found>,
    waiting: HashMap<(String, EventId), oneshot::Sender<Seen>>,
}

// === impl Followed ===

impl Followed {
    /// Takes in the next event; says what moved where it was the last of its append. One that was
    /// taken in already changes nothing.
    pub(super) fn take(&self, found: Found) -> Option<Moved> {
        let mut tables = self.tables();
        let seen = tables.last.map(|(position, _)| position);
        if seen >= Some(found.event.position) {
            return None;
        }
        let is_last = found.is_last;
        tables.begun.push(found);
        is_last.then(|| tables.settle()).flatten()
    }

    /// Forgets a part of an append: it will come again, from its first event on.
    pub(super) fn begin_again(&self) -> Position {
        let mut tables = self.tables();
        tables.begun.clear();
        tables
            .last
            .map_or(Position::START, |(position, _)| position)
    }

    /// Remembers a stream as it was read.
    pub(super) fn learn(&self, stream: &str, events: &[Found]) {
        let known = Known::of(events.iter().map(|found| &found.event));
        let mut tables = self.tables();
        tables.known.make_room();
        tables.known.put(stream, known);
    }

    pub(super) fn forget(&self, stream: &str) {
        self.tables().known.forget(stream);
    }

    /// Judges an append; where it may be written, its last event is waited for from now on.
    pub(super) fn judge(&self, append: &Append, now: Timestamp) -> Next {
        let mut tables = self.tables();
        let Some(known) = tables.known.get(append.stream.as_str()) else {
            return Next::Look;
        };
        match known.judge(append) {
            Verdict::Write => {}
            settled => return Next::Settled(settled),
        }
        let stored = known.encode(append, now);
        let (word, seen) = oneshot::channel();
        if let Some(last) = append.events.last() {
            let stream = append.stream.as_str().to_owned();
            tables.waiting.insert((stream, last.id), word);
        }
        Next::Write(Writing { stored, seen })
    }

    /// Nobody waits any more for this append.
    pub(super) fn give_up(&self, append: &Append) {
        if let Some(last) = append.events.last() {
            let stream = append.stream.as_str().to_owned();
            self.tables().waiting.remove(&(stream, last.id));
        }
    }

    /// Position of public event `number`, from 1; none where it has not been seen.
    pub(super) fn public(&self, number: u64) -> Option<Position> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.tables().public.get(at).copied()
    }

    /// Number of the public event at this position; none where there is none.
    pub(super) fn number_at(&self, position: Position) -> Option<u64> {
        let found = self.tables().public.binary_search(&position);
        found.ok().map(|at| at as u64 + 1)
    }

    /// Hash of the last event.
    pub(super) fn last_hash(&self) -> Option<EventHash> {
        self.tables().last.map(|(_, hash)| hash)
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Tables ===

impl Tables {
    fn settle(&mut self) -> Option<Moved> {
        let begun = std::mem::take(&mut self.begun);
        for Found { event, .. } in &begun {
            self.known.take(event);
            if event.frame.public_as.is_some() {
                self.public.push(event.position);
            }
        }
        let last = &begun.last()?.event;
        self.last = Some((last.position, last.hash));
        let seen = Seen {
            position: last.position,
            revision: last.frame.revision,
            hash: last.hash,
        };
        let waiting = (last.frame.stream.clone(), last.event_id());
        Some(Moved {
            head: last.position,
            public_head: self.public.len() as u64,
            waiting: self.waiting.remove(&waiting).map(|word| (word, seen)),
        })
    }
}

// === impl Moved ===

impl Moved {
    /// Sends word to whoever waits for this append.
    pub(super) fn tell(self) {
        if let Some((word, seen)) = self.waiting {
            // Whoever waited has given up.
            let _ = word.send(seen);
        }
    }
}
