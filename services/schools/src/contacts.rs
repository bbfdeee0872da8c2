//! Who can be reached, as the access service last said.
//!
//! A local copy, not history: rows come from another service's public events, sealed as they are,
//! and are replaced by newer ones. In memory, beside a file that outlives the process.

use crate::seals::Seals;
use async_trait::async_trait;
use bus::{HandleError, Handler, PublicEvent};
use jiff::civil::Date;
use keys::{OpenError, Sealer};
use prost::Message;
use proto::access::v1::{
    ContactCard, ContactRemoved, ContactRole, ContactSet, OrganisationKind, WebhookSet,
    WebhookTarget,
};
use rusqlite::{Connection, params};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Mutex, PoisonError, RwLock},
};

/// The contacts and webhooks of every organisation.
pub struct ContactBook {
    file: Mutex<Connection>,
    entries: RwLock<Entries>,
    seals: Seals,
}

#[derive(Default)]
struct Entries {
    contacts: BTreeMap<Owner, BTreeMap<String, (u64, ContactSet)>>,
    webhooks: BTreeMap<Owner, (u64, WebhookSet)>,
}

type Owner = (i32, String);

/// A person who can be reached on the day asked about, opened.
pub struct Reachable {
    /// The contact's id, unique within its organisation.
    pub contact_id: String,
    /// How the person is named and reached.
    pub card: ContactCard,
}

/// Who can be reached of those asked about.
#[derive(Default)]
pub struct Found {
    /// Opened; those whose key is destroyed are no more.
    pub people: Vec<Reachable>,
    /// Ids of contacts whose key cannot be reached now: who they are is known later.
    pub away: BTreeSet<String>,
}

/// Who could be reached is known later.
#[derive(Debug, thiserror::Error)]
#[error("reach the key of a contact")]
pub struct AwayError;

/// Why the contact file could not be used.
#[derive(Debug, thiserror::Error)]
#[error("use the contact file")]
pub struct ContactError(#[from] rusqlite::Error);

// === impl ContactBook ===

impl ContactBook {
    /// Opens the file and loads it.
    pub fn open(path: &Path, sealer: Sealer) -> Result<Self, ContactError> {
        let file = Connection::open(path)?;
        file.pragma_update(None, "journal_mode", "WAL")?;
        // The cursor beside it may outlive a power cut, so the rows must too.
        file.pragma_update(None, "synchronous", "FULL")?;
        file.pragma_update(None, "secure_delete", "ON")?;
        file.execute_batch(
            "CREATE TABLE IF NOT EXISTS entry(
                 kind INTEGER NOT NULL, code TEXT NOT NULL, contact_id TEXT NOT NULL,
                 sequence INTEGER NOT NULL, event TEXT NOT NULL, message BLOB NOT NULL,
                 PRIMARY KEY(kind, code, contact_id)) STRICT;",
        )?;
        let book = Self {
            file: Mutex::new(file),
            entries: RwLock::default(),
            seals: Seals::new(sealer),
        };
        book.load()?;
        Ok(book)
    }

    /// Contacts of an organisation that hold one of `roles` on `day`.
    pub async fn reachable(
        &self,
        kind: OrganisationKind,
        code: &str,
        roles: &[ContactRole],
        day: Date,
    ) -> Found {
        let mut found = Found::default();
        for contact in self.current(kind, code, roles, day) {
            let ContactSet {
                contact_id, card, ..
            } = contact;
            match self.seals.open_to_show(card.as_ref()).await {
                Ok(Some(card)) => found.people.push(Reachable { contact_id, card }),
                Ok(None) => {}
                Err(_) => {
                    found.away.insert(contact_id);
                }
            }
        }
        found
    }

    /// Whether somebody of an organisation holds one of `roles` on `day`.
    pub fn covers(
        &self,
        kind: OrganisationKind,
        code: &str,
        roles: &[ContactRole],
        day: Date,
    ) -> bool {
        !self.current(kind, code, roles, day).is_empty()
    }

    /// Whether an organisation has any contact at all with one of `roles`, current or not.
    pub fn ever_named(&self, kind: OrganisationKind, code: &str, roles: &[ContactRole]) -> bool {
        let held = |contact: &ContactSet| contact.roles().any(|role| roles.contains(&role));
        self.of(kind, code).iter().any(held)
    }

    /// Where an organisation's webhook goes, opened; an error where its key cannot be reached now.
    pub async fn webhook(
        &self,
        kind: OrganisationKind,
        code: &str,
    ) -> Result<Option<WebhookTarget>, OpenError> {
        let sealed = {
            let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
            let set = entries.webhooks.get(&owner(kind, code));
            set.and_then(|(_, set)| set.target.clone())
        };
        self.seals.open_to_show(sealed.as_ref()).await
    }

    fn current(
        &self,
        kind: OrganisationKind,
        code: &str,
        roles: &[ContactRole],
        day: Date,
    ) -> Vec<ContactSet> {
        let mut contacts = self.of(kind, code);
        contacts.retain(|contact| {
            holds_on(contact, day) && contact.roles().any(|role| roles.contains(&role))
        });
        contacts
    }

    fn of(&self, kind: OrganisationKind, code: &str) -> Vec<ContactSet> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        let contacts = entries.contacts.get(&owner(kind, code));
        contacts
            .into_iter()
            .flat_map(|contacts| contacts.values().map(|(_, contact)| contact.clone()))
            .collect()
    }

    fn load(&self) -> Result<(), ContactError> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let mut query = file.prepare("SELECT event, sequence, message FROM entry")?;
        let rows = query.query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, u64>(1)?,
                row.get::<_, Vec<u8>>(2)?,
            ))
        })?;
        for row in rows {
            let (event, sequence, message) = row?;
            // What no longer decodes is told again by the access service's feed.
            let _ = self.remember(&event, sequence, &message);
        }
        Ok(())
    }

    /// Takes one event into memory; gives what names its row, or none for an event of another kind.
    fn remember(
        &self,
        event: &str,
        sequence: u64,
        message: &[u8],
    ) -> Result<Option<(Owner, String)>, prost::DecodeError> {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        match event {
            CONTACT_SET => {
                let set = ContactSet::decode(message)?;
                let owner = (set.kind, set.code.clone());
                let contacts = entries.contacts.entry(owner.clone()).or_default();
                let id = set.contact_id.clone();
                if contacts.get(&id).is_none_or(|(seen, _)| *seen < sequence) {
                    contacts.insert(id.clone(), (sequence, set));
                }
                Ok(Some((owner, id)))
            }
            CONTACT_REMOVED => {
                let removed = ContactRemoved::decode(message)?;
                let owner = (removed.kind, removed.code.clone());
                let gone = ContactSet {
                    contact_id: removed.contact_id.clone(),
                    ..ContactSet::default()
                };
                let contacts = entries.contacts.entry(owner.clone()).or_default();
                contacts.insert(removed.contact_id.clone(), (sequence, gone));
                Ok(Some((owner, removed.contact_id)))
            }
            WEBHOOK_SET => {
                let set = WebhookSet::decode(message)?;
                let owner = (set.kind, set.code.clone());
                entries.webhooks.insert(owner.clone(), (sequence, set));
                Ok(Some((owner, WEBHOOK_ROW.to_owned())))
            }
            _ => Ok(None),
        }
    }
}

const CONTACT_SET: &str = "firstbell.v1.access.contact.set";
const CONTACT_REMOVED: &str = "firstbell.v1.access.contact.removed";
const WEBHOOK_SET: &str = "firstbell.v1.access.webhook.set";
/// No contact id: those have no such character.
const WEBHOOK_ROW: &str = "*webhook";

#[async_trait]
impl Handler for ContactBook {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        let row = self
            .remember(&event.kind, event.sequence, &event.payload)
            .map_err(|_| HandleError::Poison("the payload is not of its type"))?;
        let Some(((kind, code), id)) = row else {
            return Ok(());
        };
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.execute(
            "INSERT INTO entry VALUES(?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO UPDATE SET sequence = excluded.sequence, event = excluded.event,
                 message = excluded.message WHERE excluded.sequence > sequence",
            params![kind, code, id, event.sequence, event.kind, &*event.payload],
        )
        .map_err(|error| HandleError::Later(Box::new(error)))?;
        Ok(())
    }
}

fn owner(kind: OrganisationKind, code: &str) -> Owner {
    (kind.into(), code.to_owned())
}

/// An unreadable date never makes somebody reachable: the access service has checked it.
fn holds_on(contact: &ContactSet, day: Date) -> bool {
    let bound = |text: &str| {
        if text.is_empty() {
            Some(None)
        } else {
            text.parse::<Date>().ok().map(Some)
        }
    };
    match (bound(&contact.from), bound(&contact.to)) {
        (Some(from), Some(to)) => {
            from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to)
        }
        _ => false,
    }
}
