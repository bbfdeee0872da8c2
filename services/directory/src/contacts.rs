//! Reading contacts: who is told and who may be asked, for any organisation.

use crate::{
    Error, Report,
    report::{Refusal, Taken},
    table::{self, Row, Shape},
};
use proto::access::v1::{Contact, ContactCard, ContactRole, OrganisationKind};
use std::collections::HashSet;

/// Columns of a contacts file, in the order of the template. All but `contact_id`, `job_title`,
/// `phone`, `from` and `to` must be there. `kind` is force, school, trust, council, agency or
/// operator; `roles` are parted by semicolons; dates are ISO.
pub const HEADER: &[&str] = &[
    "kind",
    "code",
    "contact_id",
    "roles",
    "name",
    "job_title",
    "email",
    "phone",
    "from",
    "to",
];

const SHAPE: Shape = Shape {
    columns: HEADER,
    required: &["kind", "code", "roles", "name", "email"],
    multiline: &[],
    strict: true,
    leading: &[],
};

const ROLES: [(&str, ContactRole); 9] = [
    ("key_adult", ContactRole::KeyAdult),
    ("deputy", ContactRole::Deputy),
    ("head", ContactRole::Head),
    ("holiday", ContactRole::Holiday),
    ("off_site", ContactRole::OffSite),
    ("duty_desk", ContactRole::DutyDesk),
    (
        "hidden_location_officer",
        ContactRole::HiddenLocationOfficer,
    ),
    ("designated_officer", ContactRole::DesignatedOfficer),
    ("force_coordinator", ContactRole::ForceCoordinator),
];

/// What a contacts file says.
pub struct ContactsFile {
    /// Contacts, in the order of the file; a contact id is empty where the hub is to make one.
    pub contacts: Vec<Contact>,
    /// The line of each of them.
    pub lines: Vec<u64>,
    /// What became of each row.
    pub report: Report,
}

/// Reads a contacts file in UTF-8.
pub fn read(data: &[u8]) -> Result<ContactsFile, Error> {
    let mut contacts = Vec::new();
    let mut lines = Vec::new();
    let mut seen = HashSet::new();
    let report = table::read(data, &SHAPE, |row, _| {
        let contact = contact(row)?;
        let named = (
            contact.kind,
            contact.code.clone(),
            contact.contact_id.clone(),
        );
        if !contact.contact_id.is_empty() && !seen.insert(named) {
            return Err(Refusal::new(
                "contact_id",
                "this contact is in the file twice",
                "Leave the right row in.",
            ));
        }
        contacts.push(contact);
        lines.push(row.line);
        Ok(Taken::Yes)
    })?;
    Ok(ContactsFile {
        contacts,
        lines,
        report,
    })
}

fn contact(row: &Row) -> Result<Contact, Refusal> {
    let kind = kind(row)?;
    let (from, to) = (row.iso_date("from")?, row.iso_date("to")?);
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(Refusal::new(
            "to",
            "before `from`",
            "Give the last day, or leave it empty.",
        ));
    }
    Ok(Contact {
        contact_id: contact_id(row)?,
        kind: kind.into(),
        code: code(row, kind)?,
        roles: roles(row)?,
        card: Some(card(row)?),
        from: row.text("from"),
        to: row.text("to"),
    })
}

fn kind(row: &Row) -> Result<OrganisationKind, Refusal> {
    match row.get("kind") {
        "force" => Ok(OrganisationKind::Force),
        "school" => Ok(OrganisationKind::School),
        "trust" => Ok(OrganisationKind::Trust),
        "council" => Ok(OrganisationKind::Council),
        "agency" => Ok(OrganisationKind::Agency),
        "operator" => Ok(OrganisationKind::Operator),
        _ => Err(Refusal::new(
            "kind",
            "not a kind of organisation",
            "Give force, school, trust, council, agency or operator.",
        )),
    }
}

fn code(row: &Row, kind: OrganisationKind) -> Result<String, Refusal> {
    let code = row.get("code");
    let digits = |count| code.len() == count && code.bytes().all(|b| b.is_ascii_digit());
    let (fits, remedy) = match kind {
        OrganisationKind::Force => (digits(2), "Give the force's two digits."),
        OrganisationKind::School => (
            code.parse::<matching::Urn>().is_ok(),
            "Give the school's five to seven digits.",
        ),
        OrganisationKind::Council => (digits(3), "Give the council's three digits."),
        _ => (
            !code.is_empty(),
            "Give the code under which the organisation is registered.",
        ),
    };
    if fits {
        Ok(code.to_owned())
    } else {
        Err(Refusal::new(
            "code",
            "not a code of this kind of organisation",
            remedy,
        ))
    }
}

fn contact_id(row: &Row) -> Result<String, Refusal> {
    let id = row.get("contact_id");
    let plain = id
        .bytes()
        .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if plain && id.len() <= 32 {
        return Ok(id.to_owned());
    }
    Err(Refusal::new(
        "contact_id",
        "not a contact's id",
        "Give up to 32 of a-z, 0-9 and \"-\", or leave it empty.",
    ))
}

fn roles(row: &Row) -> Result<Vec<i32>, Refusal> {
    let known = |name: &str| {
        ROLES
            .iter()
            .find(|(role, _)| *role == name)
            .map(|(_, role)| i32::from(*role))
    };
    let named = row
        .get("roles")
        .split(';')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let mut roles = named
        .map(known)
        .collect::<Option<Vec<i32>>>()
        .unwrap_or_default();
    roles.sort_unstable();
    roles.dedup();
    if roles.is_empty() {
        let remedy = "Give some of key_adult, deputy, head, holiday, off_site, duty_desk, hidden_location_officer, designated_officer, force_coordinator, parted by semicolons.";
        return Err(Refusal::new("roles", "not a list of known roles", remedy));
    }
    Ok(roles)
}

fn card(row: &Row) -> Result<ContactCard, Refusal> {
    let card = ContactCard {
        name: row.text("name"),
        job_title: row.text("job_title"),
        email: row.text("email"),
        phone: row.text("phone"),
    };
    if card.name.is_empty() {
        return Err(Refusal::new("name", "is empty", "Give the person's name."));
    }
    if card.email.is_empty() && card.phone.is_empty() {
        return Err(Refusal::new(
            "email",
            "neither e-mail nor telephone is given",
            "Give one of them at least.",
        ));
    }
    if !card.email.is_empty() && !is_address(&card.email) {
        return Err(Refusal::new(
            "email",
            "not an e-mail address",
            "Give one address, such as name@school.example.",
        ));
    }
    Ok(card)
}

/// One "@" between two parts without spaces; whether it can be reached shows when it is.
fn is_address(text: &str) -> bool {
    let plain = text.len() <= 254
        && !text.contains(|c: char| c.is_whitespace() || "<>(),;:\\\"[]".contains(c));
    let parts = text.split_once('@');
    plain
        && parts
            .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
}
