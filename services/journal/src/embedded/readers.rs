//! Reads on a few connections of their own, off the async threads.

use super::{
    OpenError,
    schema::{connect_to_read, from_sql, hash_of, position_of, to_sql},
};
use crate::{EventHash, Position, ReadError, Recorded, StreamName, page::PublicPage};
use prost::bytes::BytesMut;
use rusqlite::{Connection, Row};
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Reads that run at the same time; more wait.
const CONNECTIONS: usize = 4;

/// Pages of fewer events are read by one thread: two would cost more than they gain.
const IN_HALVES: usize = 256;

/// Events that room is made for before they are read.
const MOST_ROOM: usize = 1_024;

/// A few read-only connections, each used by one read at a time.
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    free: Arc<Semaphore>,
}

// === impl Readers ===

impl Readers {
    /// Opens the connections to an existing journal.
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let idle = (0..CONNECTIONS)
            .map(|_| connect_to_read(path))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            free: Arc::new(Semaphore::new(CONNECTIONS)),
        })
    }

    /// Runs `work` with a connection on a thread that may block. It finishes even if nobody waits.
    pub(super) async fn run<T, W>(&self, work: W) -> Result<T, ReadError>
    where
        T: Send + 'static,
        W: FnOnce(&Connection) -> Result<T, ReadError> + Send + 'static,
    {
        let free = Arc::clone(&self.free);
        let turn = free.acquire_owned().await.map_err(store)?;
        let idle = Arc::clone(&self.idle);
        let work = move || {
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = taken.ok_or_else(|| store(super::Closed))?;
            let result = work(&connection);
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            drop(turn);
            result
        };
        spawn_blocking(work).await.map_err(store)?
    }

    /// Up to `limit` events after a position, in a journal that ends at `last`. A long page that is
    /// certainly full is read by two threads, half each.
    pub(super) async fn all(
        &self,
        after: Position,
        limit: usize,
        last: Position,
    ) -> Result<Vec<Recorded>, ReadError> {
        let waiting = usize::try_from(last.0.saturating_sub(after.0)).unwrap_or(limit);
        if limit < IN_HALVES || waiting < limit {
            return self.page(after, limit, waiting.min(limit)).await;
        }
        let half = limit / 2;
        let middle = Position(after.0.saturating_add(half as u64));
        let rest = limit - half;
        let (first, second) =
            tokio::join!(self.page(after, half, limit), self.page(middle, rest, rest));
        let mut events = first?;
        match events.last() {
            Some(end) if end.position == middle => events.extend(second?),
            // Positions are without gaps here; where they are not, half a page is a page too.
            Some(_) => {}
            None => return self.page(after, limit, limit).await,
        }
        Ok(events)
    }

    async fn page(
        &self,
        after: Position,
        limit: usize,
        room: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        let room = room.min(MOST_ROOM);
        self.run(move |file| page(file, after, limit, room)).await
    }
}

/// All events of a stream, in order.
pub(super) fn stream(
    connection: &Connection,
    name: &StreamName,
) -> Result<Vec<Recorded>, ReadError> {
    let sql = "SELECT position, hash, frame FROM events WHERE stream = ?1 ORDER BY revision";
    let mut statement = connection.prepare_cached(sql).map_err(store)?;
    let mut rows = statement.query([name.as_str()]).map_err(store)?;
    let mut pages = Pages::default();
    let mut events = Vec::new();
    while let Some(row) = rows.next().map_err(store)? {
        events.push(pages.event(row)?);
    }
    Ok(events)
}

/// Up to `limit` events after a position, in memory with `room` for so many.
fn page(
    connection: &Connection,
    after: Position,
    limit: usize,
    room: usize,
) -> Result<Vec<Recorded>, ReadError> {
    let sql = "SELECT position, hash, frame FROM events
               WHERE position > ?1 ORDER BY position LIMIT ?2";
    let mut statement = connection.prepare_cached(sql).map_err(store)?;
    let mut rows = statement
        .query((to_sql(after.0), to_sql(limit as u64)))
        .map_err(store)?;
    let mut pages = Pages::default();
    let mut events = Vec::with_capacity(room);
    while let Some(row) = rows.next().map_err(store)? {
        events.push(pages.event(row)?);
    }
    Ok(events)
}

/// Up to `limit` public events after a public sequence.
pub(super) fn public(
    connection: &Connection,
    after: u64,
    limit: usize,
) -> Result<Vec<(u64, Recorded)>, ReadError> {
    let sql = "SELECT position, hash, frame, public_sequence FROM events
               WHERE public_sequence > ?1 ORDER BY public_sequence LIMIT ?2";
    let mut statement = connection.prepare_cached(sql).map_err(store)?;
    let mut rows = statement
        .query((to_sql(after), to_sql(limit as u64)))
        .map_err(store)?;
    let mut pages = Pages::default();
    let mut page = PublicPage::new(limit);
    while !page.is_full()
        && let Some(row) = rows.next().map_err(store)?
    {
        let sequence = from_sql(row.get(3).map_err(store)?);
        page.add(sequence, pages.event(row)?);
    }
    Ok(page.events())
}

/// Hash of the last event.
pub(super) fn last_hash(connection: &Connection) -> Result<Option<EventHash>, ReadError> {
    let sql = "SELECT hash FROM events ORDER BY position DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql).map_err(store)?;
    let mut rows = statement.query([]).map_err(store)?;
    match rows.next().map_err(store)? {
        Some(row) => hash_of(row, 0).map(Some).map_err(store),
        None => Ok(None),
    }
}

/// Memory that the events of one read share, in pieces, so that one event kept for long keeps little.
#[derive(Default)]
struct Pages {
    piece: BytesMut,
}

const PIECE: usize = 32 * 1024;

// === impl Pages ===

impl Pages {
    /// Reads position, hash and frame, the first three columns.
    fn event(&mut self, row: &Row<'_>) -> Result<Recorded, ReadError> {
        let position = position_of(row, 0).map_err(store)?;
        let hash = hash_of(row, 1).map_err(store)?;
        let frame = row.get_ref(2).map_err(store)?;
        let frame = frame.as_blob().map_err(|_| ReadError::Corrupt(position))?;
        if self.piece.capacity() - self.piece.len() < frame.len() {
            self.piece = BytesMut::with_capacity(PIECE.max(frame.len()));
        }
        self.piece.extend_from_slice(frame);
        let frame = self.piece.split().freeze();
        Recorded::decode_shared(position, frame, hash).ok_or(ReadError::Corrupt(position))
    }
}

/// A failure of the store itself.
pub(super) fn store(error: impl std::error::Error + Send + Sync + 'static) -> ReadError {
    ReadError::Store(Box::new(error))
}
