//! Durable appends a second, beside plain SQLite and beside one sync after each write.

use super::{
    BoxError, Figure,
    entry::Ours,
    load::{Load, drive},
    plain::{Sqlite, sync_each},
};
use clock::SystemClock;
use journal::embedded::{EmbeddedJournal, Settings};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::task::spawn_blocking;

const WRITERS: [usize; 3] = [1, 16, 64];
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(1);

const SQLITE: &str = "the same events in a plain SQLite table, WAL, full sync, one writer for all";
const SYNC: &str = "each writer's own file, 512 bytes and fdatasync for each write";

/// One contest of the three for each number of writers.
pub(super) async fn run(folder: &Path) -> Result<Vec<Figure>, BoxError> {
    let clock = Arc::new(SystemClock);
    let ours = folder.join("journal.sqlite3");
    let ours = EmbeddedJournal::open(&ours, Settings::default(), clock)?;
    let ours = Arc::new(Ours(Arc::new(ours)));
    let sqlite = Arc::new(Sqlite::make(&folder.join("plain.sqlite3"))?);
    let next = Arc::new(AtomicU64::new(0));
    let numbers = move || next.fetch_add(1, Ordering::Relaxed);
    let mut figures = Vec::new();
    for writers in WRITERS {
        let (mut our, mut plain, mut synced) = (Load::default(), Load::default(), Load::default());
        for _ in 0..ROUNDS {
            drive(&ours, writers, ROUND, numbers.clone(), &mut our).await?;
            drive(&sqlite, writers, ROUND, numbers.clone(), &mut plain).await?;
            let folder = folder.to_owned();
            synced = spawn_blocking(move || {
                sync_each(&folder, writers, ROUND, &mut synced).map(|()| synced)
            })
            .await??;
        }
        figures.extend(told(writers, &our, &plain, &synced));
    }
    Ok(figures)
}

fn told(writers: usize, ours: &Load, plain: &Load, synced: &Load) -> Vec<Figure> {
    let name = format!("append.{writers}");
    let unit = "events/s";
    let mut figures = vec![
        Figure::new(name.clone(), ours.rate(), unit, plain.rate(), SQLITE),
        Figure::new(
            format!("{name}.synced"),
            ours.rate(),
            unit,
            synced.rate(),
            SYNC,
        ),
    ];
    figures.extend(Figure::times(&name, ours.times(), plain.times(), SQLITE));
    figures
}
