//! OUT: the status view: where each notification stands, for the forces that see it.
//!
//! In reading order: [`project`] takes one event into a row, pure; [`mod@file`] keeps rows and cursor in
//! one SQLite file that can be thrown away and rebuilt, [`tally`] counts what is in them, and
//! [`figures`] tells it to a collector; this file follows the journal and tells readers how far it is.
//! Sealed values stand in the rows exactly as in the events.

mod figures;
mod file;
mod project;
mod tally;

use crate::wire::view::Standing;
use file::ViewFile;
use futures::StreamExt;
use journal::{Position, ReadError, SharedJournal, follow::follow};
use proto::police::v1::Accountable;
use std::{path::Path, pin::pin, sync::Arc, time::Duration};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The status view, kept up by [`Views::run`].
pub(crate) struct Views {
    file: Arc<ViewFile>,
    journal: SharedJournal,
    shown: watch::Sender<Position>,
    ended: CancellationToken,
}

/// Why the view could not be used.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    /// The file could not be read or written.
    #[error("use the status view's file")]
    File(#[from] rusqlite::Error),
    /// The file could not be thrown away to be rebuilt.
    #[error("throw the status view's file away")]
    Remove(#[source] std::io::Error),
    /// The thread that writes the file's log back could not be started.
    #[error("start a thread for the status view's file")]
    Thread(#[source] std::io::Error),
    /// A row is not what was written.
    #[error("decode a row of the status view")]
    Row(#[from] prost::DecodeError),
    /// The journal could not be read.
    #[error("follow the journal for the status view")]
    Journal(#[source] ReadError),
    /// The task that read the file went away.
    #[error("wait for the status view's file")]
    Task(#[from] tokio::task::JoinError),
}

const PAUSE: Duration = Duration::from_millis(500);

// === impl Views ===

impl Views {
    /// Opens or makes the file. One of another journal or form is thrown away.
    pub(crate) fn open(path: &Path, journal: SharedJournal) -> Result<Self, ViewError> {
        let head = *journal.head().borrow();
        let file = Arc::new(ViewFile::open(path, journal.identity(), head)?);
        let shown = watch::Sender::new(file.cursor()?);
        figures::register(&file, shown.subscribe(), head);
        Ok(Self {
            file,
            journal,
            shown,
            ended: CancellationToken::new(),
        })
    }

    /// Follows the journal until `stop`.
    pub(crate) async fn run(&self, stop: &CancellationToken) {
        let _ended = self.ended.clone().drop_guard();
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => {}
                Err(error) = self.keep_up() => {
                    let error = host::report::report(&error);
                    tracing::error!(error, "the status view waits and tries again");
                    let _ = tokio::time::timeout(PAUSE, stop.cancelled()).await;
                }
            }
        }
    }

    /// Ends without an error only where the journal has closed.
    async fn keep_up(&self) -> Result<(), ViewError> {
        let after = *self.shown.borrow();
        let mut pages = pin!(follow(Arc::clone(&self.journal), after));
        while let Some(page) = pages.next().await {
            let page = page.map_err(ViewError::Journal)?;
            let file = Arc::clone(&self.file);
            let applied = tokio::task::spawn_blocking(move || file.apply(&page)).await??;
            // As where a line of the schools service cannot be shown: one bad event hides itself, and
            // all others go on.
            for ((kind, version), events) in applied.unknown {
                tracing::error!(
                    kind,
                    version,
                    events,
                    "events cannot be shown: they are unknown here"
                );
            }
            self.shown.send_replace(applied.cursor);
        }
        Ok(())
    }

    /// How far the view is; changes as it follows.
    pub(crate) fn shown(&self) -> watch::Receiver<Position> {
        self.shown.subscribe()
    }

    /// Cancelled once nothing follows any more.
    pub(crate) fn ended(&self) -> &CancellationToken {
        &self.ended
    }

    /// One notification.
    pub(crate) async fn get(&self, id: [u8; 16]) -> Result<Option<Standing>, ViewError> {
        self.read(move |file| file.get(id)).await
    }

    /// The notifications of `force` accepted before this position, newest first.
    pub(crate) async fn newest(
        &self,
        force: &str,
        before: Position,
        accountable: Accountable,
        limit: usize,
    ) -> Result<Vec<Standing>, ViewError> {
        let force = force.to_owned();
        self.read(move |file| file.newest(&force, before, accountable, limit))
            .await
    }

    /// The notifications of `force` that changed after this position, in the order of their last change.
    pub(crate) async fn changed(
        &self,
        force: &str,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Standing>, ViewError> {
        let force = force.to_owned();
        self.read(move |file| file.changed(&force, after, limit))
            .await
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&ViewFile) -> Result<T, ViewError> + Send + 'static,
    ) -> Result<T, ViewError> {
        let file = Arc::clone(&self.file);
        tokio::task::spawn_blocking(move || read(&file)).await?
    }
}
