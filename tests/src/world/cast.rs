//! Who takes part in a story.

use super::World;
use crate::{
    caller::Caller,
    people::{Pupil, ROLL_HEADER},
};
use proto::{
    access::v1::{
        Contact, ContactCard, ContactRole, CreateTokenRequest, OrganisationKind, Role,
        SetContactRequest,
    },
    schools::v1::ImportMode,
};

// === impl World ===

impl World {
    /// A force's record system.
    pub async fn force(&self, code: &str) -> Caller {
        let name = "Records system of the force";
        self.named(OrganisationKind::Force, code, Role::ForceSender, name)
            .await
    }

    /// A force's Encompass coordinator.
    pub async fn coordinator(&self, code: &str) -> Caller {
        let name = "Cora McTestface";
        self.named(OrganisationKind::Force, code, Role::ForceCoordinator, name)
            .await
    }

    /// A council's duty desk.
    pub async fn duty_desk(&self, council: &str) -> Caller {
        let name = "Dutiful McTestface";
        self.named(OrganisationKind::Council, council, Role::DutyDesk, name)
            .await
    }

    /// A council's officer for hidden locations.
    pub async fn officer(&self, council: &str) -> Caller {
        let name = "Offie McTestface";
        let role = Role::HiddenLocationOfficer;
        self.named(OrganisationKind::Council, council, role, name)
            .await
    }

    /// A school's record system.
    pub async fn records_feed(&self, urn: &str) -> Caller {
        let name = "Records system of the school";
        self.named(OrganisationKind::School, urn, Role::RecordsFeed, name)
            .await
    }

    /// A school's head, who is a contact too.
    pub async fn head(&self, urn: &str) -> Caller {
        self.contact(urn, "head", "Heady McTestface", ContactRole::Head)
            .await;
        self.of_contact(urn, "head", Role::Head).await
    }

    /// A school's Key Adult, who is a contact too.
    pub async fn key_adult(&self, urn: &str, contact_id: &str, name: &str) -> Caller {
        self.contact(urn, contact_id, name, ContactRole::KeyAdult)
            .await;
        self.of_contact(urn, contact_id, Role::KeyAdult).await
    }

    /// Somebody who can be reached for a school, at `<contact>@<urn>.example.org`.
    pub async fn contact(&self, urn: &str, contact_id: &str, name: &str, role: ContactRole) {
        let kind = OrganisationKind::School;
        self.reachable(kind, urn, contact_id, name, role).await;
    }

    /// Somebody who can be reached for an organisation, at `<contact>@<code>.example.org`.
    pub async fn reachable(
        &self,
        kind: OrganisationKind,
        code: &str,
        contact_id: &str,
        name: &str,
        role: ContactRole,
    ) {
        let contact = Contact {
            contact_id: contact_id.to_owned(),
            kind: kind.into(),
            code: code.to_owned(),
            roles: vec![role.into()],
            card: Some(ContactCard {
                name: name.to_owned(),
                job_title: "Made up".to_owned(),
                email: format!("{contact_id}@{code}.example.org"),
                phone: "01632960001".to_owned(),
            }),
            ..Contact::default()
        };
        self.set_contact(contact).await;
    }

    /// Names or changes a contact, and waits until the schools service has heard of it.
    pub async fn set_contact(&self, contact: Contact) {
        let request = SetContactRequest {
            contact: Some(contact),
        };
        self.operator().access().set_contact(request).await.unwrap();
        self.settled().await;
    }

    /// What a school's own record system sent: its whole roll as it was on that day.
    pub async fn roll(&self, as_at: &str, pupils: &[Pupil]) {
        let rows = pupils.iter().map(Pupil::row);
        let csv = [ROLL_HEADER.to_owned()].into_iter().chain(rows).collect();
        let report = self
            .operator()
            .import_roll(as_at, ImportMode::Whole, csv)
            .await;
        let report = report.unwrap();
        assert_eq!(report.rows_taken, pupils.len() as u64, "{report:?}");
    }

    async fn named(&self, kind: OrganisationKind, code: &str, role: Role, name: &str) -> Caller {
        self.with_token(CreateTokenRequest {
            kind: kind.into(),
            code: code.to_owned(),
            roles: vec![role.into()],
            name: name.to_owned(),
            days: 30,
            ..CreateTokenRequest::default()
        })
        .await
    }

    async fn of_contact(&self, urn: &str, contact_id: &str, role: Role) -> Caller {
        self.with_token(CreateTokenRequest {
            kind: OrganisationKind::School.into(),
            code: urn.to_owned(),
            roles: vec![role.into()],
            contact_id: contact_id.to_owned(),
            days: 30,
            ..CreateTokenRequest::default()
        })
        .await
    }

    /// Somebody with a new token.
    pub async fn with_token(&self, request: CreateTokenRequest) -> Caller {
        let made = self.operator().access().create_token(request).await;
        let made = made.unwrap().into_inner();
        let address = format!("http://{}", self.config.listen);
        Caller::new(self.channel.clone(), address, made.token_id, made.token)
    }
}
