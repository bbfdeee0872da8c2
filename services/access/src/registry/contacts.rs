//! Contacts: one stream and one key for each contact of an organisation.

use super::{Act, Registry, Stream, fresh_command};
use crate::{
    checks::NewContact,
    domain::{
        Contact,
        contact::{Command, Refusal},
    },
    problems, wire,
};
use host::problem::Problem;
use jiff::civil::Date;
use journal::{Reserve, id::hex};
use keys::KeyKind;
use policy::Organisation;
use proto::{
    access::v1::{self as public, ContactCard},
    sealing::Sealed,
};

// === impl Registry ===

impl Registry {
    /// Names a contact or changes one. The same again changes nothing.
    pub(crate) async fn set_contact(
        &self,
        by: &str,
        new: NewContact,
    ) -> Result<public::SetContactResponse, Problem> {
        self.known(&new.organisation, "contact.code").await?;
        let contact_id = match new.id {
            Some(id) => id,
            None => self.contact_id_for(&new.organisation, &new.card),
        };
        let stream = self.contact_stream(&new.organisation, &contact_id);
        let same_card = self
            .same_card(&new.organisation, &contact_id, &new.card)
            .await?;
        let card = match &same_card {
            Some(card) => card.clone(),
            None => self.seal(KeyKind::Contact, stream.id, &new.card).await?,
        };
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let command = Command::Set {
            contact: Box::new(wire::ContactSet {
                contact_id: contact_id.clone(),
                kind: new.organisation.kind.into(),
                code: new.organisation.code,
                roles: new.roles.into_iter().map(Into::into).collect(),
                card: Some(card),
                from: day(new.from),
                to: day(new.to),
            }),
            same_card,
        };
        let position = self.on_contact(by, &stream, Reserve::Keep, command).await?;
        Ok(public::SetContactResponse {
            contact_id,
            position,
        })
    }

    /// Removes a contact. Its tokens are refused from now on.
    pub(crate) async fn remove_contact(
        &self,
        by: &str,
        organisation: &Organisation,
        contact_id: String,
    ) -> Result<public::RemoveContactResponse, Problem> {
        let stream = self.contact_stream(organisation, &contact_id);
        let command = Command::Remove(wire::ContactRemoved {
            contact_id,
            kind: organisation.kind.into(),
            code: organisation.code.clone(),
        });
        let position = self
            .on_contact(by, &stream, Reserve::MayUse, command)
            .await?;
        Ok(public::RemoveContactResponse { position })
    }

    /// Contacts of an organisation, past and future ones too, by id. A card whose key was destroyed
    /// is absent.
    pub(crate) async fn list_contacts(
        &self,
        organisation: &Organisation,
    ) -> Result<public::ListContactsResponse, Problem> {
        let rows = self.views.current().await.map_err(problems::of_read)?;
        let found: Vec<_> = rows.contacts_of(organisation).cloned().collect();
        drop(rows);
        let mut contacts = Vec::with_capacity(found.len());
        for contact in found {
            let card = match &contact.card {
                Some(card) => self.open(card).await?,
                None => None,
            };
            contacts.push(public::Contact {
                contact_id: contact.contact_id,
                kind: contact.kind,
                code: contact.code,
                roles: contact.roles,
                card,
                from: contact.from,
                to: contact.to,
            });
        }
        Ok(public::ListContactsResponse { contacts })
    }

    /// Whether the hub's clock shows one of the contact's days.
    pub(crate) fn is_contact_today(&self, contact: &wire::ContactSet) -> bool {
        let today = self.clock.now().to_zoned(self.london.clone()).date();
        let begun = contact
            .from
            .parse()
            .map_or(true, |from: Date| from <= today);
        let over = contact.to.parse().is_ok_and(|to: Date| to < today);
        begun && !over
    }

    fn contact_stream(&self, organisation: &Organisation, id: &str) -> Stream {
        self.stream_of("contact", organisation, id)
    }

    /// An id for somebody who has none: the same for the same name and mail address, so that a list
    /// without ids can be loaded twice.
    fn contact_id_for(&self, organisation: &Organisation, card: &ContactCard) -> String {
        let email = card.email.to_ascii_lowercase();
        let parts = [
            organisation.kind.as_str_name(),
            &organisation.code,
            &card.name,
            &email,
        ];
        hex(&self.opaque("access.contact-id", &parts.map(str::as_bytes)))
    }

    /// The sealed card of this contact, if it says what `card` says.
    async fn same_card(
        &self,
        organisation: &Organisation,
        id: &str,
        card: &ContactCard,
    ) -> Result<Option<Sealed>, Problem> {
        let rows = self.views.current().await.map_err(problems::of_read)?;
        let sealed = rows
            .contact(organisation, id)
            .and_then(|contact| contact.card.clone());
        drop(rows);
        let Some(sealed) = sealed else {
            return Ok(None);
        };
        let plain: Option<ContactCard> = self.open(&sealed).await?;
        Ok((plain.as_ref() == Some(card)).then_some(sealed))
    }

    async fn on_contact(
        &self,
        by: &str,
        stream: &Stream,
        reserve: Reserve,
        command: Command,
    ) -> Result<String, Problem> {
        let act = Act {
            stream,
            by,
            command: fresh_command()?,
            reserve,
        };
        let outcome = self.act::<Contact>(act, &command).await;
        let refused = |Refusal::Unknown| Problem::not_found();
        let outcome = outcome.map_err(|error| problems::of_execute(error, refused))?;
        self.shown(outcome.position).await
    }
}
