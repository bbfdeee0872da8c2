//! The hub's own secrets: the one behind opaque names, which never rotates, and the signing keys.
//!
//! Each service names under a secret of its own, derived from the hub's: what one can name, no other
//! can guess.

use crate::{
    Service,
    aead::{Cipher, CipherFailed, joined},
};
use aws_lc_rs::{
    digest, hmac, rand,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use std::{collections::BTreeMap, fmt::Write as _};
use zeroize::Zeroizing;

/// What a signing key signs. A signature for one purpose is worth nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Checkpoints of this service's journal.
    Checkpoints(Service),
    /// Assertions of who is calling.
    Assertions,
}

/// What a hub was made for, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeFor {
    /// Real children.
    Use,
    /// Made-up ones: its clock may be turned.
    Tests,
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

/// Makes a service's opaque names: keyed hashes under a secret that is the service's own.
#[derive(Clone)]
pub struct Names {
    key: hmac::Key,
    secret: Zeroizing<[u8; 32]>,
}

/// Names of the hub's secrets and what they were wrapped into.
pub(crate) type Wrapped = BTreeMap<String, Vec<u8>>;

/// The hub's secrets, ready for use.
pub(crate) struct HubSecrets {
    names: hmac::Key,
    checkpoints: Checkpoints,
    assertions: SigningKey,
    made_for: MadeFor,
}

/// Each service's own, so that none can sign for the journal of another.
struct Checkpoints {
    access: SigningKey,
    police: SigningKey,
    schools: SigningKey,
    history: SigningKey,
}

/// Why the hub's secrets are not to be had.
#[derive(Debug)]
pub(crate) enum NoSecrets {
    /// One is not there.
    Missing,
    /// They do not open under this master key.
    WrongMaster,
}

/// Bytes that are no PKCS#8 of an Ed25519 key.
#[derive(Debug)]
pub(crate) struct NotAKey;

const NAMES: &str = "names";
/// There where the hub was made for tests; holds nothing.
const FOR_TESTS: &str = "for tests";

// === impl HubSecrets ===

impl HubSecrets {
    /// Makes new secrets, wrapped under the master key.
    pub(crate) fn make(master: &Cipher, made_for: MadeFor) -> Result<Wrapped, CipherFailed> {
        let mut secret = Zeroizing::new([0; 32]);
        rand::fill(secret.as_mut_slice())?;
        let mut all = Wrapped::new();
        let mut keep = |name: &str, secret: &[u8]| {
            all.insert(name.to_owned(), master.wrap(&bound(name), secret)?);
            Ok::<_, CipherFailed>(())
        };
        keep(NAMES, secret.as_slice())?;
        if made_for == MadeFor::Tests {
            keep(FOR_TESTS, &[])?;
        }
        for purpose in Purpose::ALL {
            let pkcs8 = Ed25519KeyPair::generate()?.to_pkcs8()?;
            keep(purpose.name(), pkcs8.as_ref())?;
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
        let signing = |purpose: Purpose| {
            let key = SigningKey::read(purpose, secret(purpose.name())?);
            key.map_err(|NotAKey| NoSecrets::Missing)
        };
        Ok(Self {
            names: hmac::Key::new(hmac::HMAC_SHA256, &secret(NAMES)?),
            checkpoints: Checkpoints {
                access: signing(Purpose::Checkpoints(Service::Access))?,
                police: signing(Purpose::Checkpoints(Service::Police))?,
                schools: signing(Purpose::Checkpoints(Service::Schools))?,
                history: signing(Purpose::Checkpoints(Service::History))?,
            },
            assertions: signing(Purpose::Assertions)?,
            made_for: if wrapped.contains_key(FOR_TESTS) {
                secret(FOR_TESTS).map(|_| MadeFor::Tests)?
            } else {
                MadeFor::Use
            },
        })
    }

    pub(crate) fn names(&self, service: Service) -> Names {
        let label = joined(&[b"firstbell names v1", service.name().as_bytes()]);
        Names::under(digits(&hmac::sign(&self.names, &label)))
    }

    pub(crate) fn made_for(&self) -> MadeFor {
        self.made_for
    }

    pub(crate) fn signing_key(&self, purpose: Purpose) -> &SigningKey {
        match purpose {
            Purpose::Checkpoints(Service::Access) => &self.checkpoints.access,
            Purpose::Checkpoints(Service::Police) => &self.checkpoints.police,
            Purpose::Checkpoints(Service::Schools) => &self.checkpoints.schools,
            Purpose::Checkpoints(Service::History) => &self.checkpoints.history,
            Purpose::Assertions => &self.assertions,
        }
    }
}

fn bound(name: &str) -> Vec<u8> {
    joined(&[b"firstbell hub secret v1", name.as_bytes()])
}

/// The 32 bytes of a tag of HMAC-SHA-256.
fn digits(tag: &hmac::Tag) -> [u8; 32] {
    let mut digits = [0; 32];
    for (to, from) in digits.iter_mut().zip(tag.as_ref()) {
        *to = *from;
    }
    digits
}

// === impl Names ===

impl Names {
    /// Names under this secret.
    pub(crate) fn under(secret: [u8; 32]) -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &secret),
            secret: Zeroizing::new(secret),
        }
    }

    /// For the service itself, in a process of its own.
    pub(crate) fn secret(&self) -> &[u8] {
        self.secret.as_slice()
    }

    /// HMAC-SHA-256 of `parts`: opaque names for streams, requests and actors. `purpose` separates
    /// uses.
    pub fn opaque(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        let mut tag = hmac::Context::with_key(&self.key);
        tag.update(&joined(&[purpose.as_bytes()]));
        tag.update(&joined(parts));
        digits(&tag.sign())
    }
}

// === impl Purpose ===

impl Purpose {
    /// Every one.
    pub(crate) const ALL: [Self; 5] = [
        Self::Checkpoints(Service::Access),
        Self::Checkpoints(Service::Police),
        Self::Checkpoints(Service::Schools),
        Self::Checkpoints(Service::History),
        Self::Assertions,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Checkpoints(Service::Access) => "checkpoints-access",
            Self::Checkpoints(Service::Police) => "checkpoints-police",
            Self::Checkpoints(Service::Schools) => "checkpoints-schools",
            Self::Checkpoints(Service::History) => "checkpoints-history",
            Self::Assertions => "assertions",
        }
    }
}

// === impl SigningKey ===

impl SigningKey {
    pub(crate) fn read(purpose: Purpose, pkcs8: Zeroizing<Vec<u8>>) -> Result<Self, NotAKey> {
        let pair = Ed25519KeyPair::from_pkcs8(&pkcs8).map_err(|_| NotAKey)?;
        Ok(Self {
            verifying: VerifyingKey::new(purpose, pair.public_key().as_ref()),
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
    pub(crate) fn new(purpose: Purpose, public: &[u8]) -> Self {
        let mut id = format!("{}.", purpose.name());
        let digest = digest::digest(&digest::SHA256, public);
        for byte in digest.as_ref().iter().take(8) {
            let _ = write!(id, "{byte:02x}");
        }
        Self {
            id,
            purpose,
            public: public.to_vec(),
        }
    }

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
        let wrapped = HubSecrets::make(&master, MadeFor::Use).unwrap();
        (master, wrapped)
    }

    #[test]
    fn opaque_names_are_the_same_after_opening_again_and_differ_by_service_purpose_and_split() {
        let (master, wrapped) = secrets();
        let hub = HubSecrets::open(&master, &wrapped).unwrap();
        let again = HubSecrets::open(&master, &wrapped).unwrap();
        let police = hub.names(Service::Police);
        let name = police.opaque("stream", &[b"ab", b"c"]);
        let elsewhere = Names::under(police.secret().try_into().unwrap());
        assert_eq!(name, elsewhere.opaque("stream", &[b"ab", b"c"]));
        let again = again.names(Service::Police);
        assert_eq!(name, again.opaque("stream", &[b"ab", b"c"]));
        let schools = hub.names(Service::Schools);
        assert_ne!(name, schools.opaque("stream", &[b"ab", b"c"]));
        assert_ne!(name, police.opaque("actor", &[b"ab", b"c"]));
        assert_ne!(name, police.opaque("stream", &[b"a", b"bc"]));
        assert_ne!(name, police.opaque("stream", &[b"ab", b"c", b""]));
    }

    #[test]
    fn what_a_hub_was_made_for_is_kept_and_cannot_be_written_in_later() {
        let (master, mut wrapped) = secrets();
        let made_for =
            |wrapped: &Wrapped| HubSecrets::open(&master, wrapped).map(|hub| hub.made_for());
        assert!(matches!(made_for(&wrapped), Ok(MadeFor::Use)));
        let for_tests = HubSecrets::make(&master, MadeFor::Tests).unwrap();
        assert!(matches!(made_for(&for_tests), Ok(MadeFor::Tests)));
        wrapped.insert(FOR_TESTS.to_owned(), b"so I say".to_vec());
        assert!(made_for(&wrapped).is_err());
    }

    #[test]
    fn a_signature_verifies_only_over_its_message_and_for_its_purpose() {
        let (master, wrapped) = secrets();
        let hub = HubSecrets::open(&master, &wrapped).unwrap();
        let police = hub.signing_key(Purpose::Checkpoints(Service::Police));
        let signature = police.sign(b"root");
        assert!(!police.verifying().verifies(b"toor", &signature));
        for purpose in Purpose::ALL {
            let key = hub.signing_key(purpose);
            let is_its_own = purpose == Purpose::Checkpoints(Service::Police);
            assert_eq!(key.verifying().purpose, purpose);
            assert_eq!(key.verifying().verifies(b"root", &signature), is_its_own);
            assert_eq!(key.id() == police.id(), is_its_own);
        }
        assert!(police.id().starts_with("checkpoints-police."));
    }

    #[test]
    fn the_secret_half_signs_the_same_elsewhere() {
        let (master, wrapped) = secrets();
        let hub = HubSecrets::open(&master, &wrapped).unwrap();
        let key = hub.signing_key(Purpose::Checkpoints(Service::Access));
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
        let swapped = wrapped["checkpoints-police"].clone();
        wrapped.insert("checkpoints-schools".to_owned(), swapped);
        let refused = HubSecrets::open(&master, &wrapped);
        assert!(matches!(refused, Err(NoSecrets::WrongMaster)));
    }
}
