//! Holds each checkpoint against the events before it, in one pass.

use super::{Fault, What};
use crate::{
    EventHash, JournalIdentity, Position, checkpoint::VerifyingKey, merkle::Frontier, wire,
};
use aws_lc_rs::digest::{SHA256, digest};
use prost::Message;

/// The tree up to the last checkpoint, and the hashes since.
pub(super) struct Tree<'a> {
    keys: &'a [VerifyingKey],
    identity: JournalIdentity,
    covered: Frontier,
    covered_last: Option<EventHash>,
    since: Vec<EventHash>,
    /// SHA-256 of the checkpoint before, and its epoch.
    previous: Vec<u8>,
    epoch: u64,
    pub(super) checkpoints: u64,
}

// === impl Tree ===

impl<'a> Tree<'a> {
    pub(super) fn new(identity: JournalIdentity, keys: &'a [VerifyingKey]) -> Self {
        Self {
            keys,
            identity,
            covered: Frontier::default(),
            covered_last: None,
            since: Vec::new(),
            previous: Vec::new(),
            epoch: 0,
            checkpoints: 0,
        }
    }

    pub(super) fn push(&mut self, hash: EventHash) {
        self.since.push(hash);
    }

    /// Events so far.
    pub(super) fn count(&self) -> u64 {
        self.covered.count() + self.uncovered()
    }

    /// Events since those that the last checkpoint covers.
    pub(super) fn uncovered(&self) -> u64 {
        self.since.len() as u64
    }

    /// True where a checkpoint from elsewhere fits the events so far, which it covers exactly.
    pub(super) fn fits(&self, expected: &wire::Checkpoint) -> bool {
        let (tree, last) = self.at(self.since.len());
        expected.root == tree.root() && is_hash(&expected.last_event_hash, last)
    }

    /// Checks a checkpoint that stands right after the events so far.
    pub(super) fn check(&mut self, position: Position, payload: &[u8], faults: &mut Vec<Fault>) {
        self.checkpoints += 1;
        let mut fault = |what| {
            faults.push(Fault {
                position: Some(position),
                what,
            });
        };
        let Ok(checkpoint) = wire::Checkpoint::decode(payload) else {
            return fault(What::NotACheckpoint);
        };
        if !self.keys.iter().any(|key| key.verifies(&checkpoint)) {
            fault(What::CheckpointSignature);
        }
        if checkpoint.previous != self.previous {
            fault(What::CheckpointPrevious);
        }
        let epochs = self.epoch.max(1)..=self.identity.epoch;
        if checkpoint.journal_id != self.identity.id || !epochs.contains(&checkpoint.epoch) {
            fault(What::CheckpointIdentity);
        }
        self.previous = digest(&SHA256, payload).as_ref().to_vec();
        self.epoch = checkpoint.epoch;
        let more = checkpoint.events.checked_sub(self.covered.count());
        let more = more.and_then(|more| usize::try_from(more).ok());
        let Some(more) = more.filter(|more| *more <= self.since.len()) else {
            return fault(What::CheckpointCount);
        };
        let (tree, last) = self.at(more);
        if checkpoint.root != tree.root() {
            fault(What::CheckpointRoot);
        }
        if !is_hash(&checkpoint.last_event_hash, last) {
            fault(What::CheckpointLastHash);
        }
        self.since.drain(..more);
        (self.covered, self.covered_last) = (tree, last);
    }

    /// The tree over what is covered and `more` of the hashes since, and the last of them.
    fn at(&self, more: usize) -> (Frontier, Option<EventHash>) {
        let mut tree = self.covered.clone();
        let mut last = self.covered_last;
        for hash in self.since.iter().take(more) {
            tree.push(&hash.0);
            last = Some(*hash);
        }
        (tree, last)
    }
}

fn is_hash(bytes: &[u8], hash: Option<EventHash>) -> bool {
    hash.map_or(bytes.is_empty(), |hash| bytes == hash.0)
}
