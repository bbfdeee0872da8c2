//! Counts of the view as metrics.

use super::{file::ViewFile, tally::Counts};
use host::{
    report::report,
    telemetry::metrics::{Figure, gauge, total},
};
use journal::Position;
use std::sync::{Arc, Weak};
use tokio::sync::watch;

/// What the counts are read from.
#[derive(Clone)]
struct Source {
    file: Weak<ViewFile>,
    shown: watch::Receiver<Position>,
    /// Where the journal ended when the service started.
    since: Position,
}

/// Registers the figures, which are read as long as `file` is there. A view that is being rebuilt
/// tells nothing before it has come to `since`: on the way there, old notifications would look new.
pub(super) fn register(file: &Arc<ViewFile>, shown: watch::Receiver<Position>, since: Position) {
    let source = Source {
        file: Arc::downgrade(file),
        shown,
        since,
    };
    let accepted = source.clone();
    total(
        "firstbell.notifications.accepted",
        "{notification}",
        "Notifications accepted since the hub was made, by the force that sent them.",
        move || accepted.read(sent),
    );
    gauge(
        "firstbell.children",
        "{child}",
        "Children of all accepted notifications, each in the one state that it is in, by the force \
         that answers for them.",
        move || source.read(standing),
    );
}

// === impl Source ===

impl Source {
    fn read(&self, tell: fn(&Counts) -> Vec<Figure>) -> Vec<Figure> {
        let file = self.file.upgrade();
        let Some(file) = file.filter(|_| *self.shown.borrow() >= self.since) else {
            return Vec::new();
        };
        match file.counts() {
            Ok(counts) => tell(&counts),
            Err(error) => {
                tracing::warn!(error = %report(&error), "notifications cannot be counted now");
                Vec::new()
            }
        }
    }
}

fn sent(counts: &Counts) -> Vec<Figure> {
    let figure = |(force, count): &(String, u64)| Figure::count(*count).code("force", force);
    counts.accepted.iter().map(figure).collect()
}

fn standing(counts: &Counts) -> Vec<Figure> {
    let figure = |(force, state, count): &(String, &'static str, u64)| {
        let figure = Figure::count(*count).code("force", force);
        figure.word("state", state)
    };
    counts.children.iter().map(figure).collect()
}
