//! Notifications as a force writes them: one incident, two children, about 2 KB.

use super::town::{COUNCIL, FORCE, Family, Sibling};
use jiff::Timestamp;
use proto::police::v1::{
    Child, ChildContent, ChildIdentity, Earshot, Handling, Notification, ParentsMayBeTold, Party,
    PartyRole, Presence, Referral, RiskGrade, RiskTool, SubmitNotificationRequest, Voice,
};

const CIRCUMSTANCES: &str = "Police were called by a neighbour who heard shouting and something \
    breaking. Officers found the adults in the kitchen, both upset. It is alleged that one pushed \
    the other against the door and threw a plate. The child was awake and came down the stairs \
    while officers were there. No injury was seen. The child was told that nobody is in trouble \
    for what was said, and stayed at home with the parent who was not arrested. Officers spoke to each adult apart and stayed until both were calm; a friend of the family is staying tonight.";

/// The force's reference of notification number `number`.
pub(super) fn reference(number: usize) -> String {
    format!("BENCH-{number:08}")
}

/// Notification number `number`, about an incident at `known_at`.
pub(super) fn submission(number: usize, known_at: Timestamp) -> SubmitNotificationRequest {
    let family = Family::of(number);
    let known_at = prost_types::Timestamp {
        seconds: known_at.as_second(),
        nanos: 0,
    };
    let children = (1..).zip(family.siblings());
    let notification = Notification {
        force: FORCE.to_owned(),
        reference: reference(number),
        occurred_at: Some(known_at),
        known_at: Some(known_at),
        place: "The family's home, kitchen and hall".to_owned(),
        risk_grade: RiskGrade::Medium.into(),
        risk_tool: RiskTool::Dash.into(),
        referral: Some(Referral {
            sent: true,
            reference: format!("REFERRAL-{number:07}"),
        }),
        police_actions: vec!["Arrest; bail with conditions not to come to the home".to_owned()],
        parties: vec![
            party(PartyRole::AllegedVictim, "Alphia", &family),
            party(PartyRole::AllegedPerpetrator, "Betus", &family),
        ],
        children: children
            .map(|(line, sibling)| child(line, &sibling, &family))
            .collect(),
        previous_incidents: 1,
        ..Notification::default()
    };
    SubmitNotificationRequest {
        notification: Some(notification),
    }
}

fn party(role: PartyRole, forename: &str, family: &Family) -> Party {
    Party {
        role: role.into(),
        forename: forename.to_owned(),
        surname: family.surname(),
        date_of_birth: "1985-05-05".to_owned(),
        phone: "07700 900123".to_owned(),
        address: format!("{}, {}", family.address(), family.postcode()),
        workplace: "A shop in the high street".to_owned(),
        position_of_trust: false,
    }
}

fn child(line: u32, sibling: &Sibling, family: &Family) -> Child {
    Child {
        line,
        identity: Some(ChildIdentity {
            forename: sibling.forename.to_owned(),
            surname: family.surname(),
            date_of_birth: sibling.birth.clone(),
            address: family.address(),
            postcode: family.postcode(),
            ..ChildIdentity::default()
        }),
        content: Some(ChildContent {
            presence: Presence::Present.into(),
            whereabouts: "On the stairs, then in the bedroom".to_owned(),
            circumstances: CIRCUMSTANCES.to_owned(),
            voice: Some(Voice {
                spoken_to: true,
                words: "I heard the shouting and I want to go to school as always.".to_owned(),
                in_earshot: Earshot::OfficerOnly.into(),
            }),
            relationships: vec!["child".to_owned(), "lives in the household".to_owned()],
            handling: Some(Handling {
                parents_may_be_told: ParentsMayBeTold::NonAbusingOnly.into(),
                ..Handling::default()
            }),
        }),
        residence_council: COUNCIL.to_owned(),
        ..Child::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message as _;

    #[test]
    fn a_notification_is_about_two_kilobytes() {
        let bytes = submission(1, Timestamp::UNIX_EPOCH).encoded_len();
        assert!((1_700..2_600).contains(&bytes), "{bytes}");
    }
}
