//! Waiting for what is away: a store, or another process.

use host::report::report;
use std::{error::Error, time::Duration};
use tokio::time::{Instant, sleep};

/// Between two tries.
const PAUSE: Duration = Duration::from_millis(250);
/// Between two words about it.
const BETWEEN_WORDS: Duration = Duration::from_secs(15);

/// Tries until it succeeds, or fails in a way that does not pass. `what` is waited for meanwhile.
pub(crate) async fn patiently<T, E: Error + 'static, F: Future<Output = Result<T, E>>>(
    what: String,
    may_pass: fn(&E) -> bool,
    attempt: impl Fn() -> F,
) -> Result<T, E> {
    let mut next_word = Instant::now();
    loop {
        match attempt().await {
            Err(error) if may_pass(&error) => {
                if Instant::now() >= next_word {
                    say(&what, &report(&error));
                    next_word = Instant::now() + BETWEEN_WORDS;
                }
            }
            settled => return settled,
        }
        sleep(PAUSE).await;
    }
}

/// A command that keeps no log says it where it is seen.
fn say(what: &str, error: &str) {
    if tracing::dispatcher::has_been_set() {
        tracing::warn!(error, "{what} is waited for");
    } else {
        eprintln!("firstbell: {what} is waited for: {error}");
    }
}
