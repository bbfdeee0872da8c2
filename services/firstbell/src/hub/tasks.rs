//! The hub's tasks, and the threads of those that may wait a moment: routing, telling, the views.
//!
//! A burst of notifications is taken in first, durably. The threads backstage ask the machine for less
//! than the doors do, never for nothing: where all are busy, a core gives them about a quarter of its
//! time. What they ask for at all in a burst is the matter of [`super::pace`].

use std::io;
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

/// Everything that a hub runs.
pub(crate) struct Tasks {
    all: JoinSet<()>,
    /// None only while it is being dropped.
    backstage: Option<Runtime>,
}

/// How far the threads backstage stand back behind those of the doors, as `nice(1)` counts.
const NICE: i32 = 5;

// === impl Tasks ===

impl Tasks {
    pub(crate) fn new() -> io::Result<Self> {
        let doors = rustix::process::getpriority_process(None).unwrap_or(0);
        let backstage = Builder::new_multi_thread()
            .thread_name("backstage")
            .on_thread_start(move || stand_back(doors.saturating_add(NICE)))
            .enable_all()
            .build()?;
        Ok(Self {
            all: JoinSet::new(),
            backstage: Some(backstage),
        })
    }

    pub(crate) fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.all.spawn(task);
    }

    /// Runs what may wait a moment while many call.
    pub(super) fn spawn_backstage(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        match &self.backstage {
            Some(backstage) => self.all.spawn_on(task, backstage.handle()),
            None => self.all.spawn(task),
        };
    }

    /// Waits until every task has ended.
    pub(crate) async fn end(&mut self) {
        while self.all.join_next().await.is_some() {}
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        if let Some(backstage) = self.backstage.take() {
            // Waiting for it is not allowed on an async thread.
            backstage.shutdown_background();
        }
    }
}

/// The part, and with its end, however it comes, the end of all: a process must not look as if it still
/// worked.
pub(crate) fn until_end(
    stop: &CancellationToken,
    part: impl Future<Output = ()> + Send + 'static,
) -> impl Future<Output = ()> + Send + 'static {
    let ends = stop.clone().drop_guard();
    async move {
        part.await;
        drop(ends);
    }
}

/// On Linux a priority is each thread's own. A machine that does not let threads stand back runs all
/// alike.
fn stand_back(priority: i32) {
    let _ = rustix::process::setpriority_process(None, priority);
}
