//! What an adapter whose store is elsewhere remembers of streams, and how it judges an append by it.

use crate::{
    Append, AppendError, Appended, EventHash, EventId, Expected, Position, Recorded, Stored,
};
use jiff::Timestamp;
use std::collections::HashMap;

/// One stream as it was when it was last looked at.
#[derive(Default)]
pub(crate) struct Known {
    end: Option<End>,
    ids: HashMap<EventId, (u64, Position)>,
}

/// What is known of a stream's last event.
#[derive(Clone, Copy)]
pub(crate) struct End {
    pub(crate) revision: u64,
    pub(crate) position: Position,
    pub(crate) hash: EventHash,
    pub(crate) recorded_at: Timestamp,
}

/// What is known of an append before it is written.
pub(crate) enum Verdict {
    /// It stands there already; this holds whatever else has happened since.
    Standing(Appended),
    /// As far as is known it must not be written. Another look may show otherwise.
    Refused(AppendError),
    /// It is right on top of what is known.
    Write,
}

/// Streams that were looked at lately; bounded by their events.
#[derive(Default)]
pub(crate) struct KnownStreams {
    streams: HashMap<String, Known>,
    events: usize,
}

/// Events whose ids are held at once, about 20 MB of them. Beyond that all are forgotten.
const MOST: usize = 400_000;

// === impl Known ===

impl Known {
    /// What its events, all of them and in order, say of a stream.
    pub(crate) fn of<'a>(events: impl IntoIterator<Item = &'a Recorded>) -> Self {
        let mut known = Self::default();
        for event in events {
            known.take(event);
        }
        known
    }

    /// How the stream ends; none where it has no events.
    pub(crate) fn end(&self) -> Option<End> {
        self.end
    }

    /// Takes in the stream's next event; one that is known already changes nothing.
    pub(crate) fn take(&mut self, event: &Recorded) {
        let end = End {
            revision: event.frame.revision,
            position: event.position,
            hash: event.hash,
            recorded_at: event.recorded_at(),
        };
        self.push(event.event_id(), end);
    }

    /// The same for an event that is not read but written.
    pub(crate) fn push(&mut self, id: EventId, end: End) {
        if self.end.is_none_or(|known| known.revision < end.revision) {
            self.ids.insert(id, (end.revision, end.position));
            self.end = Some(end);
        }
    }

    /// Judges a well-formed append by what is known of its stream.
    pub(crate) fn judge(&self, append: &Append) -> Verdict {
        let found: Vec<_> = append
            .events
            .iter()
            .filter_map(|event| self.ids.get(&event.id).copied())
            .collect();
        let in_a_row = found.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0);
        if let Some(&(revision, position)) = found.last()
            && in_a_row
            && found.len() == append.events.len()
        {
            return Verdict::Standing(Appended {
                position,
                revision,
                repeated: true,
            });
        }
        let actual = self.end.map(|end| end.revision);
        if append.expected != actual.map_or(Expected::NoStream, Expected::Revision) {
            return Verdict::Refused(AppendError::Conflict { actual });
        }
        if !found.is_empty() {
            let reason = "some of them stand in the stream already, others do not";
            return Verdict::Refused(AppendError::Invalid(reason));
        }
        Verdict::Write
    }

    /// When an event that follows was recorded, where our clock says `now`.
    pub(crate) fn recorded_at(&self, now: Timestamp) -> Timestamp {
        self.end.map_or(now, |end| end.recorded_at.max(now))
    }

    /// The append's events as they follow on what is known.
    pub(crate) fn encode(&self, append: &Append, now: Timestamp) -> Vec<Stored> {
        let recorded_at = self.recorded_at(now);
        let (mut revision, mut previous) = match self.end {
            Some(end) => (end.revision + 1, end.hash),
            None => (0, EventHash::ZERO),
        };
        let mut stored = Vec::with_capacity(append.events.len());
        for event in &append.events {
            let next = Stored::encode(
                &append.stream,
                revision,
                previous,
                recorded_at,
                event.clone(),
            );
            (revision, previous) = (revision + 1, next.hash);
            stored.push(next);
        }
        stored
    }
}

// === impl KnownStreams ===

impl KnownStreams {
    pub(crate) fn get(&self, stream: &str) -> Option<&Known> {
        self.streams.get(stream)
    }

    /// Remembers a stream as it was found.
    pub(crate) fn put(&mut self, stream: &str, known: Known) {
        self.events += known.ids.len() + 1;
        self.streams.insert(stream.to_owned(), known);
    }

    /// Takes in an event of a stream that is remembered; of others nothing is begun.
    pub(crate) fn take(&mut self, event: &Recorded) {
        if let Some(known) = self.streams.get_mut(&event.frame.stream) {
            known.take(event);
            self.events += 1;
        }
    }

    /// The same for an event that is not read but written.
    pub(crate) fn push(&mut self, stream: &str, id: EventId, end: End) {
        if let Some(known) = self.streams.get_mut(stream) {
            known.push(id, end);
            self.events += 1;
        }
    }

    pub(crate) fn forget(&mut self, stream: &str) {
        self.streams.remove(stream);
    }

    /// Forgets everything where it has become too much.
    pub(crate) fn make_room(&mut self) {
        if self.events > MOST {
            self.clear();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.streams.clear();
        self.events = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CommandId, NewEvent, Reserve, StreamName};

    fn append(expected: Expected, indices: impl IntoIterator<Item = usize>) -> Append {
        let command = CommandId::derive(&[b"known"]);
        let events = indices.into_iter().map(|index| NewEvent {
            id: command.event(index),
            kind: "test.thing_happened",
            version: 1,
            public_as: None,
            occurred_at: Timestamp::UNIX_EPOCH,
            actor: String::new(),
            causation: [1; 16],
            correlation: [2; 16],
            traceparent: String::new(),
            payload: Vec::new(),
        });
        Append {
            stream: StreamName::parse("known").unwrap(),
            expected,
            reserve: Reserve::Keep,
            events: events.collect(),
        }
    }

    /// Later than the time of what is appended after.
    fn later() -> Timestamp {
        Timestamp::from_second(2_000_000_000).unwrap()
    }

    /// Two events, at positions 7 and 8.
    fn known() -> Known {
        let two = append(Expected::NoStream, 0..2);
        let stored = Known::default().encode(&two, later());
        let events = stored
            .iter()
            .zip([Position(7), Position(8)])
            .map(|(stored, position)| {
                Recorded::decode(position, &stored.frame, stored.hash).unwrap()
            });
        Known::of(&events.collect::<Vec<_>>())
    }

    #[test]
    fn what_stands_there_is_found_whatever_was_expected() {
        for expected in [Expected::NoStream, Expected::Revision(1)] {
            let verdict = known().judge(&append(expected, 0..2));
            let Verdict::Standing(appended) = verdict else {
                panic!("it stands there");
            };
            assert_eq!((appended.position, appended.revision), (Position(8), 1));
        }
    }

    #[test]
    fn what_stands_there_in_part_or_in_another_order_is_refused() {
        for indices in [vec![1, 2], vec![1, 0]] {
            let verdict = known().judge(&append(Expected::Revision(1), indices));
            assert!(matches!(verdict, Verdict::Refused(AppendError::Invalid(_))));
        }
    }

    #[test]
    fn new_events_follow_in_revision_hash_and_time() {
        let new = append(Expected::Revision(1), 2..4);
        assert!(matches!(known().judge(&new), Verdict::Write));
        let stored = known().encode(&new, Timestamp::UNIX_EPOCH);
        assert_eq!(stored[1].hash, stored[0].hash.next(&stored[1].frame));
        assert_eq!(
            stored[0].hash,
            known().end.unwrap().hash.next(&stored[0].frame)
        );
        let event = Recorded::decode(Position(9), &stored[0].frame, stored[0].hash).unwrap();
        assert_eq!(event.frame.revision, 2);
        assert_eq!(event.recorded_at(), known().end.unwrap().recorded_at);
    }

    #[test]
    fn too_much_is_forgotten_as_a_whole() {
        let mut streams = KnownStreams::default();
        streams.put("a", known());
        streams.make_room();
        assert!(streams.get("a").is_some());
        streams.events = MOST + 1;
        streams.make_room();
        assert!(streams.get("a").is_none());
    }
}
