//! The hub's own secrets: the one behind opaque names, which never rotates, and the signing keys.

use crate::aead::{Cipher, CipherFailed, joined};
use aws_lc_rs::{
    digest, hmac, rand,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use std::{collections::BTreeMap, fmt::Write as _};
use zeroize::Zeroizing;

/// What a signing key signs. A signature for one purpose is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Checkpoints of a journal.
    Checkpoints,
    /// Assertions of who is calling.
    Assertions,
}

/// An Ed25519 key that signs for one purpose.
pub struct SigningKey {
    verifying: VerifyingKey,
    pair: Ed25519KeyPair,
    pkcs8: Zeroizing<Vec<u8>>,
}

/// The public half of a [`SigningKey`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    /// Names the key: its purpose, a dot, 16 hexadecimal digits made from its public bytes.
    pub id: String,
    /// What it signs.
    pub purpose: Purpose,
    /// The 32 public bytes.
    pub public: Vec<u8>,
}

/// Names of the hub's secrets and what they were wrapped into.
pub(crate) type Wrapped = BTreeMap<String, Vec<u8>>;

/// The hub's secrets, ready for use.
pub(crate) struct HubSecrets {
    opaque: hmac::Key,
    checkpoints: SigningKey,
    assertions: SigningKey,
}

/// Why the hub's secrets are not to be had.
#[derive(Debug)]
pub(crate) enum NoSecrets {
    /// One is not there.
    Missing,
    /// They do not open under this master key.
    WrongMaster,
}

const OPAQUE: &str = "opaque";

// === impl HubSecrets ===

impl HubSecrets {
    /// Makes new secrets, wrapped under the master key.
    pub(crate) fn make(master: &Cipher) -> Result<Wrapped, CipherFailed> {
        let mut secret = Zeroizing::new([0; 32]);
        rand::fill(secret.as_mut_slice())?;
        let mut all = Wrapped::new();
        all.insert(
            OPAQUE.to_owned(),
            master.wrap(&bound(OPAQUE), secret.as_slice())?,
        );
        for purpose in [Purpose::Checkpoints, Purpose::Assertions] {
            let pkcs8 = Ed25519KeyPair::generate()?.to_pkcs8()?;
            let name = purpose.name();
            all.insert(name.to_owned(), master.wrap(&bound(name), pkcs8.as_ref())?);
        }
        Ok(all)
    }

    /// Opens what [`HubSecrets::make`] made.
    pub(crate) fn open(master: &Cipher, wrapped: &Wrapped) -> Result<Self, NoSecrets> {
        let secret = |name: &str| {
            let wrapped = wrapped.get(name).ok_or(NoSecrets::Missing)?;
            let opened = master.unwrap_secret(&bound(name), wrapped);
            opened.map_err(|CipherFailed| NoSecrets::WrongMaster)
        };
        let signing = |purpose: Purpose| SigningKey::read(purpose, secret(purpose.name())?);
        Ok(Self {
            opaque: hmac::Key::new(hmac::HMAC_SHA256, &secret(OPAQUE)?),
            checkpoints: signing(Purpose::Checkpoints)?,
            assertions: signing(Purpose::Assertions)?,
        })
    }

    pub(crate) fn opaque(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let mut tag = hmac::Context::with_key(&self.opaque);
        tag.update(&joined(&[purpose.as_bytes()]));
        tag.update(&joined(parts));
        let mut name = [0; 32];
        for (to, from) in name.iter_mut().zip(tag.sign().as_ref()) {
            *to = *from;
        }
        name
    }

    pub(crate) fn signing_key(&self, purpose: Purpose) -> &SigningKey {
        match purpose {
            Purpose::Checkpoints => &self.checkpoints,
            Purpose::Assertions => &self.assertions,
        }
    }
}

fn bound(name: &str) -> Vec<u8> {
    joined(&[b"firstbell hub secret v1", name.as_bytes()])
}

// === impl Purpose ===

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Checkpoints => "checkpoints",
            Self::Assertions => "assertions",
        }
    }
}

// === impl SigningKey ===

impl SigningKey {
    fn read(purpose: Purpose, pkcs8: Zeroizing<Vec<u8>>) -> Result<Self, NoSecrets> {
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| NoSecrets::Missing)?;
        let public = pair.public_key().as_ref().to_vec();
        let mut id = format!("{}.", purpose.name());
        for byte in digest::digest(&digest::SHA256, &public)
            .as_ref()
            .iter()
            .take(8)
        {
            let _ = write!(id, "{byte:02x}");
        }
        Ok(Self {
            verifying: VerifyingKey {
                id,
                purpose,
                public,
            },
            pair,
            pkcs8,
        })
    }

    /// Names the key beside its signatures.
    pub fn id(&self) -> &str {
        &self.verifying.id
    }

    /// The 64 bytes of an Ed25519 signature over `message`.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }

    /// The public half.
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The secret half as PKCS#8, for a signer that cannot hold this type.
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}

// === impl VerifyingKey ===

impl VerifyingKey {
    /// Whether `signature` is this key's over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.public)
            .verify(message, signature)
            .is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> (Cipher, Wrapped) {
        let master = Cipher::new(&[7; 32]).unwrap();
        let wrapped = HubSecrets::make(&master).unwrap();
        (master, wrapped)
    }

    #[test]
    fn opaque_names_are_the_same_after_opening_again_and_differ_by_purpose_and_split() {
        let (master, wrapped) = secrets();
        let hub = HubSecrets::open(&master, &wrapped).unwrap();
        let again = HubSecrets::open(&master, &wrapped).unwrap();
        let name = hub.opaque("stream", &[b"ab", b"c"]);
        assert_eq!(name, again.opaque("stream", &[b"ab", b"c"]));
        assert_ne!(name, hub.opaque("actor", &[b"ab", b"c"]));
        assert_ne!(name, hub.opaque("stream", &[b"a", b"bc"]));
        assert_ne!(name, hub.opaque("stream", &[b"ab", b"c", b""]));
    }

    #[test]
    fn a_signature_verifies_only_over_its_message_and_for_its_purpose() {
        let (master, wrapped) = secrets();
        let hub = HubSecrets::open(&master, &wrapped).unwrap();
        let checkpoints = hub.signing_key(Purpose::Checkpoints);
        let assertions = hub.signing_key(Purpose::Assertions);
        let signature = checkpoints.sign(b"root");
        assert!(checkpoints.verifying().verifies(b"root", &signature));
        assert!(!checkpoints.verifying().verifies(b"toor", &signature));
        assert!(!assertions.verifying().verifies(b"root", &signature));
        assert_ne!(checkpoints.id(), assertions.id());
    }

    #[test]
    fn the_secret_half_signs_the_same_elsewhere() {
        let (master, wrapped) = secrets();
        let hub = HubSecrets::open(&master, &wrapped).unwrap();
        let key = hub.signing_key(Purpose::Checkpoints);
        let elsewhere = Ed25519KeyPair::from_pkcs8(key.pkcs8()).unwrap();
        assert!(
            key.verifying()
                .verifies(b"root", elsewhere.sign(b"root").as_ref())
        );
    }

    #[test]
    fn another_master_key_and_swapped_secrets_are_refused() {
        let (master, mut wrapped) = secrets();
        let other = Cipher::new(&[8; 32]).unwrap();
        let refused = HubSecrets::open(&other, &wrapped);
        assert!(matches!(refused, Err(NoSecrets::WrongMaster)));
        let swapped = wrapped["checkpoints"].clone();
        wrapped.insert("assertions".to_owned(), swapped);
        let refused = HubSecrets::open(&master, &wrapped);
        assert!(matches!(refused, Err(NoSecrets::WrongMaster)));
    }
}
