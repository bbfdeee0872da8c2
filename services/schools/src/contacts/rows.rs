//! What was said of each contact and webhook in one life of the access service's journal.

use bus::PublicEvent;
use prost::{DecodeError, Message, bytes::Bytes};
use proto::access::v1::{ContactRemoved, ContactSet, WebhookSet};
use std::collections::BTreeMap;

/// The kind and code of an organisation.
pub(super) type Owner = (i32, String);

/// The last that was said of each, by organisation and contact id.
#[derive(Default)]
pub(super) struct Rows(BTreeMap<Owner, BTreeMap<String, Row>>);

/// What one event said, and of whom.
pub(super) struct Row {
    pub(super) owner: Owner,
    /// A contact's id, or what stands for the webhook.
    pub(super) id: String,
    /// Of the event, in its life; what was said later in it goes before.
    pub(super) sequence: u64,
    said: Said,
}

enum Said {
    Contact(Box<ContactSet>),
    Removed,
    Webhook(Box<WebhookSet>),
}

const CONTACT_SET: &str = "firstbell.v1.access.contact.set";
const CONTACT_REMOVED: &str = "firstbell.v1.access.contact.removed";
const WEBHOOK_SET: &str = "firstbell.v1.access.webhook.set";
/// No contact id: those have no such character.
const WEBHOOK_ROW: &str = "*webhook";

// === impl Row ===

impl Row {
    /// What an event says; none for an event of another kind.
    pub(super) fn of(event: &PublicEvent) -> Result<Option<Self>, DecodeError> {
        Self::read(&event.kind, event.sequence, event.payload.clone())
    }

    /// The same from the event's type, sequence and payload.
    pub(super) fn read(
        kind: &str,
        sequence: u64,
        payload: Bytes,
    ) -> Result<Option<Self>, DecodeError> {
        let (owner, id, said) = match kind {
            CONTACT_SET => {
                let set = ContactSet::decode(payload)?;
                let owner = (set.kind, set.code.clone());
                (owner, set.contact_id.clone(), Said::Contact(set.into()))
            }
            CONTACT_REMOVED => {
                let removed = ContactRemoved::decode(payload)?;
                let owner = (removed.kind, removed.code);
                (owner, removed.contact_id, Said::Removed)
            }
            WEBHOOK_SET => {
                let set = WebhookSet::decode(payload)?;
                let owner = (set.kind, set.code.clone());
                (owner, WEBHOOK_ROW.to_owned(), Said::Webhook(set.into()))
            }
            _ => return Ok(None),
        };
        Ok(Some(Self {
            owner,
            id,
            sequence,
            said,
        }))
    }
}

// === impl Rows ===

impl Rows {
    /// Takes what was said, unless something later is known.
    pub(super) fn take(&mut self, row: Row) {
        let rows = self.0.entry(row.owner.clone()).or_default();
        let known = rows.get(&row.id);
        if known.is_none_or(|known| known.sequence < row.sequence) {
            rows.insert(row.id.clone(), row);
        }
    }

    /// An organisation's contacts, without those that were removed.
    pub(super) fn contacts(&self, owner: &Owner) -> impl Iterator<Item = &ContactSet> {
        let rows = self.0.get(owner).into_iter().flat_map(BTreeMap::values);
        rows.filter_map(|row| match &row.said {
            Said::Contact(set) => Some(&**set),
            Said::Removed | Said::Webhook(_) => None,
        })
    }

    /// An organisation's webhook.
    pub(super) fn webhook(&self, owner: &Owner) -> Option<&WebhookSet> {
        match &self.0.get(owner)?.get(WEBHOOK_ROW)?.said {
            Said::Webhook(set) => Some(set),
            Said::Contact(_) | Said::Removed => None,
        }
    }
}
