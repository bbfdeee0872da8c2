//! What a key holder promises.
//!
//! 1. A key is durable before its creation is answered; creating it again changes nothing.
//! 2. Keys never leave the holder: only subkeys derived from (key, class) do, by grant.
//! 3. A destroyed key never comes back, and its name is kept in a ledger that outlives restores.

use crate::{KeyId, Names, Service};
use async_trait::async_trait;
use proto::sealing::FieldClass;
use std::sync::Arc;
use tokio::sync::broadcast;
use zeroize::Zeroizing;

/// A key holder that many parts hold.
pub type SharedKeys = Arc<dyn Keys>;

/// 32 bytes derived from a key for one field class; wiped when dropped.
#[derive(Clone)]
pub struct Subkey(pub Zeroizing<[u8; 32]>);

/// What a key has subkeys for.
pub(crate) const CLASSES: [FieldClass; 5] = [
    FieldClass::Identity,
    FieldClass::Content,
    FieldClass::Location,
    FieldClass::Area,
    FieldClass::Time,
];

/// Subkeys of one key, by class.
pub type Subkeys = Vec<(FieldClass, Subkey)>;

/// Why a key holder said no.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Final: the key was destroyed.
    #[error("use a key that was destroyed")]
    Destroyed,
    /// The holder knows no such key.
    #[error("use a key that was never made")]
    Unknown,
    /// The service has no grant for this kind of key and class.
    #[error("use a key without a grant")]
    NotGranted,
    /// Wait and try again: the holder cannot be reached.
    #[error("reach the key holder")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Holds keys and hands out subkeys.
#[async_trait]
pub trait Keys: Send + Sync + 'static {
    /// Makes the keys that do not exist yet; durable when answered. A destroyed id is refused. Gives back
    /// what `service` is granted of those that were made, and maybe of others, so that it need not ask for
    /// it.
    async fn create(
        &self,
        service: Service,
        ids: &[KeyId],
    ) -> Result<Vec<(KeyId, Subkeys)>, KeyError>;

    /// The subkey of `id` for `class`, if `service` is granted it for opening or sealing; with it others
    /// of the same key where they come along.
    async fn subkeys(
        &self,
        service: Service,
        id: &KeyId,
        class: FieldClass,
    ) -> Result<Subkeys, KeyError>;

    /// The one subkey.
    async fn subkey(
        &self,
        service: Service,
        id: &KeyId,
        class: FieldClass,
    ) -> Result<Subkey, KeyError> {
        let subkeys = self.subkeys(service, id, class).await?;
        let mut subkeys = subkeys.into_iter();
        let subkey = subkeys.find(|(of_class, _)| *of_class == class);
        subkey.map(|(_, subkey)| subkey).ok_or(KeyError::NotGranted)
    }

    /// Whether the key was destroyed.
    async fn is_destroyed(&self, id: &KeyId) -> Result<bool, KeyError>;

    /// Every key destroyed so far, in no order: for whoever was not there to hear of it.
    async fn all_destroyed(&self) -> Result<Vec<KeyId>, KeyError>;

    /// Every destruction from now on, so that holders of subkeys drop them at once. A feed that ends
    /// was lost: ask for another, which has ended too as long as there is none.
    fn destroyed(&self) -> broadcast::Receiver<KeyId>;

    /// What `service` makes opaque names with. A holder that works for one service only has those of
    /// that one, whoever asks.
    fn names(&self, service: Service) -> Names;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_subkey_for_every_class() {
        let all = (1..=100).filter_map(|number| FieldClass::try_from(number).ok());
        assert_eq!(all.collect::<Vec<_>>(), CLASSES);
    }
}
