//! Who can be reached, as the access service last said.
//!
//! A local copy, not history: rows come from another service's public events, sealed as they are,
//! and are replaced by newer ones. In memory, beside a file that outlives the process. When an older
//! copy of the access service's journal was put back, all is heard again from its beginning: what was
//! known is shown until everything is heard, so that nobody is missing and nobody who was removed
//! long ago comes back meanwhile, and then gives way as a whole.

mod file;
mod rows;

use crate::seals::Seals;
use async_trait::async_trait;
use bus::{HandleError, Handler, PublicEvent, SharedFeed};
use file::File;
use jiff::civil::Date;
use keys::{OpenError, Sealer};
use proto::access::v1::{ContactCard, ContactRole, ContactSet, OrganisationKind, WebhookTarget};
use rows::{Owner, Row, Rows};
use std::{
    collections::BTreeSet,
    path::Path,
    sync::{Mutex, PoisonError, RwLock, RwLockReadGuard},
};

/// The contacts and webhooks of every organisation.
pub struct ContactBook {
    /// Taken before `told`, so that both change together.
    file: Mutex<File>,
    told: RwLock<Told>,
    feed: SharedFeed,
    seals: Seals,
}

/// What the access service said.
#[derive(Default)]
struct Told {
    /// In the life of its journal that is shown; none before anything was heard.
    shown: Option<Life>,
    /// In another one, while it is not heard to its end.
    coming: Option<Life>,
}

struct Life {
    name: String,
    rows: Rows,
}

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
    /// Opens the file and loads it. `access` is the feed that the book hears.
    pub fn open(path: &Path, sealer: Sealer, access: SharedFeed) -> Result<Self, ContactError> {
        let file = File::open(path)?;
        let told = Told::load(&file)?;
        Ok(Self {
            file: Mutex::new(file),
            told: RwLock::new(told),
            feed: access,
            seals: Seals::new(sealer),
        })
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
            let told = self.told();
            let set = told
                .rows()
                .and_then(|rows| rows.webhook(&owner(kind, code)));
            set.and_then(|set| set.target.clone())
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
        let owner = owner(kind, code);
        let told = self.told();
        let contacts = told.rows().map(|rows| rows.contacts(&owner));
        contacts.into_iter().flatten().cloned().collect()
    }

    fn told(&self) -> RwLockReadGuard<'_, Told> {
        self.told.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what an event of this life said into file and memory.
    fn keep(&self, life: &str, row: Row, event: &PublicEvent) -> Result<(), ContactError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.told().knows(life) {
            match self.told().shown.as_ref() {
                None => file.show(life)?,
                Some(shown) => file.keep_only(&shown.name, life)?,
            }
        }
        file.keep(life, &row, event)?;
        let mut told = self.told.write().unwrap_or_else(PoisonError::into_inner);
        told.of(life).take(row);
        Ok(())
    }

    /// Whether this life is not heard to its end yet, as far as is known.
    fn awaits(&self, life: &str) -> bool {
        let told = self.told();
        told.shown.as_ref().is_some_and(|shown| shown.name != life)
    }

    /// Everything of this life was heard.
    fn show(&self, life: &str) -> Result<(), ContactError> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.show(life)?;
        let rows = file.rows(life)?;
        let mut told = self.told.write().unwrap_or_else(PoisonError::into_inner);
        *told = Told {
            shown: Some(Life::new(life, rows)),
            coming: None,
        };
        Ok(())
    }
}

#[async_trait]
impl Handler for ContactBook {
    async fn handle(&self, event: &PublicEvent) -> Result<(), HandleError> {
        let life = self.feed.life().map_err(later)?.to_string();
        let row = Row::of(event);
        let is_understood = row.is_ok();
        if let Ok(Some(row)) = row {
            self.keep(&life, row, event).map_err(later)?;
        }
        if self.awaits(&life) {
            let next = event.sequence.saturating_add(1);
            if !self.feed.still_has(next).await.map_err(later)? {
                self.show(&life).map_err(later)?;
            }
        }
        if is_understood {
            Ok(())
        } else {
            Err(HandleError::Poison("the payload is not of its type"))
        }
    }
}

// === impl Told ===

impl Told {
    fn load(file: &File) -> Result<Self, ContactError> {
        let Some(shown) = file.shown()? else {
            return Ok(Self::default());
        };
        let load = |name: String| Ok::<_, ContactError>(Life::new(&name, file.rows(&name)?));
        Ok(Self {
            coming: file.other_than(&shown)?.map(load).transpose()?,
            shown: Some(load(shown)?),
        })
    }

    fn rows(&self) -> Option<&Rows> {
        self.shown.as_ref().map(|shown| &shown.rows)
    }

    fn knows(&self, life: &str) -> bool {
        let mut known = self.shown.iter().chain(&self.coming);
        known.any(|known| known.name == life)
    }

    /// Where what is said in this life belongs. The first is shown at once.
    fn of(&mut self, life: &str) -> &mut Rows {
        let place = match &self.shown {
            Some(shown) if shown.name != life => &mut self.coming,
            _ => &mut self.shown,
        };
        if place.as_ref().is_some_and(|known| known.name != life) {
            *place = None;
        }
        let known = place.get_or_insert_with(|| Life::new(life, Rows::default()));
        &mut known.rows
    }
}

// === impl Life ===

impl Life {
    fn new(name: &str, rows: Rows) -> Self {
        let name = name.to_owned();
        Self { name, rows }
    }
}

fn later(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> HandleError {
    HandleError::Later(error.into())
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
