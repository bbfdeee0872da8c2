//! Not ready before the views are, and before every service has heard what the others had to say: until
//! then, what was accepted could look as if it were not there.

use super::{Ear, tasks::Tasks};
use host::readiness::Readiness;
use journal::{Journal, Position};
use std::{sync::Arc, time::Duration};
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

/// How often it is looked whether a service has caught up with another.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Adds a check for each service that listens, e.g. `police.consuming.schools`, ready once it has
/// applied or set aside what its producer has now.
pub(super) fn hear(
    ears: &Arc<Vec<Ear>>,
    readiness: &Readiness,
    stop: &CancellationToken,
    tasks: &mut Tasks,
) {
    for (at, ear) in ears.iter().enumerate() {
        let producer = ear.truth.producer();
        let check = readiness.check(format!("{}.consuming.{producer}", ear.service));
        let (ears, stop) = (Arc::clone(ears), stop.clone());
        tasks.spawn(async move {
            let mut last = None;
            while !ears.get(at).is_some_and(|ear| ear.has_caught_up(&mut last)) {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(BETWEEN_LOOKS) => {}
                }
            }
            check.ready();
        });
    }
}

// === impl Ear ===

impl Ear {
    /// Whether everything was heard that the producer had when it could first be asked.
    fn has_caught_up(&self, last: &mut Option<u64>) -> bool {
        if last.is_none() && self.truth.life().is_ok() {
            *last = Some(*self.truth.head().borrow());
        }
        last.is_some_and(|last| self.has_heard(last))
    }
}
