//! Private event to public event, or nothing. Total matches: a new event does not compile until
//! someone decides whether it leaves the house.

use crate::{
    domain::{LineEvent, model::ModelEvent, record::RecordEvent},
    wire::stored as s,
};
use journal::{PublicAs, Recorded, decider::EventSet, id::hex};
use prost::Message;
use proto::schools::v1 as public;

const fn name(kind: &'static str) -> PublicAs {
    PublicAs { kind, version: 1 }
}

/// How a private event is called outside, where it leaves the house at all.
pub fn name_of(event: &LineEvent) -> Option<PublicAs> {
    match event {
        LineEvent::Placed(_) | LineEvent::EnquiryRaised(_) => {
            Some(name("firstbell.v1.schools.child.placed"))
        }
        LineEvent::Closed(_) => Some(name("firstbell.v1.schools.child.closed")),
        LineEvent::AlertRaised(_) => Some(name("firstbell.v1.schools.alert.raised")),
        LineEvent::AlertConfirmed(_) => Some(name("firstbell.v1.schools.alert.confirmed")),
        LineEvent::AlertReopened(_) => Some(name("firstbell.v1.schools.alert.reopened")),
        LineEvent::AlertDisowned(_) => Some(name("firstbell.v1.schools.alert.disowned")),
        LineEvent::AlertRestored(_) => Some(name("firstbell.v1.schools.alert.restored")),
        LineEvent::AlertWithdrawn(_) => Some(name("firstbell.v1.schools.alert.withdrawn")),
        LineEvent::LocationHidden(_) => Some(name("firstbell.v1.schools.child.location_hidden")),
        LineEvent::RungConcluded(e) if e.of_alert => {
            Some(name("firstbell.v1.schools.alert.climbed"))
        }
        LineEvent::PositionOfTrust(_) => Some(name(
            "firstbell.v1.schools.child.referred_to_designated_officer",
        )),
        // What came from the police service, and what stays with the school.
        LineEvent::Received(_)
        | LineEvent::Corrected(_)
        | LineEvent::TextReleased(_)
        | LineEvent::Matched(_)
        | LineEvent::AlertOpened(_)
        | LineEvent::AlertPassed(_)
        | LineEvent::EnquiryAnswered(_)
        | LineEvent::EnquiryLapsed(_)
        | LineEvent::Resolved(_)
        | LineEvent::RungCalled(_)
        | LineEvent::RungConcluded(_)
        | LineEvent::RungAdvanced(_) => None,
    }
}

/// As [`name_of`]: who changed what the hub works from stays inside.
pub fn name_of_record(event: &RecordEvent) -> Option<PublicAs> {
    match event {
        RecordEvent::DayClosed(_) | RecordEvent::DayReopened(_) | RecordEvent::Imported(_) => None,
    }
}

/// As [`name_of`]: by which weights children are matched stays inside.
pub fn name_of_model(event: &ModelEvent) -> Option<PublicAs> {
    match event {
        ModelEvent::Learnt(_) | ModelEvent::Taken(_) => None,
    }
}

/// The public message of a recorded event.
pub fn message(recorded: &Recorded) -> Option<Vec<u8>> {
    let frame = &recorded.frame;
    let event = LineEvent::decode(&frame.r#type, frame.version, &frame.payload)?;
    let place = Place::of(recorded)?;
    match event {
        LineEvent::Placed(e) => Some(place.placed(&e).encode_to_vec()),
        LineEvent::EnquiryRaised(_) => Some(place.asked().encode_to_vec()),
        LineEvent::Closed(e) => Some(place.closed(e).encode_to_vec()),
        LineEvent::AlertRaised(e) => Some(place.raised(e).encode_to_vec()),
        LineEvent::AlertConfirmed(e) => Some(place.confirmed(e).encode_to_vec()),
        LineEvent::AlertReopened(e) => Some(place.reopened(e).encode_to_vec()),
        LineEvent::AlertDisowned(e) => Some(place.disowned(e).encode_to_vec()),
        LineEvent::AlertRestored(e) => Some(place.restored(e.alert_id).encode_to_vec()),
        LineEvent::AlertWithdrawn(e) => Some(place.withdrawn(e.alert_id).encode_to_vec()),
        LineEvent::LocationHidden(_) => Some(place.hidden().encode_to_vec()),
        LineEvent::RungConcluded(e) => Some(place.climbed(&e).encode_to_vec()),
        LineEvent::PositionOfTrust(e) => Some(place.trust(e).encode_to_vec()),
        LineEvent::Received(_)
        | LineEvent::Corrected(_)
        | LineEvent::TextReleased(_)
        | LineEvent::Matched(_)
        | LineEvent::AlertOpened(_)
        | LineEvent::AlertPassed(_)
        | LineEvent::EnquiryAnswered(_)
        | LineEvent::EnquiryLapsed(_)
        | LineEvent::Resolved(_)
        | LineEvent::RungCalled(_)
        | LineEvent::RungAdvanced(_) => None,
    }
}

/// Which line of which notification: from the envelope, so that no private event repeats it.
struct Place {
    line_id: String,
    notification_id: String,
}

// === impl Place ===

impl Place {
    fn of(recorded: &Recorded) -> Option<Self> {
        let line_id = recorded.frame.stream.strip_prefix("line-")?.to_owned();
        Some(Self {
            line_id,
            notification_id: hex(&recorded.correlation()),
        })
    }

    fn placed(self, event: &s::LinePlaced) -> public::ChildPlaced {
        public::ChildPlaced {
            line_id: self.line_id,
            notification_id: self.notification_id,
            desk: event.desk,
            queue: event.queue,
            area: event.area.clone(),
        }
    }

    fn asked(self) -> public::ChildPlaced {
        public::ChildPlaced {
            line_id: self.line_id,
            notification_id: self.notification_id,
            desk: public::Desk::Coordinator.into(),
            queue: public::Queue::Asked.into(),
            area: None,
        }
    }

    fn closed(self, event: s::LineClosed) -> public::ChildClosed {
        public::ChildClosed {
            line_id: self.line_id,
            notification_id: self.notification_id,
            reason: event.reason,
        }
    }

    fn raised(self, event: s::LineAlertRaised) -> public::AlertRaised {
        let deadline = event.deadline.unwrap_or_default();
        public::AlertRaised {
            alert_id: event.alert_id,
            line_id: self.line_id,
            notification_id: self.notification_id,
            school: event.school,
            area: event.area,
            deadline_ms: deadline.at_ms,
            late_on_arrival: deadline.late_on_arrival,
            school_type: event.school_type,
        }
    }

    fn confirmed(self, event: s::LineAlertConfirmed) -> public::AlertConfirmed {
        public::AlertConfirmed {
            alert_id: event.alert_id,
            line_id: self.line_id,
            notification_id: self.notification_id,
            by: event.by,
            version: event.version,
            minutes_before_deadline: event.minutes_before_deadline,
        }
    }

    fn reopened(self, event: s::LineAlertReopened) -> public::AlertReopened {
        public::AlertReopened {
            alert_id: event.alert_id,
            line_id: self.line_id,
            notification_id: self.notification_id,
            version: event.version,
            deadline_ms: event.deadline.unwrap_or_default().at_ms,
        }
    }

    fn disowned(self, event: s::LineAlertDisowned) -> public::AlertDisowned {
        public::AlertDisowned {
            alert_id: event.alert_id,
            line_id: self.line_id,
            notification_id: self.notification_id,
            misdirected: event.misdirected,
        }
    }

    fn restored(self, alert_id: String) -> public::AlertRestored {
        public::AlertRestored {
            alert_id,
            line_id: self.line_id,
            notification_id: self.notification_id,
        }
    }

    fn withdrawn(self, alert_id: String) -> public::AlertWithdrawn {
        public::AlertWithdrawn {
            alert_id,
            line_id: self.line_id,
            notification_id: self.notification_id,
        }
    }

    fn hidden(self) -> public::LocationHidden {
        public::LocationHidden {
            line_id: self.line_id,
            notification_id: self.notification_id,
        }
    }

    fn climbed(self, event: &s::RungConcluded) -> public::AlertClimbed {
        public::AlertClimbed {
            alert_id: event.subject_id.clone(),
            line_id: self.line_id,
            notification_id: self.notification_id,
            rung: event.rung,
            outcome: event.outcome,
        }
    }

    fn trust(self, event: s::LinePositionOfTrustFlagged) -> public::PositionOfTrustFlagged {
        public::PositionOfTrustFlagged {
            line_id: self.line_id,
            notification_id: self.notification_id,
            area: event.area,
        }
    }
}
