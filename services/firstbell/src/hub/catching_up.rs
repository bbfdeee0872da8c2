//! Not ready before the views are: until then, what was accepted could look as if it were not there.

use super::tasks::Tasks;
use host::readiness::Readiness;
use journal::{Journal, Position};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Adds a check that is ready once `shown` has come to where `journal` ends now.
pub(super) fn watch(
    name: &str,
    journal: &dyn Journal,
    mut shown: watch::Receiver<Position>,
    readiness: &Readiness,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) {
    let check = readiness.check(name);
    let head = *journal.head().borrow();
    let stop = stop.clone();
    tasks.spawn(async move {
        tokio::select! {
            Ok(_) = shown.wait_for(|now| *now >= head) => check.ready(),
            () = stop.cancelled() => {}
        }
    });
}
