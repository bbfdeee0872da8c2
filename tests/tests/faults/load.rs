//! A night that is pushed, and confirmed by people, while something is done to the hub.

use super::{
    chance::Chance,
    confirming::Confirming,
    push::Push,
    several::Several,
    site::{Hub, Site},
};
use serde_json::json;
use std::{env, time::Duration};
use tests::judge::Answer;

pub(super) const NOTIFICATIONS: usize = 100;
const WITHDRAWN: usize = 3;

/// Longer than a night takes once everything is there again.
const PATIENCE: Duration = Duration::from_secs(120);

// === impl Site ===

impl Site<Several> {
    /// Does `harm` under load and demands that everything ends well, in the end by the judge's and
    /// the audit's word.
    pub(super) async fn under_load(
        &mut self,
        chance: &mut Chance,
        harm: impl AsyncFnOnce(&mut Self, &mut Push, &mut Chance),
    ) {
        let before = self.confirmations();
        let confirming = Confirming::begin(self);
        let mut push = self.night(NOTIFICATIONS, chance);
        push.start();
        harm(self, &mut push, chance).await;
        push.note();
        self.withdraw_some(chance).await;
        let code = tokio::time::timeout(PATIENCE, push.wait()).await;
        assert_eq!(code, Ok(0), "{}{}", push.errors(), self.hub.last_words());
        // A round in which nobody confirms would prove less.
        let confirmed = async {
            while self.confirmations() == before {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        let confirmed = tokio::time::timeout(PATIENCE, confirmed).await;
        assert!(
            confirmed.is_ok(),
            "nobody confirms\n{}",
            self.hub.last_words()
        );
        confirming.end().await;
        self.settled().await;
        self.judge_and_audit().await;
    }

    /// What is withdrawn while the hub still mends itself must not come before what it withdraws.
    async fn withdraw_some(&self, chance: &mut Chance) {
        let accepted = self.record.since(0, |answer| match answer {
            Answer::Accepted {
                notification_id, ..
            } => Some(notification_id.clone()),
            _ => None,
        });
        let reason = json!({"reason": "WITHDRAWAL_REASON_SENT_IN_ERROR"});
        for id in (0..WITHDRAWN).filter_map(|_| chance.one_of(&accepted)) {
            let path = format!("/v1/police/notifications/{id}/withdraw");
            self.until("a notification is withdrawn", async || {
                match self.post(&path, "force", &reason).await {
                    (200, _) => Ok(()),
                    (status, said) => Err(format!("{status} {said}")),
                }
            })
            .await;
            self.record.note(Answer::Withdrawn {
                notification_id: id.clone(),
            });
        }
    }

    fn confirmations(&self) -> usize {
        let confirmed = |answer: &Answer| matches!(answer, Answer::Confirmed { .. });
        self.record.count(confirmed)
    }
}

/// Waits until so many have been answered, in all runs together, or the push has ended.
pub(super) async fn until_answered(push: &mut Push, many: usize) {
    while push.answered() < many && push.ended().is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Waits for a random part of the night.
pub(super) async fn some_of_the_night(push: &mut Push, chance: &mut Chance) {
    let many = push.answered() + chance.within(0..NOTIFICATIONS / 3);
    until_answered(push, many).await;
    tokio::time::sleep(chance.moment(20)).await;
}

/// How long something is away: longer where many rounds are played.
pub(super) fn absence() -> Duration {
    match env::var_os("FIRSTBELL_FAULT_ROUNDS") {
        Some(_) => Duration::from_secs(60),
        None => Duration::from_secs(10),
    }
}
