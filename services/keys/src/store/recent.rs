//! The keys made last, still wrapped: each is asked for many times within moments of its making.
//!
//! Only the store's writer puts keys in and takes them out, each time before anybody is told, so that
//! a key whose destruction was answered is never found here.

use crate::KeyId;
use std::{
    collections::HashMap,
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// Wrapped keys in two generations: when the young one is full, the old one is forgotten.
#[derive(Default)]
pub(super) struct Recent(Mutex<Generations>);

#[derive(Default)]
struct Generations {
    young: HashMap<KeyId, Vec<u8>>,
    old: HashMap<KeyId, Vec<u8>>,
}

/// Keys in one generation; both together take some megabytes.
const GENERATION: usize = 8_192;

// === impl Recent ===

impl Recent {
    /// The key, wrapped; none where the file has to be asked.
    pub(super) fn find(&self, id: &KeyId) -> Option<Vec<u8>> {
        let keys = self.keys();
        keys.young.get(id).or_else(|| keys.old.get(id)).cloned()
    }

    pub(super) fn put(&self, id: KeyId, wrapped: Vec<u8>) {
        let mut keys = self.keys();
        if keys.young.len() >= GENERATION {
            let Generations { young, old } = &mut *keys;
            // Into the room that the old one had.
            old.clear();
            mem::swap(old, young);
        }
        keys.young.insert(id, wrapped);
    }

    pub(super) fn forget(&self, id: &KeyId) {
        let mut keys = self.keys();
        keys.young.remove(id);
        keys.old.remove(id);
    }

    fn keys(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::KeyKind;

    fn key(n: usize) -> KeyId {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(n as u64).to_be_bytes());
        KeyId::of(KeyKind::ChildLine, id)
    }

    #[test]
    fn what_is_forgotten_is_found_in_no_generation() {
        let recent = Recent::default();
        for n in 0..=GENERATION {
            recent.put(key(n), vec![1]);
        }
        for n in [0, GENERATION] {
            assert_eq!(recent.find(&key(n)), Some(vec![1]));
            recent.forget(&key(n));
            assert_eq!(recent.find(&key(n)), None);
        }
    }

    #[test]
    fn no_more_than_two_generations_are_kept() {
        let recent = Recent::default();
        for n in 0..=2 * GENERATION {
            recent.put(key(n), vec![1]);
        }
        assert_eq!(recent.find(&key(0)), None);
        assert_eq!(recent.find(&key(GENERATION)), Some(vec![1]));
    }
}
