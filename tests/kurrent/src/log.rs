//! All events in one order, in memory.

use crate::expected::Expected;
use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};
use tokio::sync::watch;

/// An event that somebody sends.
#[derive(Clone)]
pub(crate) struct Proposed {
    pub(crate) id: u128,
    pub(crate) kind: String,
    pub(crate) content_type: String,
    pub(crate) metadata: Vec<u8>,
    pub(crate) data: Vec<u8>,
}

/// An event that is kept.
#[derive(Clone)]
pub(crate) struct Kept {
    pub(crate) stream: String,
    pub(crate) revision: u64,
    /// Increasing, and as far apart as the events are long.
    pub(crate) position: u64,
    /// Ticks of 100 ns since 1970.
    pub(crate) created: u64,
    pub(crate) event: Proposed,
}

/// Where an append ends.
#[derive(Clone, Copy)]
pub(crate) struct Appended {
    pub(crate) revision: u64,
    pub(crate) position: u64,
}

/// The last revision that there is, where another was expected.
pub(crate) struct Wrong(pub(crate) Option<u64>);

/// What the server keeps.
pub(crate) struct Log {
    kept: Mutex<Tables>,
    length: watch::Sender<usize>,
}

#[derive(Default)]
struct Tables {
    all: Vec<Kept>,
    /// Places in `all`.
    streams: HashMap<String, Vec<usize>>,
    next: u64,
}

// === impl Log ===

impl Log {
    /// A log as new as a log is: the server's own events are in it.
    pub(crate) fn with_system_events() -> Self {
        let log = Self {
            kept: Mutex::default(),
            length: watch::channel(0).0,
        };
        for id in 0..3 {
            log.append_system_event(id);
        }
        log
    }

    fn append_system_event(&self, id: u128) {
        let event = Proposed {
            id,
            kind: "$metadata".to_owned(),
            content_type: "application/json".to_owned(),
            metadata: Vec::new(),
            data: b"{}".to_vec(),
        };
        let _ = self.append("$settings", Expected::Any, vec![event]);
    }

    /// Takes all events or none. The same events on top of the same revision are a success again.
    pub(crate) fn append(
        &self,
        stream: &str,
        expected: Expected,
        events: Vec<Proposed>,
    ) -> Result<Appended, Wrong> {
        let mut tables = self.tables();
        let actual = tables.last(stream);
        if !expected.holds(actual) {
            return tables
                .standing(stream, expected, &events)
                .ok_or(Wrong(actual));
        }
        let appended = tables.push(stream, events);
        self.length.send_replace(tables.all.len());
        Ok(appended)
    }

    /// How many events there are; changes as more come.
    pub(crate) fn length(&self) -> watch::Receiver<usize> {
        self.length.subscribe()
    }

    /// Looks at events one after the other, from place `from` on or back from it, until `take` has
    /// enough.
    pub(crate) fn scan(&self, from: usize, forwards: bool, mut take: impl FnMut(&Kept) -> bool) {
        let tables = self.tables();
        let (before, after) = tables.all.split_at(from.min(tables.all.len()));
        if forwards {
            let _ = after.iter().all(&mut take);
        } else {
            let _ = before.iter().rev().all(&mut take);
        }
    }

    /// The first place whose position is `position` or more.
    pub(crate) fn place_of(&self, position: u64) -> usize {
        let tables = self.tables();
        tables.all.partition_point(|kept| kept.position < position)
    }

    /// All events of a stream.
    pub(crate) fn stream(&self, stream: &str) -> Option<Vec<Kept>> {
        let tables = self.tables();
        let places = tables.streams.get(stream)?;
        Some(places.iter().map(|&at| tables.all[at].clone()).collect())
    }

    fn tables(&self) -> MutexGuard<'_, Tables> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// === impl Tables ===

impl Tables {
    fn last(&self, stream: &str) -> Option<u64> {
        let places = self.streams.get(stream)?;
        places.last().map(|&at| self.all[at].revision)
    }

    fn standing(&self, stream: &str, expected: Expected, events: &[Proposed]) -> Option<Appended> {
        let first = expected.next()?;
        let places = self.streams.get(stream)?;
        let places = places.get(usize::try_from(first).ok()?..)?;
        let ids = places.iter().map(|&at| self.all[at].event.id);
        let same = places.len() >= events.len()
            && events
                .iter()
                .map(|event| event.id)
                .eq(ids.take(events.len()));
        let last = &self.all[*places.get(events.len().checked_sub(1)?)?];
        same.then_some(Appended {
            revision: last.revision,
            position: last.position,
        })
    }

    fn push(&mut self, stream: &str, events: Vec<Proposed>) -> Appended {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let created = u64::try_from(now.as_nanos() / 100).unwrap_or_default();
        let places = self.streams.entry(stream.to_owned()).or_default();
        for event in events {
            self.next += 100 + event.data.len() as u64;
            places.push(self.all.len());
            self.all.push(Kept {
                stream: stream.to_owned(),
                revision: places.len() as u64 - 1,
                position: self.next,
                created,
                event,
            });
        }
        Appended {
            revision: (places.len() as u64).saturating_sub(1),
            position: self.next,
        }
    }
}
