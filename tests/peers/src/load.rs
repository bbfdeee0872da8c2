//! Writers on a store: each writes, waits for the answer, and writes again.

use crate::BoxError;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// What came of one round.
pub(crate) struct Load {
    /// In order.
    times: Vec<Duration>,
    took: Duration,
}

/// Puts `writers` on a store for one round. `write` is given the writer and its write, from 0.
pub(crate) async fn drive<F>(
    writers: usize,
    round: Duration,
    write: impl Fn(usize, usize) -> F + Clone + Send + Sync + 'static,
) -> Result<Load, BoxError>
where
    F: Future<Output = Result<(), BoxError>> + Send,
{
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for writer in 0..writers {
        let write = write.clone();
        running.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < round {
                let asked = Instant::now();
                write(writer, times.len()).await?;
                times.push(asked.elapsed());
            }
            Ok::<_, BoxError>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(written) = running.join_next().await {
        times.extend(written??);
    }
    let took = begun.elapsed();
    times.sort();
    Ok(Load { times, took })
}

impl Load {
    /// Writes a second.
    pub(crate) fn rate(&self) -> f64 {
        float(self.times.len()) / self.took.as_secs_f64()
    }

    /// The time within which `share` (0 to 1) of the writes were answered, in milliseconds.
    pub(crate) fn at_ms(&self, share: f64) -> f64 {
        let count = float(self.times.len());
        let index = (0..self.times.len()).find(|&n| float(n + 1) / count >= share);
        let time = index.map(|n| self.times[n]).unwrap_or_default();
        time.as_secs_f64() * 1000.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
fn float(count: usize) -> f64 {
    count as f64
}
