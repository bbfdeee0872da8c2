//! Contacts files.

use crate::refused;
use directory::contacts;
use proto::access::v1::{ContactRole, OrganisationKind};

const GOOD: &str = "school,100000,lead-1,key_adult;off_site,Testy McTestface,Lead,testy@example.org,01632 960001,2025-09-01,2026-07-31";

fn read(rows: &[&str]) -> contacts::ContactsFile {
    let data = format!("{}\n{}\n", contacts::HEADER.join(","), rows.join("\n"));
    contacts::read(data.as_bytes()).expect("the header is right")
}

#[test]
fn a_contact_is_taken_with_everything_it_says() {
    let file = read(&[GOOD]);
    let [contact] = file.contacts.as_slice() else {
        panic!("one contact")
    };
    assert_eq!(
        (
            contact.kind(),
            contact.code.as_str(),
            contact.contact_id.as_str()
        ),
        (OrganisationKind::School, "100000", "lead-1")
    );
    assert_eq!(
        contact.roles().collect::<Vec<_>>(),
        [ContactRole::KeyAdult, ContactRole::OffSite]
    );
    assert_eq!(
        (contact.from.as_str(), contact.to.as_str()),
        ("2025-09-01", "2026-07-31")
    );
    let card = contact.card.as_ref().unwrap();
    assert_eq!(
        (card.name.as_str(), card.email.as_str()),
        ("Testy McTestface", "testy@example.org")
    );
}

#[test]
fn each_kind_of_organisation_has_its_own_code() {
    let file = read(&[
        "force,44,,force_coordinator,Testy McTestface,,testy@example.org,,,",
        "council,850,,duty_desk;hidden_location_officer,Testy McTestface,,,01632 960001,,",
        "trust,17729,,holiday,Testy McTestface,,testy@example.org,,,",
        "force,4,,force_coordinator,Testy McTestface,,testy@example.org,,,",
        "council,100000,,duty_desk,Testy McTestface,,testy@example.org,,,",
        "school,850,,head,Testy McTestface,,testy@example.org,,,",
    ]);
    assert_eq!(
        (file.contacts.len(), refused(&file.report)),
        (3, vec![(5, "code"), (6, "code"), (7, "code")])
    );
}

#[test]
fn bad_contacts_are_refused_by_line_and_field() {
    for (from, to, field) in [
        ("school,", "parish,", "kind"),
        ("lead-1", "Lead 1", "contact_id"),
        ("key_adult;off_site", "key_adult;cook", "roles"),
        ("key_adult;off_site", ";", "roles"),
        ("Testy McTestface", "", "name"),
        ("testy@example.org", "testy@@example.org", "email"),
        (
            "testy@example.org",
            "testy@example.org\" <x@example.org>",
            "email",
        ),
        ("2025-09-01", "1/9/2025", "from"),
        ("2026-07-31", "2025-08-31", "to"),
    ] {
        let file = read(&[&GOOD.replace(from, to)]);
        assert_eq!(
            (file.contacts.len(), refused(&file.report)),
            (0, vec![(2, field)]),
            "{to}"
        );
    }
    let file = read(&[
        &GOOD.replace("testy@example.org,01632 960001", ","),
        GOOD,
        GOOD,
    ]);
    assert_eq!(
        (file.contacts.len(), refused(&file.report)),
        (1, vec![(2, "email"), (4, "contact_id")])
    );
}
