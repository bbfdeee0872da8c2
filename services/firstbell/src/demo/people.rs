//! Who can be reached: Key Adults and heads of the schools, the council's desks, the force.

use super::{
    cast::{CONFLICT_AT, CONFLICTED},
    chance::Chance,
    hours::Night,
    names,
    town::{COUNCIL, FORCE, INSET, LAPSED, School, Town, UNREACHABLE},
};
use proto::access::v1::{Contact, ContactCard, ContactRole, OrganisationKind};

/// Contact id of a school's first Key Adult, the safeguarding lead.
pub const LEAD: &str = "lead";
/// Contact id of a school's second Key Adult.
pub const DEPUTY: &str = "deputy";
/// Contact id of a school's head.
pub const HEAD: &str = "head";
/// Contact id of the force's Encompass coordinator.
pub const COORDINATOR: &str = "coordinator";
/// Contact id of the council's duty desk.
pub const DUTY_DESK: &str = "duty-desk";
/// Contact id of the council's officer for hidden locations.
pub const OFFICER: &str = "hidden-locations";

/// Everybody who can be reached in this night.
pub fn contacts(town: &Town, night: Night, seed: u64) -> Vec<Contact> {
    let mut chance = Chance::of(seed ^ 0x7065_6f70_6c65);
    let mut contacts = of_force_and_council(&mut chance);
    for school in &town.schools {
        contacts.extend(of_school(school, night, &mut chance));
    }
    contacts
}

/// The Key Adult whom the school without one names in the morning.
pub fn newly_named(night: Night, seed: u64) -> Contact {
    let mut chance = Chance::of(seed ^ 0x006e_6577);
    let mut contact = key_adult(LAPSED, DEPUTY, &mut chance);
    contact.from = night.morning_date().to_string();
    contact
}

fn of_school(school: &School, night: Night, chance: &mut Chance) -> Vec<Contact> {
    let urn = school.urn.as_str();
    if UNREACHABLE.contains(&urn) {
        return Vec::new();
    }
    let mut lead = key_adult(urn, LEAD, chance);
    let head = contact(urn, HEAD, ContactRole::Head, "Headteacher", chance);
    if urn == LAPSED {
        lead.from = night.days_before(800).to_string();
        lead.to = night.days_before(100).to_string();
        return vec![lead, head];
    }
    if urn == CONFLICT_AT
        && let Some(card) = &mut lead.card
    {
        card.name = format!("{} {}", CONFLICTED.0, CONFLICTED.1);
    }
    let mut contacts = vec![lead, key_adult(urn, DEPUTY, chance), head];
    if urn == INSET {
        let mut away = contact(
            urn,
            "away",
            ContactRole::Holiday,
            "School business manager",
            chance,
        );
        away.roles.push(ContactRole::OffSite.into());
        contacts.push(away);
    }
    contacts
}

fn key_adult(urn: &str, id: &str, chance: &mut Chance) -> Contact {
    let (role, title) = if id == LEAD {
        (ContactRole::KeyAdult, "Designated safeguarding lead")
    } else {
        (ContactRole::Deputy, "Deputy safeguarding lead")
    };
    contact(urn, id, role, title, chance)
}

fn contact(urn: &str, id: &str, role: ContactRole, title: &str, chance: &mut Chance) -> Contact {
    let female = !chance.one_in(3);
    let name = format!(
        "{} {}",
        names::forename(chance, female),
        names::surname(chance)
    );
    let phone = names::phone(chance, id != HEAD);
    Contact {
        contact_id: id.to_owned(),
        kind: OrganisationKind::School.into(),
        code: urn.to_owned(),
        roles: vec![role.into()],
        card: Some(ContactCard {
            name,
            job_title: title.to_owned(),
            email: format!("{id}.{urn}@example.org"),
            phone,
        }),
        ..Contact::default()
    }
}

fn of_force_and_council(chance: &mut Chance) -> Vec<Contact> {
    use ContactRole::{DesignatedOfficer, DutyDesk, ForceCoordinator, HiddenLocationOfficer};
    use OrganisationKind::{Council, Force};
    [
        (
            Force,
            FORCE,
            COORDINATOR,
            ForceCoordinator,
            "Encompass coordinator",
        ),
        (
            Council,
            COUNCIL,
            DUTY_DESK,
            DutyDesk,
            "Children's services duty desk",
        ),
        (
            Council,
            COUNCIL,
            OFFICER,
            HiddenLocationOfficer,
            "Officer for hidden locations",
        ),
        (
            Council,
            COUNCIL,
            "designated",
            DesignatedOfficer,
            "Local authority designated officer",
        ),
    ]
    .map(|(kind, code, id, role, title)| Contact {
        kind: kind.into(),
        ..contact(code, id, role, title, chance)
    })
    .to_vec()
}

/// The contacts as a file with the columns of `directory::contacts::HEADER`.
pub fn contacts_csv(contacts: &[Contact]) -> Vec<u8> {
    let mut file = csv::Writer::from_writer(Vec::new());
    // Into memory, and every record as long as the first: writing cannot fail.
    let _ = file.write_record(directory::contacts::HEADER);
    for contact in contacts {
        let card = contact.card.clone().unwrap_or_default();
        let roles: Vec<_> = contact.roles().map(plain_role).collect();
        let kind = contact
            .kind()
            .as_str_name()
            .trim_start_matches("ORGANISATION_KIND_");
        let _ = file.write_record([
            kind.to_lowercase(),
            contact.code.clone(),
            contact.contact_id.clone(),
            roles.join(";"),
            card.name,
            card.job_title,
            card.email,
            card.phone,
            contact.from.clone(),
            contact.to.clone(),
        ]);
    }
    file.into_inner().unwrap_or_default()
}

fn plain_role(role: ContactRole) -> String {
    role.as_str_name()
        .trim_start_matches("CONTACT_ROLE_")
        .to_lowercase()
}
