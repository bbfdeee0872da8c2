//! When the hub has nothing left to do until somebody calls or the clock is turned.

use super::{Running, World};
use crate::wait::eventually;
use bus::{Feed, Inbox, JournalFeed};
use clock::Clock;
use firstbell::hub::Stores;
use journal::{Position, SharedJournal};
use keys::Keys;
use rusqlite::{Connection, OpenFlags};
use schools::views::View;

// === impl World ===

impl World {
    /// Waits until every event has reached every service and view, and every step that is due was
    /// taken: what has not happened by then does not happen.
    pub async fn settled(&self) {
        eventually("the hub has nothing left to do", async || {
            self.unsettled().await
        })
        .await;
    }

    /// What services could not apply; empty unless something is wrong.
    pub(super) fn set_aside(&self) -> Vec<String> {
        ["schools", "police"]
            .iter()
            .flat_map(|service| self.inbox(service).list_set_aside().unwrap())
            .map(|event| format!("{} {}: {}", event.producer, event.kind, event.reason))
            .collect()
    }

    /// In the order in which one thing leads to the next, so that nothing slips through between.
    async fn unsettled(&self) -> Result<(), String> {
        if let Some(Running::Processes(_)) = &self.running {
            return self.unsettled_by_standing().await;
        }
        let stores = &self.hub().stores;
        let schools = self.inbox("schools");
        let police = self.inbox("police");
        caught_up(&schools, "access", &feed("access", stores.access.clone()))?;
        caught_up(&schools, "police", &feed("police", stores.police.clone()))?;
        self.schools_done(stores).await?;
        caught_up(&police, "schools", &feed("schools", stores.schools.clone()))?;
        let shown = self.police_view();
        same(
            "the police view",
            shown,
            head(&(stores.police.clone() as _)).0,
        )
    }

    async fn schools_done(&self, stores: &Stores) -> Result<(), String> {
        let view = self.folders.views.join("schools-view.sqlite3");
        let view = View::open(&view).map_err(|error| error.to_string())?;
        let shown = *view.shown().borrow();
        let journal: SharedJournal = stores.schools.clone();
        same("the schools view", shown.0, head(&journal).0)?;
        // No event tells of a destroyed key.
        let destroyed = stores.keys.all_destroyed().await;
        let destroyed = destroyed.map_err(|error| error.to_string())?;
        let left = view.lines_shown_by(&destroyed.into_iter().collect());
        let left = left.map_err(|error| error.to_string())?;
        same("lines of destroyed keys", left.len() as u64, 0)?;
        let waiting = view
            .pending_steps(1_000)
            .map_err(|error| error.to_string())?;
        if !waiting.is_empty() {
            return Err(format!("{} steps of telling wait", waiting.len()));
        }
        let now_ms = self.clock.now().as_millisecond();
        let due = view.lines_due(now_ms).map_err(|error| error.to_string())?;
        same("lines that are due", due.len() as u64, 0)
    }

    fn police_view(&self) -> u64 {
        let path = self.folders.views.join("police-view.sqlite3");
        let file = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        file.query_row("SELECT cursor FROM about", [], |row| row.get(0))
            .unwrap_or_default()
    }

    fn inbox(&self, service: &str) -> Inbox {
        let file = format!("{service}-inbox.sqlite3");
        Inbox::open(&self.folders.views.join(file)).unwrap()
    }
}

/// The public events of a journal, to be counted.
fn feed(producer: &'static str, journal: SharedJournal) -> JournalFeed {
    JournalFeed::new(producer, journal, |_| None)
}

fn head(journal: &SharedJournal) -> Position {
    *journal.head().borrow()
}

fn caught_up(inbox: &Inbox, producer: &str, feed: &dyn Feed) -> Result<(), String> {
    let life = feed.life().map_err(|error| error.to_string())?;
    let cursor = inbox.cursor(producer, life);
    let cursor = cursor.map_err(|error| error.to_string())?;
    same(
        &format!("what is heard of {producer}"),
        cursor,
        *feed.head().borrow(),
    )
}

fn same(what: &str, is: u64, should_be: u64) -> Result<(), String> {
    if is == should_be {
        Ok(())
    } else {
        Err(format!("{what}: {is}, not {should_be}"))
    }
}
