//! Remembers how streams stood a moment ago, so that the next command on one need not read it first.
//!
//! Nothing rests on what is remembered being true: it leads to an append and to nothing else, and an
//! append on top of a stream that has moved on, or under a command that was answered before, is
//! recognised by the journal. Whatever else comes of it is decided again from the stream itself.

use super::{Append, Context, Decider, ExecuteError, Expected, Outcome, execute, new_events};
use crate::{Position, SharedJournal, StreamName};
use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The states of the streams of one kind that were written to lately.
pub struct Memory<S>(Mutex<Generations<S>>);

/// How a stream stood after a command.
pub struct Remembered<S> {
    /// Of its last event.
    pub revision: u64,
    /// The fold of its events up to there.
    pub state: Arc<S>,
}

/// When the young generation is full, the old one is forgotten.
struct Generations<S> {
    young: HashMap<StreamName, Arc<Remembered<S>>>,
    old: HashMap<StreamName, Arc<Remembered<S>>>,
}

/// Streams in one generation: a state holds sealed values and takes some kilobytes.
const GENERATION: usize = 2_048;

// === impl Memory ===

impl<S> Default for Memory<S> {
    fn default() -> Self {
        Self(Mutex::new(Generations {
            young: HashMap::new(),
            old: HashMap::new(),
        }))
    }
}

impl<S> Memory<S> {
    /// How the stream stood after the last command that was carried out through this memory.
    pub fn recall(&self, stream: &StreamName) -> Option<Arc<Remembered<S>>> {
        self.generations().find(stream).cloned()
    }

    /// Remembers what a command came to that was carried out without this memory.
    pub fn note(&self, stream: &StreamName, outcome: &Outcome<S>) {
        // What a repeated command answers with need not be how its stream ends.
        if let Some(revision) = outcome.revision.filter(|_| !outcome.repeated) {
            self.keep(stream, revision, Arc::clone(&outcome.state));
        }
    }

    fn keep(&self, stream: &StreamName, revision: u64, state: Arc<S>) {
        let mut generations = self.generations();
        let known = generations.find(stream);
        // Of two commands that ended at the same time, the one that came later in the stream counts.
        if known.is_none_or(|known| known.revision < revision) {
            generations.put(stream, Arc::new(Remembered { revision, state }));
        }
    }

    fn generations(&self) -> MutexGuard<'_, Generations<S>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Memory<S> {
    /// Carries out `command` as [`execute`] does, from memory where that is enough. Answers with the
    /// position to wait for in a view; none where the stream has no events at all.
    pub async fn execute<D>(
        &self,
        journal: &SharedJournal,
        stream: &StreamName,
        context: &Context,
        command: &D::Command,
    ) -> Result<Option<Position>, ExecuteError<D::Refusal>>
    where
        D: Decider<State = S>,
        S: Clone + Default + Send + Sync,
    {
        if let Some(known) = self.recall(stream)
            && let Some(position) = self
                .on_top::<D>(journal, stream, context, command, &known)
                .await
        {
            return Ok(Some(position));
        }
        let outcome = execute::<D>(journal, stream, context, command).await?;
        self.note(stream, &outcome);
        Ok(outcome.position)
    }

    /// None where the stream itself has to be asked.
    async fn on_top<D>(
        &self,
        journal: &SharedJournal,
        stream: &StreamName,
        context: &Context,
        command: &D::Command,
        known: &Remembered<S>,
    ) -> Option<Position>
    where
        D: Decider<State = S>,
        S: Clone + Send + Sync,
    {
        let events = D::decide(&known.state, command).ok()?;
        if events.is_empty() {
            return None;
        }
        let append = Append {
            stream: stream.clone(),
            expected: Expected::Revision(known.revision),
            reserve: context.reserve,
            events: new_events(context, &events),
        };
        let appended = journal.append(append).await.ok()?;
        if appended.repeated {
            return None;
        }
        let state = S::clone(&known.state);
        let state = Arc::new(events.iter().fold(state, D::evolve));
        self.keep(stream, appended.revision, state);
        Some(appended.position)
    }
}

// === impl Generations ===

impl<S> Generations<S> {
    fn find(&self, stream: &StreamName) -> Option<&Arc<Remembered<S>>> {
        let found = self.young.get(stream);
        found.or_else(|| self.old.get(stream))
    }

    fn put(&mut self, stream: &StreamName, remembered: Arc<Remembered<S>>) {
        if self.young.len() >= GENERATION && !self.young.contains_key(stream) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(stream.clone(), remembered);
    }
}

#[cfg(test)]
mod tests;
