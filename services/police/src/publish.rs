//! OUT: which events leave the house, and as what.

use crate::{domain::NotificationEvent, wire::stored};
use journal::{PublicAs, Recorded, decider::EventSet};
use prost::Message;

const ISSUED: PublicAs = PublicAs {
    kind: "firstbell.v1.police.notification.issued",
    version: 1,
};
const CORRECTED: PublicAs = PublicAs {
    kind: "firstbell.v1.police.notification.corrected",
    version: 1,
};
const WITHDRAWN: PublicAs = PublicAs {
    kind: "firstbell.v1.police.notification.withdrawn",
    version: 1,
};
const TEXT_RELEASED: PublicAs = PublicAs {
    kind: "firstbell.v1.police.text.released",
    version: 1,
};

/// How an event is called outside; none where it stays inside.
pub(crate) fn name_of(event: &NotificationEvent) -> Option<PublicAs> {
    match event {
        NotificationEvent::Received(_) => Some(ISSUED),
        NotificationEvent::Corrected(_) => Some(CORRECTED),
        NotificationEvent::Withdrawn(_) => Some(WITHDRAWN),
        NotificationEvent::TextReleased(_) => Some(TEXT_RELEASED),
        NotificationEvent::DeliveryNoted(_) => None,
    }
}

/// The public message of a recorded event; none where it stays inside or is not one of ours.
pub fn message(recorded: &Recorded) -> Option<Vec<u8>> {
    let frame = &recorded.frame;
    match NotificationEvent::decode(&frame.r#type, frame.version, &frame.payload)? {
        NotificationEvent::Received(received) => Some(issued(received).encode_to_vec()),
        NotificationEvent::Corrected(corrected) => Some(corrected.public?.encode_to_vec()),
        NotificationEvent::Withdrawn(withdrawn) => Some(withdrawn.public?.encode_to_vec()),
        NotificationEvent::TextReleased(released) => Some(released.public?.encode_to_vec()),
        NotificationEvent::DeliveryNoted(_) => None,
    }
}

/// Without the prints and without the text that is held.
fn issued(received: stored::NotificationReceived) -> proto::police::v1::NotificationIssued {
    proto::police::v1::NotificationIssued {
        notification_id: received.notification_id,
        notification: received.notification,
    }
}
