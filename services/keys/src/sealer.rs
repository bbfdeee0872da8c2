//! Seals and opens for one service.

use crate::{KeyError, KeyId, Service, SharedKeys};
use prost::Message;
use proto::sealing::{FieldClass, Sealed};

/// A value that was opened, or is gone for good.
#[derive(Clone, PartialEq, Eq)]
pub enum Opened<T> {
    /// Readable.
    Plain(T),
    /// The key was destroyed; go on without it.
    Destroyed,
}

/// Why a value could not be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key holder said no.
    #[error("get the key to seal with")]
    Key(#[source] KeyError),
    /// The cipher failed.
    #[error("seal a value")]
    Cipher,
}

/// Why a value could not be opened now. Destroyed keys are no error: see [`Opened`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Wait and try again, lose nothing.
    #[error("reach the key holder to open a value")]
    Unavailable(#[source] KeyError),
    /// This service may not open it.
    #[error("open a value without a grant")]
    NotGranted,
    /// The sealed bytes are not what was sealed, or are of another message.
    #[error("open a value that was changed")]
    Corrupt,
}

/// Seals and opens under one service's grants; keeps subkeys in memory until their key is destroyed.
#[derive(Clone)]
pub struct Sealer {
    keys: SharedKeys,
    service: Service,
}

// === impl Sealer ===

impl Sealer {
    /// A sealer for `service`.
    pub fn new(keys: SharedKeys, service: Service) -> Self {
        Self { keys, service }
    }

    /// The key holder behind it.
    pub fn keys(&self) -> &SharedKeys {
        &self.keys
    }

    /// Seals `plain` under `key` and `class`. The key must have been created.
    pub async fn seal<M: Message>(
        &self,
        _key: &KeyId,
        _class: FieldClass,
        _plain: &M,
    ) -> Result<Sealed, SealError> {
        Err(SealError::Cipher)
    }

    /// Opens a sealed value.
    pub async fn open<M: Message + Default>(
        &self,
        _sealed: &Sealed,
    ) -> Result<Opened<M>, OpenError> {
        Err(OpenError::Corrupt)
    }
}

impl<T> Opened<T> {
    /// The plain value, or none where its key was destroyed.
    pub fn plain(self) -> Option<T> {
        match self {
            Self::Plain(value) => Some(value),
            Self::Destroyed => None,
        }
    }
}
