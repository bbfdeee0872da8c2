//! What the services of a hub of several processes say of themselves.

use super::World;
use clock::Clock;
use jiff::Timestamp;
use proto::operator::v1::{GetStandingRequest, Standing};

// === impl World ===

impl World {
    /// Nothing is left to do, as far as all of them know; asked twice, so that nothing was under way
    /// from one to the other.
    pub(super) async fn unsettled_by_standing(&self) -> Result<(), String> {
        let first = self.standing().await?;
        all_done(&first, self.clock.now())?;
        let second = self.standing().await?;
        if first == second {
            Ok(())
        } else {
            Err("they were still moving".to_owned())
        }
    }

    async fn standing(&self) -> Result<Vec<Standing>, String> {
        let mut operator = self.operator().operator();
        let answer = operator.get_standing(GetStandingRequest {}).await;
        let answer = answer.map_err(|status| status.message().to_owned())?;
        Ok(answer.into_inner().services)
    }
}

fn all_done(services: &[Standing], now: Timestamp) -> Result<(), String> {
    for standing in services {
        let is_due = standing
            .next_due
            .is_some_and(|due| due.seconds <= now.as_second());
        if !standing.shown || standing.steps > 0 || is_due {
            return Err(format!("{standing:?}"));
        }
        for hearing in &standing.hearings {
            let mut producers = services.iter();
            let producer = producers.find(|producer| producer.service == hearing.producer);
            if producer.is_none_or(|producer| producer.published != hearing.applied) {
                return Err(format!("{standing:?} of {producer:?}"));
            }
        }
    }
    Ok(())
}
