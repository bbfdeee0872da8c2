//! Waiting that has a name and an end.

use std::time::Duration;
use tokio::time::Instant;

/// Long enough for the slowest machine; a story that waits this long has failed.
const LONGEST: Duration = Duration::from_secs(15);
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

/// Looks again and again until `look` finds what it wants; its error says what it found instead.
pub async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Result<T, String>) -> T {
    let until = Instant::now() + LONGEST;
    loop {
        match look().await {
            Ok(found) => return found,
            Err(instead) if Instant::now() > until => {
                panic!("waited in vain: {what}. Last seen: {instead}")
            }
            Err(_) => tokio::time::sleep(BETWEEN_LOOKS).await,
        }
    }
}
