//! Subkeys kept in memory, for as long as the holder says that their keys stand.
//!
//! Before every use the feed of destroyed keys is read to its end, so a subkey whose destruction was
//! announced is never used again. Who fell behind the feed drops everything; who lost it keeps what
//! there is for [`WITHOUT_FEED`] and then drops everything.

use crate::{KeyId, SharedKeys, Subkey, port::CLASSES};
use proto::sealing::FieldClass;
use std::{
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::broadcast::{
        Receiver,
        error::{RecvError, TryRecvError},
    },
    time::{Instant, sleep, timeout},
};

/// How long subkeys are kept when nobody says whether their keys still stand.
const WITHOUT_FEED: Duration = Duration::from_secs(60);

/// How often an idle sealer looks whether it must drop subkeys, or was itself dropped.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

/// Subkeys on each of the two shelves, which take some 5 MB when both are full.
const SHELF_LENGTH: usize = 16_384;

/// The subkeys of one sealer.
pub(super) struct Subkeys {
    keys: SharedKeys,
    kept: Mutex<Kept>,
}

/// The young shelf takes what is used; when it is full it becomes the old one, and what nobody took
/// over from the old one by then is dropped.
struct Kept {
    feed: Receiver<KeyId>,
    heard_at: Instant,
    drops: u64,
    young: Shelf,
    old: Shelf,
}

type Shelf = HashMap<Which, Arc<Subkey>>;

/// The key of a subkey, and what it is for.
pub(super) type Which = (KeyId, FieldClass);

/// A subkey was not there. Says as of which drop, so that one which was asked for before its key was
/// destroyed is not kept after.
#[derive(Clone, Copy)]
pub(super) struct Missed(u64);

// === impl Subkeys ===

impl Subkeys {
    pub(super) fn new(keys: SharedKeys) -> Self {
        let kept = Kept {
            feed: keys.destroyed(),
            heard_at: Instant::now(),
            drops: 0,
            young: Shelf::new(),
            old: Shelf::new(),
        };
        Self {
            keys,
            kept: Mutex::new(kept),
        }
    }

    pub(super) fn keys(&self) -> &SharedKeys {
        &self.keys
    }

    pub(super) fn find(&self, key: &KeyId, class: FieldClass) -> Result<Arc<Subkey>, Missed> {
        let mut kept = self.caught_up();
        kept.find((*key, class)).ok_or(Missed(kept.drops))
    }

    /// As of which drop it is now, for what is being made.
    pub(super) fn as_of_now(&self) -> Missed {
        Missed(self.caught_up().drops)
    }

    pub(super) fn keep(&self, missed: Missed, subkeys: &[(Which, Arc<Subkey>)]) {
        let mut kept = self.caught_up();
        if kept.drops == missed.0 {
            for (which, subkey) in subkeys {
                kept.put(*which, subkey);
            }
        }
    }

    fn caught_up(&self) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.catch_up().is_err() {
            let mut again = self.keys.destroyed();
            if matches!(again.try_recv(), Err(TryRecvError::Closed)) {
                kept.age();
            } else {
                // What was destroyed between the two feeds is not known.
                kept.drop_all();
                kept.feed = again;
                kept.heard_at = Instant::now();
            }
        }
        kept
    }
}

/// The feed has ended.
struct Lost;

// === impl Kept ===

impl Kept {
    fn catch_up(&mut self) -> Result<(), Lost> {
        loop {
            match self.feed.try_recv() {
                Ok(key) => self.drop_one(&key),
                Err(TryRecvError::Lagged(_)) => self.drop_all(),
                Err(TryRecvError::Closed) => return Err(Lost),
                Err(TryRecvError::Empty) => {
                    self.heard_at = Instant::now();
                    return Ok(());
                }
            }
        }
    }

    fn age(&mut self) {
        if self.heard_at.elapsed() >= WITHOUT_FEED {
            self.drop_all();
        }
    }

    fn drop_one(&mut self, key: &KeyId) {
        self.drops = self.drops.wrapping_add(1);
        for class in CLASSES {
            self.young.remove(&(*key, class));
            self.old.remove(&(*key, class));
        }
    }

    fn drop_all(&mut self) {
        self.drops = self.drops.wrapping_add(1);
        self.young.clear();
        self.old.clear();
    }

    fn find(&mut self, which: Which) -> Option<Arc<Subkey>> {
        if let Some(subkey) = self.young.get(&which) {
            return Some(Arc::clone(subkey));
        }
        let subkey = self.old.get(&which).map(Arc::clone)?;
        self.put(which, &subkey);
        Some(subkey)
    }

    fn put(&mut self, which: Which, subkey: &Arc<Subkey>) {
        if self.young.len() >= SHELF_LENGTH && !self.young.contains_key(&which) {
            // Into the room that the old one had.
            self.old.clear();
            mem::swap(&mut self.old, &mut self.young);
        }
        self.young
            .entry(which)
            .or_insert_with(|| Arc::clone(subkey));
    }
}

/// Drops subkeys of destroyed keys while nobody uses the sealer, as long as it is there.
pub(super) fn watch(subkeys: &Arc<Subkeys>) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(look(Arc::downgrade(subkeys), subkeys.keys.destroyed()));
    }
}

async fn look(subkeys: Weak<Subkeys>, mut feed: Receiver<KeyId>) {
    loop {
        let heard = timeout(LOOK_AGAIN, feed.recv()).await;
        let Some(subkeys) = subkeys.upgrade() else {
            return;
        };
        drop(subkeys.caught_up());
        if let Ok(Err(RecvError::Closed)) = heard {
            feed = subkeys.keys.destroyed();
            drop(subkeys);
            sleep(LOOK_AGAIN).await;
        }
    }
}
