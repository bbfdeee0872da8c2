//! Made-up notifications.

use jiff::Timestamp;
use proto::police::v1::{
    Child, ChildContent, ChildIdentity, Notification, Party, PartyRole, Presence, RiskGrade,
    RiskTool, SubmitNotificationRequest, Voice,
};

/// One child of the sample household.
pub(crate) fn child(line: u32, forename: &str) -> Child {
    Child {
        line,
        identity: Some(ChildIdentity {
            forename: forename.into(),
            surname: "McTestface".into(),
            date_of_birth: "2016-05-04".into(),
            address: "12 Acacia Avenue".into(),
            ..ChildIdentity::default()
        }),
        content: Some(ChildContent {
            presence: Presence::Nearby.into(),
            circumstances: "Loud shouting was heard.".into(),
            voice: Some(Voice {
                spoken_to: true,
                words: "I was scared.".into(),
                ..Voice::default()
            }),
            ..ChildContent::default()
        }),
        residence_council: "931".into(),
        ..Child::default()
    }
}

/// The sample household: two children and a party.
pub(crate) fn notification(reference: &str) -> Notification {
    Notification {
        force: "43".into(),
        reference: reference.into(),
        occurred_at: at("2026-11-20T22:15:00Z"),
        known_at: at("2026-11-20T22:40:00Z"),
        place: "12 Acacia Avenue".into(),
        risk_grade: RiskGrade::Medium.into(),
        risk_tool: RiskTool::Dara.into(),
        parties: vec![Party {
            role: PartyRole::AllegedVictim.into(),
            forename: "Alixandra".into(),
            surname: "McTestface".into(),
            phone: "01632 960123".into(),
            ..Party::default()
        }],
        children: vec![child(1, "Testy"), child(2, "Robin")],
        ..Notification::default()
    }
}

/// As a request.
pub(crate) fn request(notification: Notification) -> SubmitNotificationRequest {
    SubmitNotificationRequest {
        notification: Some(notification),
    }
}

/// A time on the wire.
pub(crate) fn at(text: &str) -> Option<prost_types::Timestamp> {
    let moment: Option<Timestamp> = text.parse().ok();
    moment.map(|moment| prost_types::Timestamp {
        seconds: moment.as_second(),
        nanos: 0,
    })
}
