//! What can happen to a notification.

use crate::wire::stored;

journal::event_set! {
    /// What can happen to a notification.
    pub(crate) enum NotificationEvent published by crate::publish::name_of {
        /// A force submitted it.
        Received(stored::NotificationReceived) = ("police.notification_received", 1),
        /// The force corrected its shared part or single lines.
        Corrected(stored::NotificationCorrected) = ("police.notification_corrected", 1),
        /// The force took it or single lines back.
        Withdrawn(stored::NotificationWithdrawn) = ("police.notification_withdrawn", 1),
        /// The force let held text go.
        TextReleased(stored::TextReleased) = ("police.text_released", 1),
        /// The schools service said how delivery stands.
        DeliveryNoted(stored::DeliveryNoted) = ("police.delivery_noted", 1),
    }
}

#[cfg(test)]
mod tests;
