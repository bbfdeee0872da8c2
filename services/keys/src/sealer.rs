//! Seals and opens for one service.
//!
//! A value is bound to its key id, class and suite, so that no other value can be passed off for it;
//! not to a place, so that it can be copied verbatim from stream to stream.

mod subkeys;

use crate::{
    KeyError, KeyId, Names, Service, SharedKeys, Subkey,
    aead::{Cipher, CipherFailed, TAG_LEN, joined},
    grants::{may_open, may_seal},
    port,
};
use aws_lc_rs::hmac;
use prost::Message;
use proto::sealing::{FieldClass, Sealed, Suite};
use std::sync::Arc;
use subkeys::{Subkeys, Which};
use zeroize::Zeroizing;

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
/// Clones share the subkeys.
#[derive(Clone)]
pub struct Sealer {
    service: Service,
    names: Names,
    subkeys: Arc<Subkeys>,
}

// === impl Sealer ===

impl Sealer {
    /// A sealer for `service`. Made inside a runtime, it drops the subkeys of destroyed keys at once;
    /// outside of one, before its next use.
    pub fn new(keys: SharedKeys, service: Service) -> Self {
        let names = keys.names(service);
        let subkeys = Arc::new(Subkeys::new(keys));
        subkeys::watch(&subkeys);
        Self {
            service,
            names,
            subkeys,
        }
    }

    /// The key holder behind it.
    pub fn keys(&self) -> &SharedKeys {
        self.subkeys.keys()
    }

    /// The service's opaque name for `parts`; `purpose` separates uses.
    pub fn opaque(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        self.names.opaque(purpose, parts)
    }

    /// Makes the keys that do not exist yet; durable when answered. A destroyed id is refused.
    pub async fn make(&self, ids: &[KeyId]) -> Result<(), KeyError> {
        let before = self.subkeys.as_of_now();
        let made = self.keys().create(self.service, ids).await?;
        let subkeys = made.into_iter().flat_map(|(key, came)| each_of(key, came));
        self.subkeys.keep(before, &subkeys.collect::<Vec<_>>());
        Ok(())
    }

    /// 32 bytes for a use of the service's own, named by `label`, that seals nothing: HMAC-SHA-256 under
    /// the subkey of `key` for `class`. They are gone when the key is.
    pub async fn derived(
        &self,
        key: &KeyId,
        class: FieldClass,
        label: &'static str,
    ) -> Result<Zeroizing<[u8; 32]>, KeyError> {
        let subkey = self.subkey(key, class).await?;
        let derives = hmac::Key::new(hmac::HMAC_SHA256, subkey.0.as_ref());
        let tag = hmac::sign(&derives, label.as_bytes());
        let mut derived = Zeroizing::new([0; 32]);
        for (to, from) in derived.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Ok(derived)
    }

    /// Seals `plain` under `key` and `class`. The key must have been created.
    pub async fn seal<M: Message>(
        &self,
        key: &KeyId,
        class: FieldClass,
        plain: &M,
    ) -> Result<Sealed, SealError> {
        let granted = |kind| may_seal(self.service, kind, class);
        if !granted(key.kind()) {
            return Err(SealError::Key(KeyError::NotGranted));
        }
        let subkey = self.subkey(key, class).await.map_err(SealError::Key)?;
        let mut value = Vec::with_capacity(plain.encoded_len().saturating_add(TAG_LEN));
        plain.encode(&mut value).map_err(|_| SealError::Cipher)?;
        let suite = Suite::Aes256Gcm;
        let (nonce, ciphertext) = Cipher::new(&subkey.0)
            .and_then(|cipher| cipher.seal(&bound(suite, key, class), value))
            .map_err(|CipherFailed| SealError::Cipher)?;
        Ok(Sealed {
            key_id: key.to_string(),
            class: class.into(),
            suite: suite.into(),
            nonce: nonce.to_vec(),
            ciphertext,
        })
    }

    /// Opens a sealed value. A key that the holder does not know may be missing from a copy that was
    /// put back, so its values are unavailable and not destroyed.
    pub async fn open<M: Message + Default>(
        &self,
        sealed: &Sealed,
    ) -> Result<Opened<M>, OpenError> {
        let key = KeyId::parse(&sealed.key_id).map_err(|_| OpenError::Corrupt)?;
        let class = FieldClass::try_from(sealed.class).map_err(|_| OpenError::Corrupt)?;
        let suite = Suite::try_from(sealed.suite).map_err(|_| OpenError::Corrupt)?;
        if class == FieldClass::Unspecified || suite != Suite::Aes256Gcm {
            return Err(OpenError::Corrupt);
        }
        if !may_open(self.service, key.kind(), class) {
            return Err(OpenError::NotGranted);
        }
        let subkey = match self.subkey(&key, class).await {
            Ok(subkey) => subkey,
            Err(KeyError::Destroyed) => return Ok(Opened::Destroyed),
            Err(KeyError::NotGranted) => return Err(OpenError::NotGranted),
            Err(error @ (KeyError::Unknown | KeyError::Unavailable(_))) => {
                return Err(OpenError::Unavailable(error));
            }
        };
        let bound = bound(suite, &key, class);
        let plain = Cipher::new(&subkey.0)
            .and_then(|cipher| cipher.open(&bound, &sealed.nonce, &sealed.ciphertext))
            .map_err(|CipherFailed| OpenError::Corrupt)?;
        M::decode(plain.as_slice())
            .map(Opened::Plain)
            .map_err(|_| OpenError::Corrupt)
    }

    async fn subkey(&self, key: &KeyId, class: FieldClass) -> Result<Arc<Subkey>, KeyError> {
        let missed = match self.subkeys.find(key, class) {
            Ok(subkey) => return Ok(subkey),
            Err(missed) => missed,
        };
        let came = self.keys().subkeys(self.service, key, class).await?;
        let subkeys: Vec<_> = each_of(*key, came).collect();
        self.subkeys.keep(missed, &subkeys);
        let mut subkeys = subkeys.into_iter();
        let asked = subkeys.find(|((_, of_class), _)| *of_class == class);
        asked.map(|(_, subkey)| subkey).ok_or(KeyError::NotGranted)
    }
}

/// What came of one key, each by itself.
fn each_of(key: KeyId, came: port::Subkeys) -> impl Iterator<Item = (Which, Arc<Subkey>)> {
    let one = move |(class, subkey)| ((key, class), Arc::new(subkey));
    came.into_iter().map(one)
}

fn bound(suite: Suite, key: &KeyId, class: FieldClass) -> Vec<u8> {
    let suite = i32::from(suite).to_be_bytes();
    let class = i32::from(class).to_be_bytes();
    joined(&[&suite, &key.text(), &class])
}

// === impl Opened ===

impl<T> Opened<T> {
    /// The plain value, or none where its key was destroyed.
    pub fn plain(self) -> Option<T> {
        match self {
            Self::Plain(value) => Some(value),
            Self::Destroyed => None,
        }
    }
}
