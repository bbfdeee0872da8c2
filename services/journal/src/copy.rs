//! Moves a journal from one adapter to another, event by event and byte for byte.
//!
//! Ids, order, frames, hashes and public sequences stay; the journal keeps its id and begins a new
//! life, as after a restore. Positions are each adapter's own, and two copies of one journal may both
//! be written to by mistake: the new epoch keeps views, marks and cursors of the one from being taken
//! for those of the other. Until all is there nobody can open the copy. Interrupted, it is begun
//! again: it checks what is there and goes on behind it.

use crate::{
    Journal, JournalIdentity, Position, ReadError, Verbatim,
    verbatim::{Broken, Chains},
};
use async_trait::async_trait;
use std::time::Duration;
use tokio::time::sleep;

/// A place of an adapter that is filled with the events of a journal kept elsewhere.
#[async_trait]
pub trait Fill: Send {
    /// What stood there when it was opened; none where there was nothing.
    fn standing(&self) -> Option<Standing>;

    /// Up to `limit` of its events after `after`, in position order. An adapter that keeps no public
    /// counts gives none.
    async fn read(&mut self, after: Position, limit: usize) -> Result<Vec<Verbatim>, FillError>;

    /// Says which journal it is, at once and durably. Nobody can open one that is not whole.
    async fn say(&mut self, standing: Standing) -> Result<(), FillError>;

    /// Adds events behind all that are there, durably before it answers.
    async fn add(&mut self, events: &[Verbatim]) -> Result<(), FillError>;
}

/// A journal that is filled, or was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which one, and which life of it.
    pub identity: JournalIdentity,
    /// Whether all of it is there.
    pub is_whole: bool,
}

/// Why a place does not take events.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// Something else writes there.
    #[error("copy to a place of our own: somebody else writes there; stop them, then copy again")]
    Overtaken,
    /// The disk or the store is full.
    #[error("copy the events: there is no room for them")]
    NoSpace,
    /// The events are not what this version writes.
    #[error("copy the event at position {}: its bytes cannot be read", .0.0)]
    Unreadable(Position),
    /// The store failed. What was answered before is there.
    #[error("reach the store that is copied to; copy again when it is there")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Why a journal was not copied, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The source could not be read.
    #[error("read the journal that is copied")]
    Read(#[from] ReadError),
    /// The source was changed or damaged. Nothing from there on was copied.
    #[error("copy the journal")]
    Broken(#[from] Broken),
    /// The target failed.
    #[error("fill the copy")]
    Fill(#[from] FillError),
    /// There is a journal that was never this one.
    #[error(
        "copy the journal: another one is in its place; name another place, or have what is there \
         removed"
    )]
    Another,
    /// The target has what the source has not. Holds how many events both have.
    #[error(
        "copy the journal: its copy has gone on by itself after {0} events; whoever runs on the \
         copy keeps it"
    )]
    Apart(u64),
    /// The source is written to.
    #[error("copy the journal: it is written to; stop its service, then copy again")]
    InUse,
}

/// What there is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The copy.
    pub identity: JournalIdentity,
    /// Its events.
    pub events: u64,
    /// Those of them that were not there before.
    pub added: u64,
}

struct Copier<'a> {
    source: &'a dyn Journal,
    target: &'a mut dyn Fill,
    chains: Chains,
    after: Position,
    events: u64,
}

/// Events read at a time.
const PAGE: usize = 512;
/// A source that nobody writes to is silent for so long.
const SILENCE: Duration = Duration::from_secs(1);

/// Copies what the target does not have yet. The source must not be written to meanwhile: an adapter
/// that cannot be locked is watched, and the copy is not finished where it moved.
pub async fn copy(source: &dyn Journal, target: &mut dyn Fill) -> Result<Copied, CopyError> {
    let head = *source.head().borrow();
    let standing = target.standing();
    let mut copier = Copier {
        source,
        target,
        chains: Chains::default(),
        after: Position::START,
        events: 0,
    };
    copier.compare().await?;
    let before = copier.events;
    let mut rest = copier.next(PAGE).await?;
    let identity = copier.life(standing);
    if rest.is_empty() && standing.is_some_and(|it| it.is_whole && it.identity == identity) {
        return Ok(copier.copied(identity, before));
    }
    let is_whole = false;
    copier.target.say(Standing { identity, is_whole }).await?;
    while !rest.is_empty() {
        copier.target.add(&rest).await?;
        rest = copier.next(PAGE).await?;
    }
    sleep(SILENCE).await;
    if *source.head().borrow() != head || copier.after != head {
        return Err(CopyError::InUse);
    }
    let is_whole = true;
    copier.target.say(Standing { identity, is_whole }).await?;
    Ok(copier.copied(identity, before))
}

// === impl Copier ===

impl Copier<'_> {
    /// Goes over what stands in the target: the source has to begin with it.
    async fn compare(&mut self) -> Result<(), CopyError> {
        let id = self.target.standing().map(|it| it.identity.id);
        let mut there = Position::START;
        loop {
            let theirs = self.target.read(there, PAGE).await?;
            let Some(last) = theirs.last() else {
                return Ok(());
            };
            if id != Some(self.source.identity().id) {
                return Err(CopyError::Another);
            }
            there = last.position;
            let before = self.events;
            let ours = self.next(theirs.len()).await?;
            let same = ours.iter().zip(&theirs).take_while(|(a, b)| is_same(a, b));
            let same = same.count();
            if same < theirs.len() {
                return Err(CopyError::Apart(before + same as u64));
            }
        }
    }

    /// The next events of the source, proven to follow; fewer than `limit` only at its end.
    async fn next(&mut self, limit: usize) -> Result<Vec<Verbatim>, CopyError> {
        let mut events: Vec<Verbatim> = Vec::new();
        while events.len() < limit {
            let left = limit - events.len();
            let page = self.source.read_verbatim(self.after, left).await?;
            let Some(last) = page.last() else { break };
            self.after = last.position;
            page.iter().try_for_each(|event| self.chains.take(event))?;
            events.extend(page);
        }
        self.events += events.len() as u64;
        Ok(events)
    }

    /// Which life the copy is: one after those of the source and of what stood there before, or the
    /// one that an earlier copying began.
    fn life(&self, standing: Option<Standing>) -> JournalIdentity {
        let JournalIdentity { id, epoch } = self.source.identity();
        let standing = standing.map(|it| it.identity).filter(|it| it.id == id);
        let begun = standing.filter(|it| it.epoch > epoch);
        begun.unwrap_or(JournalIdentity {
            id,
            epoch: epoch.saturating_add(1),
        })
    }

    fn copied(&self, identity: JournalIdentity, before: u64) -> Copied {
        Copied {
            identity,
            events: self.events,
            added: self.events - before,
        }
    }
}

/// Whether `theirs` is a copy of `ours`, as far as its adapter keeps it.
fn is_same(ours: &Verbatim, theirs: &Verbatim) -> bool {
    let as_ours = Verbatim {
        position: ours.position,
        public_sequence: theirs.public_sequence.or(ours.public_sequence),
        ..theirs.clone()
    };
    as_ours == *ours
}
