//! When a hub of several processes has nothing left to do, by what its services say of themselves.

use super::{
    several::Several,
    site::{Hub, Site},
};
use jiff::Timestamp;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Longer than anything takes to mend itself once everything is there again.
const PATIENCE: Duration = Duration::from_secs(90);

// === impl Site ===

impl Site<Several> {
    /// Waits until every event has reached every service, every view and the broker.
    pub(super) async fn settled(&self) {
        self.until("nothing is left to do", async || self.unsettled())
            .await;
    }

    /// Looks again and again until all is well, with patience enough for a hub that mends itself.
    pub(super) async fn until(
        &self,
        what: &str,
        mut look: impl AsyncFnMut() -> Result<(), String>,
    ) {
        let begun = Instant::now();
        while let Err(instead) = look().await {
            assert!(
                begun.elapsed() < PATIENCE,
                "waited in vain: {what}. Last seen: {instead}\n{}",
                self.hub.last_words()
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Asked twice, so that nothing was under way from one to the other.
    fn unsettled(&self) -> Result<(), String> {
        let first = self.standing()?;
        all_done(&first, self.hub.now())?;
        if self.standing()? == first {
            Ok(())
        } else {
            Err("they were still moving".to_owned())
        }
    }

    /// What `firstbell standing` says of each service.
    pub(super) fn standing(&self) -> Result<Vec<Value>, String> {
        let asked = self.as_operator().args(["--json", "standing"]).output();
        let asked = asked.unwrap();
        if !matches!(asked.status.code(), Some(0 | 2)) {
            return Err(String::from_utf8_lossy(&asked.stderr).into_owned());
        }
        let said = String::from_utf8(asked.stdout).unwrap();
        let lines = said.lines().map(|line| serde_json::from_str(line).unwrap());
        Ok(lines.collect())
    }
}

fn all_done(services: &[Value], now: Timestamp) -> Result<(), String> {
    for standing in services {
        let is_due = standing["next_due"].as_str().is_some_and(|due| {
            let due: Timestamp = due.parse().unwrap();
            due <= now
        });
        let is_shown = standing["shown"] == true && standing["steps"] == 0;
        if is_due || !is_relayed(standing) || !is_shown {
            return Err(standing.to_string());
        }
        for hearing in standing["hearings"].as_array().into_iter().flatten() {
            let told = services
                .iter()
                .find(|producer| producer["service"] == hearing["producer"])
                .map(|producer| &producer["published"]);
            if told != Some(&hearing["applied"]) || hearing["set_aside"] != 0 {
                return Err(standing.to_string());
            }
        }
    }
    Ok(())
}

/// Whether the broker has all that a service has told. Of a service that is away nothing is known.
pub(super) fn is_relayed(standing: &Value) -> bool {
    standing["relay_stopped"] == "" && standing["relayed"] == standing["published"]
}
