//! Signs the short-lived statement of who is calling: only the access service holds a signer.
//!
//! The signature is Ed25519 over the encoded `Assertion`, exactly as it travels.

use crate::verifier::METADATA_KEY;
use aws_lc_rs::{
    digest::{SHA256, digest},
    error::{KeyRejected, Unspecified},
    signature::{Ed25519KeyPair, KeyPair},
};
use prost::Message;
use proto::access::v1::{Assertion, SignedAssertion};
use std::fmt::{self, Write as _};
use tonic::metadata::{MetadataMap, MetadataValue};

/// Signs assertions.
pub struct Signer {
    pair: Ed25519KeyPair,
    id: String,
}

/// The public half of a signing key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    /// `assertions.` and the first 16 hexadecimal digits of the SHA-256 of the key.
    pub id: String,
    /// 32 bytes, as RFC 8032 has them.
    pub public: Vec<u8>,
}

/// Puts an assertion where [`crate::Principal::from_metadata`] finds it.
pub fn attach(signed: &SignedAssertion, metadata: &mut MetadataMap) {
    let value = MetadataValue::from_bytes(&signed.encode_to_vec());
    metadata.insert_bin(METADATA_KEY, value);
}

// === impl Signer ===

impl Signer {
    /// A signer with a new key, good for as long as it is held.
    pub fn generate() -> Result<Self, Unspecified> {
        Ok(Self::new(Ed25519KeyPair::generate()?))
    }

    /// A signer with a kept key, in PKCS#8 as the key store gives it out.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyRejected> {
        Ok(Self::new(Ed25519KeyPair::from_pkcs8(pkcs8)?))
    }

    fn new(pair: Ed25519KeyPair) -> Self {
        let id = key_id(pair.public_key().as_ref());
        Self { pair, id }
    }

    /// What verifiers need.
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey {
            id: self.id.clone(),
            public: self.pair.public_key().as_ref().to_vec(),
        }
    }

    /// Signs `assertion` as it stands.
    pub fn sign(&self, assertion: &Assertion) -> SignedAssertion {
        let assertion = assertion.encode_to_vec();
        let signature = self.pair.sign(&assertion).as_ref().to_vec();
        SignedAssertion {
            assertion,
            signature,
            signing_key_id: self.id.clone(),
        }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// The same name that the key store has for the key.
fn key_id(public: &[u8]) -> String {
    let mut id = "assertions.".to_owned();
    for byte in digest(&SHA256, public).as_ref().iter().take(8) {
        // Writing to a String does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_key_signs_the_same_again() {
        let pair = Ed25519KeyPair::generate().unwrap();
        let pkcs8 = pair.to_pkcs8().unwrap();
        let kept = || Signer::from_pkcs8(pkcs8.as_ref()).unwrap();
        let assertion = Assertion::default();
        assert_eq!(kept().sign(&assertion), kept().sign(&assertion));
        assert_ne!(
            Signer::generate().unwrap().verifying_key(),
            kept().verifying_key()
        );
    }
}
