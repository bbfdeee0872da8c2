//! The one thread that writes the store. Requests that wait while it commits share the next commit.

use super::{
    StoreError,
    ledger::{Entry, Ledger},
    recent::Recent,
    tables, unavailable,
};
use crate::{KeyError, KeyId};
use clock::SharedClock;
use gather::Gathering;
use jiff::Timestamp;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{
    sync::Arc,
    thread::{self, JoinHandle},
};
use tokio::sync::{broadcast, mpsc, oneshot};

/// Requests that one commit may carry.
const LARGEST_BATCH: usize = 1024;

/// Hands requests to the thread. Dropping it waits for the thread's last commit.
pub(super) struct Writer {
    requests: Option<mpsc::Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

enum Request {
    Create(Vec<NewKey>, Reply<Made>),
    Destroy(Vec<KeyId>, Reply<()>),
}

/// A key's name, and the key wrapped.
type NewKey = (KeyId, Vec<u8>);

/// Of each key, whether there was none of its name before.
pub(super) type Made = Vec<bool>;

type Reply<T> = oneshot::Sender<Result<T, KeyError>>;

/// The thread's own things.
struct Thread {
    store: Connection,
    ledger: Ledger,
    recent: Arc<Recent>,
    feed: broadcast::Sender<KeyId>,
    clock: SharedClock,
}

#[derive(Default)]
struct Batch {
    creates: Vec<(Vec<NewKey>, Reply<Made>)>,
    destroys: Vec<(Vec<KeyId>, Reply<()>)>,
}

// === impl Writer ===

impl Writer {
    pub(super) fn start(
        store: Connection,
        ledger: Ledger,
        recent: Arc<Recent>,
        feed: broadcast::Sender<KeyId>,
        clock: SharedClock,
    ) -> Result<Self, StoreError> {
        let (requests, waiting) = mpsc::channel(LARGEST_BATCH);
        let thread = Thread {
            store,
            ledger,
            recent,
            feed,
            clock,
        };
        let handle = thread::Builder::new()
            .name("key-store".to_owned())
            .spawn(move || thread.run(waiting))?;
        Ok(Self {
            requests: Some(requests),
            thread: Some(handle),
        })
    }

    pub(super) async fn create(&self, keys: Vec<NewKey>) -> Result<Made, KeyError> {
        self.ask(|reply| Request::Create(keys, reply)).await
    }

    pub(super) async fn destroy(&self, ids: Vec<KeyId>) -> Result<(), KeyError> {
        self.ask(|reply| Request::Destroy(ids, reply)).await
    }

    async fn ask<T>(&self, request: impl FnOnce(Reply<T>) -> Request) -> Result<T, KeyError> {
        let closed = || unavailable(StoreError::Closed);
        let (reply, answer) = oneshot::channel();
        let requests = self.requests.as_ref().ok_or_else(closed)?;
        requests.send(request(reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.requests.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

// === impl Thread ===

impl Thread {
    fn run(mut self, waiting: mpsc::Receiver<Request>) {
        let mut waiting = Gathering::new(waiting, LARGEST_BATCH);
        let mut requests = Vec::new();
        while waiting.next(&mut requests) {
            self.carry_out(Batch::of(requests.drain(..)));
        }
    }

    fn carry_out(&mut self, mut batch: Batch) {
        let now = self.clock.now();
        // The ledger comes first: from here on the keys are gone, even if the store is not told.
        batch.to_destroy().for_each(|id| self.recent.forget(id));
        if let Err(error) = self.note(&batch, now) {
            let error = Arc::new(error);
            for (_, reply) in batch.destroys.drain(..) {
                answer(reply, Err(unavailable(Arc::clone(&error))));
            }
        }
        match self.commit(&batch, now) {
            Ok(made) => self.answer_all(batch, made),
            Err(error) => batch.refuse(error),
        }
    }

    fn note(&mut self, batch: &Batch, at: Timestamp) -> Result<(), StoreError> {
        let mut entries = Vec::new();
        for id in batch.to_destroy() {
            if !tables::is_destroyed(&self.store, id)? {
                entries.push(Entry { id: *id, at });
            }
        }
        if entries.is_empty() {
            return Ok(());
        }
        Ok(self.ledger.append(&entries)?)
    }

    /// Writes the batch; answers each request to create, with none where it named a destroyed key.
    fn commit(&mut self, batch: &Batch, at: Timestamp) -> Result<Vec<Option<Made>>, StoreError> {
        let behaviour = TransactionBehavior::Immediate;
        let tx = self.store.transaction_with_behavior(behaviour)?;
        for id in batch.to_destroy() {
            tables::erase(&tx, id, at)?;
        }
        let creates = batch.creates.iter();
        let made = creates.map(|(keys, _)| create(&tx, keys));
        let made = made.collect::<Result<Vec<_>, _>>()?;
        tx.commit()?;
        for ((keys, _), made) in batch.creates.iter().zip(&made) {
            let made = made.iter().flatten();
            for ((id, wrapped), _) in keys.iter().zip(made).filter(|(_, made)| **made) {
                self.recent.put(*id, wrapped.clone());
            }
        }
        Ok(made)
    }

    fn answer_all(&self, batch: Batch, made: Vec<Option<Made>>) {
        for ((_, reply), made) in batch.creates.into_iter().zip(made) {
            answer(reply, made.ok_or(KeyError::Destroyed));
        }
        if batch.destroys.is_empty() {
            return;
        }
        for id in batch.destroys.iter().flat_map(|(ids, _)| ids) {
            let _ = self.feed.send(*id);
        }
        let wiped = tables::empty_the_log(&self.store).map_err(Arc::new);
        for (_, reply) in batch.destroys {
            answer(reply, wiped.clone().map_err(unavailable));
        }
    }
}

// === impl Batch ===

impl Batch {
    fn of(requests: impl Iterator<Item = Request>) -> Self {
        let mut batch = Self::default();
        for request in requests {
            match request {
                Request::Create(keys, reply) => batch.creates.push((keys, reply)),
                Request::Destroy(ids, reply) => batch.destroys.push((ids, reply)),
            }
        }
        batch
    }

    fn to_destroy(&self) -> impl Iterator<Item = &KeyId> {
        self.destroys.iter().flat_map(|(ids, _)| ids)
    }

    fn refuse(self, error: StoreError) {
        let error = Arc::new(error);
        for (_, reply) in self.creates {
            answer(reply, Err(unavailable(Arc::clone(&error))));
        }
        for (_, reply) in self.destroys {
            answer(reply, Err(unavailable(Arc::clone(&error))));
        }
    }
}

/// None where one of them was destroyed.
fn create(tx: &Transaction<'_>, keys: &[NewKey]) -> rusqlite::Result<Option<Made>> {
    for (id, _) in keys {
        if tables::is_destroyed(tx, id)? {
            return Ok(None);
        }
    }
    let made = keys
        .iter()
        .map(|(id, wrapped)| tables::insert(tx, id, wrapped));
    made.collect::<Result<_, _>>().map(Some)
}

fn answer<T>(reply: Reply<T>, result: Result<T, KeyError>) {
    // Whoever asked may have stopped waiting.
    let _ = reply.send(result);
}
