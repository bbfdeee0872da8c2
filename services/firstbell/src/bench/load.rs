//! Writers on a store: each writes, waits for the answer, and writes again.

use super::{
    BoxError,
    figure::{Times, median, rate},
};
use std::{
    future::Future,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::task::JoinSet;

/// Something that takes one write after the other, and answers after each is durable.
pub(super) trait Store: Send + Sync + 'static {
    /// Writes number `number`, which no other write has.
    fn put(&self, number: u64) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// What came of several rounds.
#[derive(Default)]
pub(super) struct Load {
    rates: Vec<f64>,
    times: Times,
}

// === impl Load ===

impl Load {
    /// Writes of one round.
    pub(super) fn add(&mut self, times: Vec<Duration>, took: Duration) {
        self.rates.push(rate(times.len(), took));
        self.times.extend(times);
    }

    /// Writes a second, in the median round.
    pub(super) fn rate(&self) -> f64 {
        median(self.rates.iter().copied())
    }

    /// How long each write took, over all rounds.
    pub(super) fn times(&self) -> &Times {
        &self.times
    }
}

/// Puts `writers` on a store for one round. `numbers` gives each write its number.
pub(super) async fn drive<S: Store>(
    store: &Arc<S>,
    writers: usize,
    round: Duration,
    numbers: impl Fn() -> u64 + Clone + Send + Sync + 'static,
    load: &mut Load,
) -> Result<(), BoxError> {
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..writers {
        let (store, numbers) = (Arc::clone(store), numbers.clone());
        running.spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < round {
                let asked = Instant::now();
                store.put(numbers()).await?;
                times.push(asked.elapsed());
            }
            Ok::<_, BoxError>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(written) = running.join_next().await {
        times.extend(written??);
    }
    load.add(times, begun.elapsed());
    Ok(())
}
