//! Takes back a notification or single child lines.

use super::{Parts, caller::Caller, failure, marks};
use crate::domain::{Command, Notifications, decide::MOST_CHILDREN};
use host::problem::Problem;
use journal::{CommandId, Reserve, decider};
use policy::Action;
use proto::police::v1::{
    WithdrawNotificationRequest, WithdrawNotificationResponse, WithdrawalReason,
};

impl Parts {
    pub(super) async fn withdraw(
        &self,
        caller: &Caller,
        request: WithdrawNotificationRequest,
    ) -> Result<WithdrawNotificationResponse, Problem> {
        let action = Action::NotificationWithdraw;
        let (id, _) = self
            .of_caller(caller, action, &request.notification_id)
            .await?;
        let reason = reason(&request)?;
        let mut lines = request.lines;
        lines.sort_unstable();
        lines.dedup();
        if lines.len() > MOST_CHILDREN {
            return Err(Problem::invalid_field(
                "lines",
                "has too many entries",
                "name the lines to take back, or none to take back all",
            ));
        }
        let named: Vec<u8> = lines.iter().flat_map(|line| line.to_be_bytes()).collect();
        let why = i32::from(reason).to_be_bytes();
        let command = CommandId::derive(&[b"police.withdraw", &id.0, &named, &why]);
        let context = self.context(caller, id, command, Reserve::MayUse);
        let command = Command::Withdraw { lines, reason };
        let outcome =
            decider::execute::<Notifications>(&self.journal, &id.stream(), &context, &command)
                .await
                .map_err(failure::execute)?;
        let position = outcome.position.unwrap_or_default();
        Ok(WithdrawNotificationResponse {
            position: marks::write(self.journal.identity(), position),
        })
    }
}

fn reason(request: &WithdrawNotificationRequest) -> Result<WithdrawalReason, Problem> {
    WithdrawalReason::try_from(request.reason)
        .ok()
        .filter(|reason| *reason != WithdrawalReason::Unspecified)
        .ok_or_else(|| {
            Problem::invalid_field(
                "reason",
                "is missing or not one of the listed values",
                "say why it is withdrawn",
            )
        })
}
