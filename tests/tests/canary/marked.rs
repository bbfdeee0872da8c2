//! The people of the story, with a mark in every personal field.

use proto::{
    access::v1::{Contact, ContactCard, ContactRole, OrganisationKind},
    police::v1::{
        Child, ChildContent, ChildIdentity, Handling, Notification, Party, PartyRole, Referral,
        Voice,
    },
};
use tests::{
    marks::{MARK, Marks},
    people::{COUNCIL, PRIMARY, ROLL_HEADER, incident, nhs_number},
};

const BORN: &str = "2017-08-23";
const PHONE: &str = "07700900987";
const CONTACT_PHONE: &str = "01632960987";

/// A marked text for a field.
pub(crate) fn marked(field: &str) -> String {
    format!("{MARK}{field}")
}

/// Everything that is marked.
pub(crate) fn marks() -> Marks {
    Marks::new(&[BORN, PHONE, CONTACT_PHONE, &nhs_number(7)])
}

fn child() -> Child {
    Child {
        identity: Some(ChildIdentity {
            forename: marked("forename"),
            middle_names: marked("middle"),
            surname: marked("surname"),
            known_as: marked("known"),
            date_of_birth: BORN.to_owned(),
            address: marked("address"),
            nhs_number: nhs_number(7),
            stated_school: marked("school"),
            ..ChildIdentity::default()
        }),
        content: Some(ChildContent {
            whereabouts: marked("whereabouts"),
            circumstances: marked("circumstances"),
            voice: Some(Voice {
                words: marked("words"),
                ..Voice::default()
            }),
            relationships: vec![marked("relationship")],
            handling: Some(Handling {
                may_be_told: vec![marked("told")],
                may_not_collect: vec![marked("collect")],
                conditions: marked("conditions"),
                note: marked("note"),
                ..Handling::default()
            }),
            ..ChildContent::default()
        }),
        residence_council: COUNCIL.to_owned(),
        ..Child::default()
    }
}

/// An incident with a mark in every personal field.
pub(crate) fn notification() -> Notification {
    Notification {
        place: marked("place"),
        police_actions: vec![marked("action")],
        referral: Some(Referral {
            sent: true,
            reference: marked("referral"),
        }),
        parties: vec![Party {
            role: PartyRole::AllegedVictim.into(),
            forename: marked("partyforename"),
            surname: marked("partysurname"),
            phone: PHONE.to_owned(),
            address: marked("partyaddress"),
            workplace: marked("workplace"),
            ..Party::default()
        }],
        ..incident(&marked("reference"), vec![child()])
    }
}

/// One child's line on the school's roll.
pub(crate) fn roll() -> String {
    format!(
        "{ROLL_HEADER}{PRIMARY},,{},{},{},{},{},,{BORN},F,{},ZZ9 1AA,main,2022-09-01,\n",
        nhs_number(7),
        marked("forename"),
        marked("middle"),
        marked("surname"),
        marked("known"),
        marked("address"),
    )
}

/// The school's Key Adult.
pub(crate) fn lead() -> Contact {
    Contact {
        contact_id: "lead".to_owned(),
        kind: OrganisationKind::School.into(),
        code: PRIMARY.to_owned(),
        roles: vec![ContactRole::KeyAdult.into()],
        card: Some(ContactCard {
            name: format!("{} McTestface", marked("lead")),
            job_title: marked("title"),
            email: format!("{}@example.org", marked("mail")),
            phone: CONTACT_PHONE.to_owned(),
        }),
        ..Contact::default()
    }
}
