//! What a force does.

use super::Caller;
use proto::police::v1::{
    AlertStatus, ChildStatus, CorrectNotificationRequest, CorrectNotificationResponse,
    GetNotificationRequest, Notification, NotificationStatus, SubmitNotificationRequest,
    SubmitNotificationResponse, WithdrawNotificationRequest, WithdrawalReason,
};
use tonic::Status;

// === impl Caller ===

impl Caller {
    /// Submits a notification that is in order.
    pub async fn submit(&self, notification: Notification) -> SubmitNotificationResponse {
        self.try_submit(notification).await.unwrap()
    }

    /// Submits a notification that may be refused.
    pub async fn try_submit(
        &self,
        notification: Notification,
    ) -> Result<SubmitNotificationResponse, Status> {
        let request = SubmitNotificationRequest {
            notification: Some(notification),
        };
        let answer = self.police().submit_notification(request).await?;
        Ok(answer.into_inner())
    }

    /// Corrects: the notification as it should be.
    pub async fn correct(
        &self,
        notification_id: &str,
        correction_id: &str,
        notification: Notification,
    ) -> CorrectNotificationResponse {
        let request = CorrectNotificationRequest {
            notification_id: notification_id.to_owned(),
            correction_id: correction_id.to_owned(),
            notification: Some(notification),
        };
        let answer = self.police().correct_notification(request).await;
        answer.unwrap().into_inner()
    }

    /// Takes back these lines; none: all of them.
    pub async fn withdraw(&self, notification_id: &str, lines: &[u32]) {
        let request = WithdrawNotificationRequest {
            notification_id: notification_id.to_owned(),
            lines: lines.to_vec(),
            reason: WithdrawalReason::WrongChild.into(),
        };
        self.police().withdraw_notification(request).await.unwrap();
    }

    /// Where each child of a notification stands.
    pub async fn status(&self, notification_id: &str) -> NotificationStatus {
        let request = GetNotificationRequest {
            notification_id: notification_id.to_owned(),
            at_least: String::new(),
        };
        let answer = self.police().get_notification(request).await;
        answer.unwrap().into_inner()
    }

    /// Where the only child of a notification stands.
    pub async fn child(&self, notification_id: &str) -> ChildStatus {
        let mut children = self.status(notification_id).await.children;
        assert_eq!(children.len(), 1, "one child");
        children.remove(0)
    }

    /// The last alert of the only child of a notification.
    pub async fn alert(&self, notification_id: &str) -> AlertStatus {
        let mut alerts = self.child(notification_id).await.alerts;
        alerts.pop().expect("an alert")
    }
}
