//! How each service of a process stands: what it has told, heard and shown, and what it waits for.

use super::Ear;
use bus::{SharedFeed, nats::RelayView};
use jiff::Timestamp;
use journal::{Position, SharedJournal};
use proto::operator::v1::{Hearing, Relaying, Standing};
use schools::views::{View, ViewError};
use std::sync::Arc;
use tokio::sync::watch;

/// One service's journal, and what is made of it.
#[derive(Clone)]
pub(crate) struct Record {
    pub(super) journal: SharedJournal,
    pub(super) feed: SharedFeed,
    pub(super) shown: Option<watch::Receiver<Position>>,
    /// The schools service's, where the ladder and telling are.
    pub(super) view: Option<Arc<View>>,
    pub(super) relay: Option<RelayView>,
}

/// Those of a process.
#[derive(Clone, Default)]
pub(crate) struct Records {
    pub(super) ears: Arc<Vec<Ear>>,
    pub(super) all: Arc<Vec<Record>>,
}

/// Steps of telling that are counted; more are as many.
const MOST_STEPS: usize = 1_000;

// === impl Records ===

impl Records {
    /// Every service's, one after the other.
    pub(crate) fn standings(&self) -> Result<Vec<Standing>, BoxError> {
        let standing = |record| self.standing(record);
        self.all.iter().map(standing).collect()
    }

    fn standing(&self, record: &Record) -> Result<Standing, BoxError> {
        let service = record.feed.producer();
        let published = *record.feed.head().borrow();
        let hears = self.ears.iter().filter(|ear| ear.service == service);
        let hearings = hears.map(Ear::hearing).collect::<Result<_, _>>()?;
        let (steps, next_due) = record.view.as_deref().map_or(Ok((0, None)), waits)?;
        // Last, so that what is heard is shown.
        let head = *record.journal.head().borrow();
        let shown = record.shown.as_ref();
        Ok(Standing {
            service: service.to_owned(),
            published,
            hearings,
            shown: shown.is_none_or(|shown| *shown.borrow() >= head),
            steps,
            next_due,
            relaying: record.relay.as_ref().map(relaying),
            away: false,
        })
    }
}

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

// === impl Ear ===

impl Ear {
    fn hearing(&self) -> Result<Hearing, BoxError> {
        let producer = self.truth.producer();
        let inbox = &self.consumer.inbox;
        let applied = match self.truth.life() {
            Ok(life) => inbox.cursor(producer, life)?,
            Err(_) => 0,
        };
        Ok(Hearing {
            producer: producer.to_owned(),
            applied,
            set_aside: inbox.count_set_aside(producer)?,
        })
    }
}

/// Steps of telling that wait, and when the ladder next does something by itself.
fn waits(view: &View) -> Result<(u32, Option<prost_types::Timestamp>), ViewError> {
    let steps = view.pending_steps(MOST_STEPS)?.len();
    let due = view.next_due()?;
    let due = due.and_then(|due_ms| Timestamp::from_millisecond(due_ms).ok());
    let due = due.map(|due| prost_types::Timestamp {
        seconds: due.as_second(),
        nanos: due.subsec_nanosecond(),
    });
    Ok((u32::try_from(steps).unwrap_or(u32::MAX), due))
}

fn relaying(relay: &RelayView) -> Relaying {
    Relaying {
        published: relay.published.borrow().unwrap_or_default(),
        stopped: relay.stopped.borrow().clone().unwrap_or_default(),
    }
}
