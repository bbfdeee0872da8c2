//! Holds a journal against its own promises: chains, counts, ids, clocks and checkpoints.

mod report;
mod tree;

pub use report::{AuditReport, Fault, What};

use crate::{
    EventHash, EventId, Journal, JournalIdentity, Position, ReadError, Recorded,
    checkpoint::{KIND, VerifyingKey},
    embedded::JournalFile,
    id::derived,
    wire,
};
use std::collections::{HashMap, HashSet};
use tree::Tree;

/// An event as an adapter stores it: the frame, and what stands beside it.
#[derive(Clone, Copy)]
pub struct RawEvent<'a> {
    /// Where it stands.
    pub position: Position,
    /// Its stream, as the adapter finds it by.
    pub stream: &'a [u8],
    /// Its revision, as the adapter finds it by.
    pub revision: u64,
    /// Its id, as the adapter finds it by.
    pub event_id: &'a [u8],
    /// Its public count, as the adapter finds it by.
    pub public_sequence: Option<u64>,
    /// Its hash.
    pub hash: EventHash,
    /// The bytes of the frame.
    pub frame: &'a [u8],
}

/// Takes events one by one, in position order, and keeps every fault.
///
/// Holds about 150 bytes for each stream and 32 for each event, so that one pass is enough.
pub struct Auditor<'a> {
    identity: JournalIdentity,
    tree: Tree<'a>,
    expected: Option<&'a wire::Checkpoint>,
    streams: HashMap<Vec<u8>, End>,
    ids: HashSet<[u8; 16]>,
    public: u64,
    last: Option<(Position, EventHash)>,
    faults: Vec<Fault>,
}

/// Events that are read at a time.
const PAGE: usize = 512;

/// How a stream ends so far.
struct End {
    revision: u64,
    hash: EventHash,
    recorded_at_us: i64,
}

/// Audits a journal's file. `keys` are those that may have signed checkpoints; `expected` is a
/// checkpoint kept elsewhere, which finds a cut tail that took its checkpoints with it.
pub fn audit(
    file: &JournalFile,
    keys: &[VerifyingKey],
    expected: Option<&wire::Checkpoint>,
) -> AuditReport {
    let mut auditor = Auditor::new(file.identity(), keys, expected);
    for finding in file.integrity() {
        auditor.fault(None, What::File(finding));
    }
    let (mut after, mut step) = (Position::START, 1);
    while file.each(after, |event| auditor.see(event)).is_err() && step < 1 << 62 {
        // What can still be read behind the damage is read, in ever larger steps.
        let seen = auditor
            .last
            .map_or(Position::START, |(position, _)| position);
        if seen > after {
            step = 1;
        }
        auditor.fault(Some(seen.max(after)), What::Unreadable);
        after = Position(seen.max(after).0.saturating_add(step));
        step *= 2;
    }
    auditor.finish()
}

/// Audits a journal that is open, whatever adapter has it; see [`audit`]. Fails where its store cannot
/// be read at all.
pub async fn audit_open(
    journal: &dyn Journal,
    keys: &[VerifyingKey],
) -> Result<AuditReport, ReadError> {
    let mut auditor = Auditor::new(journal.identity(), keys, None);
    let (mut after, mut limit) = (Position::START, PAGE);
    loop {
        match journal.read_verbatim(after, limit).await {
            Ok(events) => {
                let Some(last) = events.last() else {
                    return Ok(auditor.finish());
                };
                after = last.position;
                for event in &events {
                    auditor.see(event.raw());
                }
                limit = PAGE;
            }
            // Everything before the damage is seen, one by one.
            Err(ReadError::Corrupt(_)) if limit > 1 => limit = 1,
            Err(ReadError::Corrupt(position)) => {
                auditor.fault(Some(position), What::Unreadable);
                after = position.max(Position(after.0.saturating_add(1)));
            }
            Err(error) => return Err(error),
        }
    }
}

// === impl Auditor ===

impl<'a> Auditor<'a> {
    /// Begins an audit; see [`audit`].
    pub fn new(
        identity: JournalIdentity,
        keys: &'a [VerifyingKey],
        expected: Option<&'a wire::Checkpoint>,
    ) -> Self {
        Self {
            identity,
            tree: Tree::new(identity, keys),
            expected,
            streams: HashMap::new(),
            ids: HashSet::new(),
            public: 0,
            last: None,
            faults: Vec::new(),
        }
    }

    /// Checks the next event.
    pub fn see(&mut self, raw: RawEvent<'_>) {
        self.check_expected();
        let position = Some(raw.position);
        let event = Recorded::decode(raw.position, raw.frame, raw.hash);
        match &event {
            Some(event) => self.check_event(raw, event),
            None => self.fault(position, What::NotAFrame),
        }
        self.check_stream(raw, event.map(|event| event.frame.recorded_at_us));
        self.tree.push(raw.hash);
        self.last = Some((raw.position, raw.hash));
    }

    /// Ends the audit.
    pub fn finish(mut self) -> AuditReport {
        self.check_expected();
        if let Some(expected) = self.expected {
            // It covers more events than there are.
            self.fault(None, What::Expected(expected.events));
        }
        AuditReport {
            identity: self.identity,
            events: self.tree.count(),
            streams: self.streams.len() as u64,
            public: self.public,
            checkpoints: self.tree.checkpoints,
            uncovered: self.tree.uncovered(),
            last_hash: self.last.map(|(_, hash)| hash),
            faults: self.faults,
        }
    }

    fn fault(&mut self, position: Option<Position>, what: What) {
        self.faults.push(Fault { position, what });
    }

    /// The checkpoint kept elsewhere is checked once, when exactly its events have been seen.
    fn check_expected(&mut self) {
        let Some(expected) = self.expected.filter(|it| it.events == self.tree.count()) else {
            return;
        };
        self.expected = None;
        if !self.tree.fits(expected) || expected.journal_id != self.identity.id {
            self.fault(None, What::Expected(expected.events));
        }
    }

    /// What the frame says by itself.
    fn check_event(&mut self, raw: RawEvent<'_>, event: &Recorded) {
        let position = Some(raw.position);
        let frame = &event.frame;
        let same = frame.stream.as_bytes() == raw.stream
            && frame.revision == raw.revision
            && frame.event_id == raw.event_id;
        if !same {
            self.fault(position, What::IndexDisagrees);
        }
        self.public += u64::from(frame.public_as.is_some());
        if raw.public_sequence != frame.public_as.as_ref().map(|_| self.public) {
            self.fault(position, What::PublicSequence);
            self.public = raw.public_sequence.unwrap_or(self.public);
        }
        let id: EventId = event.event_id();
        if !self.ids.insert(derived(raw.stream, &[id.as_bytes()])) {
            self.fault(position, What::RepeatedId);
        }
        if frame.r#type == KIND {
            if !raw.stream.starts_with(b"checkpoint-") {
                self.fault(position, What::NotACheckpoint);
            }
            self.tree
                .check(raw.position, &frame.payload, &mut self.faults);
        }
    }

    /// How the event goes on from the one before in its stream. After a fault it goes on from what
    /// is stored, so that one fault is not reported for ever.
    fn check_stream(&mut self, raw: RawEvent<'_>, recorded_at_us: Option<i64>) {
        let position = Some(raw.position);
        let before = self.streams.get(raw.stream);
        let expected = before.map_or(0, |end| end.revision.saturating_add(1));
        let chained = before.map_or(EventHash::ZERO, |end| end.hash);
        let earliest = before.map_or(i64::MIN, |end| end.recorded_at_us);
        if raw.revision != expected {
            let found = raw.revision;
            self.fault(position, What::Revision { expected, found });
        }
        if chained.next(raw.frame) != raw.hash {
            self.fault(position, What::Hash);
        }
        if recorded_at_us.is_some_and(|recorded| recorded < earliest) {
            self.fault(position, What::RecordedEarlier);
        }
        let end = End {
            revision: raw.revision,
            hash: raw.hash,
            recorded_at_us: recorded_at_us.unwrap_or(earliest),
        };
        match self.streams.get_mut(raw.stream) {
            Some(known) => *known = end,
            None => drop(self.streams.insert(raw.stream.to_vec(), end)),
        }
    }
}
