//! A contact as somebody wants it: who, in which roles, from when to when, reached how.

use super::{organisation, text};
use host::problem::{FieldErrors, Problem};
use jiff::civil::Date;
use policy::{Organisation, OrganisationKind};
use proto::access::v1::{self as public, ContactCard, ContactRole};

/// A checked contact.
pub(crate) struct NewContact {
    /// Whose.
    pub(crate) organisation: Organisation,
    /// None: the hub makes one.
    pub(crate) id: Option<String>,
    /// In order, each once.
    pub(crate) roles: Vec<ContactRole>,
    /// How the person is named and reached.
    pub(crate) card: ContactCard,
    /// First day.
    pub(crate) from: Option<Date>,
    /// Last day.
    pub(crate) to: Option<Date>,
}

// === impl NewContact ===

impl NewContact {
    /// Checks a request.
    pub(crate) fn check(contact: public::Contact) -> Result<Self, Problem> {
        let mut errors = FieldErrors::new();
        let organisation = organisation(contact.kind, &contact.code, "contact.", &mut errors);
        let roles = roles(&contact.roles, organisation.kind, &mut errors);
        if !contact.contact_id.is_empty() {
            text::contact_id(&contact.contact_id, "contact.contact_id", &mut errors);
        }
        let card = card(&contact.card.unwrap_or_default(), &mut errors);
        let from = text::date(&contact.from, "contact.from", &mut errors);
        let to = text::date(&contact.to, "contact.to", &mut errors);
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            errors.add(
                "contact.to",
                "is before the first day",
                "give a last day that is not before `from`, or none",
            );
        }
        errors.into_result()?;
        Ok(Self {
            organisation,
            id: Some(contact.contact_id).filter(|id| !id.is_empty()),
            roles,
            card,
            from,
            to,
        })
    }
}

fn roles(numbers: &[i32], kind: OrganisationKind, errors: &mut FieldErrors) -> Vec<ContactRole> {
    if numbers.is_empty() {
        errors.add(
            "contact.roles",
            "is empty",
            "name at least one role, e.g. KEY_ADULT",
        );
    }
    let mut roles = Vec::new();
    for (index, number) in numbers.iter().enumerate() {
        let role = ContactRole::try_from(*number).unwrap_or_default();
        if role == ContactRole::Unspecified {
            errors.add(
                format!("contact.roles[{index}]"),
                "names no role",
                "give a role of a contact, e.g. KEY_ADULT",
            );
        } else if kind != OrganisationKind::Unspecified && kind != kind_of(role) {
            errors.add(
                format!("contact.roles[{index}]"),
                "is no role of a contact of that kind of organisation",
                "schools have KEY_ADULT, DEPUTY, HEAD, HOLIDAY, OFF_SITE; councils DUTY_DESK, \
                 HIDDEN_LOCATION_OFFICER, DESIGNATED_OFFICER; forces FORCE_COORDINATOR",
            );
        }
        roles.push(role);
    }
    roles.sort_unstable();
    roles.dedup();
    roles
}

fn kind_of(role: ContactRole) -> OrganisationKind {
    match role {
        ContactRole::Unspecified => OrganisationKind::Unspecified,
        ContactRole::KeyAdult
        | ContactRole::Deputy
        | ContactRole::Head
        | ContactRole::Holiday
        | ContactRole::OffSite => OrganisationKind::School,
        ContactRole::DutyDesk
        | ContactRole::HiddenLocationOfficer
        | ContactRole::DesignatedOfficer => OrganisationKind::Council,
        ContactRole::ForceCoordinator => OrganisationKind::Force,
    }
}

fn card(card: &ContactCard, errors: &mut FieldErrors) -> ContactCard {
    let path = |field: &str| format!("contact.card.{field}");
    if card.email.trim().is_empty() && card.phone.trim().is_empty() {
        errors.add(
            path("email"),
            "is empty, and so is the phone",
            "give a mail address, a telephone number, or both",
        );
    }
    ContactCard {
        name: text::line(&card.name, 120, true, &path("name"), errors),
        job_title: text::line(&card.job_title, 120, false, &path("job_title"), errors),
        email: text::email(&card.email, &path("email"), errors),
        phone: text::phone(&card.phone, &path("phone"), errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key_adult() -> public::Contact {
        public::Contact {
            kind: OrganisationKind::School.into(),
            code: "900001".into(),
            roles: vec![ContactRole::Head.into(), ContactRole::KeyAdult.into()],
            card: Some(ContactCard {
                name: "Testy McTestface".into(),
                email: "testy@example.org".into(),
                ..ContactCard::default()
            }),
            ..public::Contact::default()
        }
    }

    fn wrong_fields(contact: public::Contact) -> Vec<String> {
        let problem = NewContact::check(contact).err().unwrap();
        let paths = problem.fields().iter().map(|field| field.path.clone());
        paths.collect()
    }

    #[test]
    fn a_key_adult_with_a_mail_address_is_taken() {
        let taken = NewContact::check(key_adult()).ok().unwrap();
        assert_eq!(taken.roles, [ContactRole::KeyAdult, ContactRole::Head]);
        assert_eq!(taken.id, None);
    }

    #[test]
    fn every_wrong_field_is_named_at_once_and_no_value_is_repeated() {
        let contact = public::Contact {
            contact_id: "Mc Testface".into(),
            code: "9000".into(),
            roles: vec![99, ContactRole::DutyDesk.into()],
            card: Some(ContactCard {
                email: "McTestface".into(),
                phone: "McTestface".into(),
                ..ContactCard::default()
            }),
            from: "31/12/2026".into(),
            ..key_adult()
        };
        let problem = NewContact::check(contact.clone()).err().unwrap();
        assert!(!format!("{problem:?}").contains("Testface"));
        assert_eq!(
            wrong_fields(contact),
            [
                "contact.code",
                "contact.roles[0]",
                "contact.roles[1]",
                "contact.contact_id",
                "contact.card.name",
                "contact.card.email",
                "contact.card.phone",
                "contact.from",
            ]
        );
    }

    #[test]
    fn a_contact_who_cannot_be_reached_or_never_is_one_is_refused() {
        let unreachable = public::Contact {
            card: Some(ContactCard {
                name: "Testy McTestface".into(),
                ..ContactCard::default()
            }),
            ..key_adult()
        };
        assert_eq!(wrong_fields(unreachable), ["contact.card.email"]);
        let never = public::Contact {
            from: "2026-12-01".into(),
            to: "2026-11-30".into(),
            ..key_adult()
        };
        assert_eq!(wrong_fields(never), ["contact.to"]);
    }
}
