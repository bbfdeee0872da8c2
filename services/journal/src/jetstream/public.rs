//! Finds public events by their number: each event says how many there are up to it.

use super::read::Reader;
use crate::{Position, ReadError};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Where some public events stand.
pub(super) struct PublicIndex {
    reader: Reader,
    /// Position of the last event that counts so many.
    places: Mutex<BTreeMap<u64, Position>>,
}

/// Places that are remembered at once.
const MOST: usize = 4096;
/// So near, it is quicker to read than to look.
const NEAR: u64 = 128;

// === impl PublicIndex ===

impl PublicIndex {
    pub(super) fn new(reader: Reader) -> Self {
        Self {
            reader,
            places: Mutex::default(),
        }
    }

    /// Remembers that public event `number` stands at `position`.
    pub(super) fn remember(&self, number: u64, position: Position) {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() >= MOST {
            places.clear();
        }
        places.insert(number, position);
    }

    /// A position not after that of the first public event beyond `number`, and near it. The journal
    /// ends at `head` with public event `last`, which is beyond `number`.
    pub(super) async fn before(
        &self,
        number: u64,
        head: Position,
        last: u64,
    ) -> Result<Position, ReadError> {
        let (mut low, mut high) = self.bounds(number, head, last);
        while high.0.saturating_sub(low.0) > NEAR {
            let middle = Position(low.0.midpoint(high.0));
            if self.reader.at(middle.0).await?.public > number {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(low)
    }

    fn bounds(&self, number: u64, head: Position, last: u64) -> (Position, Position) {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let below = places.range(..=number).next_back();
        let above = places
            .range(number.saturating_add(1)..=last.max(number.saturating_add(1)))
            .next();
        let low = below.map_or(Position::START, |(_, position)| *position);
        // The very place where the reader before stopped.
        if below.is_some_and(|(&at, _)| at == number) {
            return (low, low);
        }
        (low, above.map_or(head, |(_, position)| *position))
    }
}
