//! Events as adapters keep them, byte for byte, for those who copy or audit a journal; and the proof
//! that one follows on the other.

use crate::{EventHash, Position, Recorded, audit::RawEvent};
use prost::bytes::Bytes;
use std::collections::HashMap;

/// An event with all that its adapter keeps of it, whether or not that holds together.
#[derive(Clone, PartialEq, Eq)]
pub struct Verbatim {
    /// Where it stands.
    pub position: Position,
    /// Its stream, as the adapter finds it by.
    pub stream: Bytes,
    /// Its revision, as the adapter finds it by.
    pub revision: u64,
    /// Its id, as the adapter finds it by.
    pub event_id: Bytes,
    /// Its public count, as the adapter finds it by.
    pub public_sequence: Option<u64>,
    /// Its hash.
    pub hash: EventHash,
    /// The bytes of the frame.
    pub frame: Bytes,
}

/// The events of a journal are not what was written, from this one on.
#[derive(Debug, thiserror::Error)]
#[error(
    "check the event at position {}: it does not follow on those before it; audit the journal",
    .0.0
)]
pub struct Broken(pub Position);

/// How streams end and what is counted, after the events so far.
///
/// Holds about 150 bytes for each stream.
#[derive(Default)]
pub(crate) struct Chains {
    streams: HashMap<Bytes, (u64, EventHash)>,
    public: u64,
}

// === impl Verbatim ===

impl Verbatim {
    /// The same for an audit.
    pub fn raw(&self) -> RawEvent<'_> {
        RawEvent {
            position: self.position,
            stream: &self.stream,
            revision: self.revision,
            event_id: &self.event_id,
            public_sequence: self.public_sequence,
            hash: self.hash,
            frame: &self.frame,
        }
    }
}

// === impl Chains ===

impl Chains {
    /// Takes the next event where its bytes, its hash and its numbers follow on those before it.
    pub(crate) fn take(&mut self, event: &Verbatim) -> Result<(), Broken> {
        let broken = Broken(event.position);
        let (revision, before) = match self.streams.get(&event.stream) {
            Some((revision, hash)) => (revision + 1, *hash),
            None => (0, EventHash::ZERO),
        };
        let read = Recorded::decode_shared(event.position, event.frame.clone(), event.hash);
        let Some(Recorded { frame, .. }) = read else {
            return Err(broken);
        };
        let public = self.public + u64::from(frame.public_as.is_some());
        let fits = frame.stream.as_bytes() == event.stream
            && (frame.revision, event.revision) == (revision, revision)
            && frame.event_id == event.event_id
            && event.public_sequence == frame.public_as.map(|_| public)
            && before.next(&event.frame) == event.hash;
        if !fits {
            return Err(broken);
        }
        self.public = public;
        // A name of its own: the event's keeps a whole page in memory.
        if let Some(end) = self.streams.get_mut(&event.stream) {
            *end = (revision, event.hash);
        } else {
            let name = Bytes::copy_from_slice(&event.stream);
            self.streams.insert(name, (revision, event.hash));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PublicAs, contract};

    fn events() -> Vec<Verbatim> {
        let names = ["a", "b", "a", "a"];
        let mut ends: HashMap<&str, (u64, EventHash)> = HashMap::new();
        let mut public = 0;
        let each = names.iter().zip(1..).map(|(name, position)| {
            let end = ends.get(name).copied();
            let (revision, before) = end.map_or((0, EventHash::ZERO), |(at, hash)| (at + 1, hash));
            let mut event = contract::event(name, usize::try_from(revision).unwrap());
            event.public_as = (position % 2 == 0).then_some(PublicAs {
                kind: "firstbell.v1.contract.thing.happened",
                version: 1,
            });
            public += u64::from(event.public_as.is_some());
            let (id, is_public) = (event.id, event.public_as.is_some());
            let stream = contract::stream(name);
            let now = jiff::Timestamp::UNIX_EPOCH;
            let stored = crate::Stored::encode(&stream, revision, before, now, event);
            ends.insert(name, (revision, stored.hash));
            Verbatim {
                position: Position(position),
                stream: Bytes::copy_from_slice(stream.as_str().as_bytes()),
                revision,
                event_id: Bytes::copy_from_slice(id.as_bytes()),
                public_sequence: is_public.then_some(public),
                hash: stored.hash,
                frame: stored.frame.into(),
            }
        });
        each.collect()
    }

    fn follow(events: &[Verbatim]) -> Result<(), Broken> {
        let mut chains = Chains::default();
        events.iter().try_for_each(|event| chains.take(event))
    }

    #[test]
    fn what_was_written_follows() {
        assert!(follow(&events()).is_ok());
    }

    #[test]
    fn any_change_is_found_where_it_is() {
        let changes: [fn(&mut Verbatim); 6] = [
            |event| event.stream = Bytes::from_static(b"contract-c"),
            |event| event.revision += 1,
            |event| event.event_id = Bytes::from_static(&[1; 16]),
            |event| event.public_sequence = Some(7),
            |event| event.hash.0[0] ^= 1,
            |event| {
                let mut frame = event.frame.to_vec();
                *frame.last_mut().unwrap() ^= 1;
                event.frame = frame.into();
            },
        ];
        for change in changes {
            let mut events = events();
            change(&mut events[2]);
            assert!(matches!(follow(&events), Err(Broken(Position(3)))));
        }
    }

    #[test]
    fn a_missing_event_is_found() {
        let mut events = events();
        events.remove(2);
        assert!(matches!(follow(&events), Err(Broken(Position(4)))));
    }
}
