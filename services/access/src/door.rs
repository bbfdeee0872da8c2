//! Exchanges a token for a short-lived signed assertion of who is calling.
//!
//! An assertion is used again for ten seconds, as long as nothing at all has changed in access: so
//! whatever takes a token's force away (revoked, contact removed) takes it away at once.

use crate::{
    problems,
    registry::{Registry, hash_of},
    views::TokenRow,
    wire,
};
use async_trait::async_trait;
use host::{
    principal::{Authenticate, SignedAssertionBytes},
    problem::{Code, Problem},
};
use jiff::{SignedDuration, Timestamp};
use journal::Position;
use policy::{LONGEST_LIFE, Signer};
use prost::Message;
use proto::access::v1::{Assertion, ContactCard};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The hub's border, as far as tokens are concerned.
pub(crate) struct Door {
    registry: Arc<Registry>,
    signer: Signer,
    signed: Mutex<HashMap<[u8; 32], Signed>>,
}

/// An assertion that was made for a token.
#[derive(Clone)]
struct Signed {
    bytes: SignedAssertionBytes,
    made_at: Timestamp,
    expires_at: Timestamp,
    /// What access knew when it was made.
    cursor: Position,
}

/// How long an assertion is used again.
const REUSED_FOR: SignedDuration = SignedDuration::from_secs(10);

/// Assertions that are kept: more than callers at once.
const KEPT: usize = 4096;

// === impl Door ===

impl Door {
    pub(crate) fn new(registry: Arc<Registry>, signer: Signer) -> Self {
        Self {
            registry,
            signer,
            signed: Mutex::default(),
        }
    }

    fn kept(&self, hash: &[u8; 32], now: Timestamp, cursor: Position) -> Option<Signed> {
        let signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        let found = signed.get(hash).filter(|s| s.is_fresh(now, cursor));
        found.cloned()
    }

    fn keep(&self, hash: [u8; 32], new: &Signed) {
        let mut signed = self.signed.lock().unwrap_or_else(PoisonError::into_inner);
        if signed.len() >= KEPT {
            signed.retain(|_, s| s.is_fresh(new.made_at, new.cursor));
        }
        if signed.len() < KEPT {
            signed.insert(hash, new.clone());
        }
    }

    async fn sign(
        &self,
        token: &TokenRow,
        contact: Option<&wire::ContactSet>,
        now: Timestamp,
        cursor: Position,
    ) -> Result<Signed, Problem> {
        let made = &token.made;
        let ends = Timestamp::from_millisecond(made.expires_at_ms).unwrap_or(now);
        if token.revoked || ends <= now {
            return Err(nobody());
        }
        let expires_at = ends.min(now.saturating_add(LONGEST_LIFE).unwrap_or(ends));
        let assertion = Assertion {
            principal_id: made.token_id.clone(),
            kind: made.kind,
            code: made.code.clone(),
            roles: made.roles.clone(),
            contact_id: made.contact_id.clone(),
            name: self.name(made, contact).await?,
            issued_at_ms: now.as_millisecond(),
            expires_at_ms: expires_at.as_millisecond(),
        };
        let bytes = self.signer.sign(&assertion).encode_to_vec();
        Ok(Signed {
            bytes: SignedAssertionBytes(bytes.into()),
            made_at: now,
            expires_at,
            cursor,
        })
    }

    /// Who holds the token: nobody any more where the contact is none today, or the name is destroyed.
    async fn name(
        &self,
        made: &wire::TokenCreated,
        contact: Option<&wire::ContactSet>,
    ) -> Result<String, Problem> {
        let card = if made.contact_id.is_empty() {
            made.holder.as_ref()
        } else {
            contact
                .filter(|contact| self.registry.is_contact_today(contact))
                .and_then(|contact| contact.card.as_ref())
        };
        let card: Option<ContactCard> = self.registry.open(card.ok_or_else(nobody)?).await?;
        Ok(card.ok_or_else(nobody)?.name)
    }
}

#[async_trait]
impl Authenticate for Door {
    async fn authenticate(&self, bearer: &str) -> Result<SignedAssertionBytes, Problem> {
        let hash = hash_of(bearer).ok_or_else(nobody)?;
        let now = self.registry.clock.now();
        let (token, contact, cursor) = {
            let rows = self.registry.views.current().await;
            let rows = rows.map_err(problems::of_read)?;
            let cursor = rows.cursor();
            if let Some(kept) = self.kept(&hash, now, cursor) {
                return Ok(kept.bytes);
            }
            let token = rows.token_by_hash(&hash).ok_or_else(nobody)?;
            let contact = rows.holder_of(token).cloned();
            (token.clone(), contact, cursor)
        };
        let signed = self.sign(&token, contact.as_ref(), now, cursor).await?;
        self.keep(hash, &signed);
        Ok(signed.bytes)
    }
}

/// Unknown, over, revoked and given to nobody any more: all the same from outside.
fn nobody() -> Problem {
    Problem::of(Code::Unauthenticated)
}

// === impl Signed ===

impl Signed {
    fn is_fresh(&self, now: Timestamp, cursor: Position) -> bool {
        let age = now.duration_since(self.made_at);
        let young = !age.is_negative() && age < REUSED_FOR;
        young && now < self.expires_at && cursor == self.cursor
    }
}
