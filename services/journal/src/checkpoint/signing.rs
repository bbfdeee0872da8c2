//! The Ed25519 key that signs checkpoints, and the one that anybody can check them with.

use crate::{id::hex, wire};
use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use prost::Message;

/// Signs checkpoints. Never shown: no Debug, no Display.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: VerifyingKey,
}

/// Checks checkpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyingKey {
    bytes: [u8; 32],
    id: String,
}

/// Why there is no signing key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The bytes are no Ed25519 key in PKCS#8 form.
    #[error("read the checkpoint key: it is not Ed25519 in PKCS#8 form")]
    NotAKey,
    /// The machine gave no random bytes.
    #[error("make a checkpoint key: the machine gave no random bytes")]
    Random,
}

// === impl SigningKey ===

impl SigningKey {
    /// Draws a new key and returns its PKCS#8 bytes, to be kept secret.
    pub fn generate() -> Result<Vec<u8>, KeyError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| KeyError::Random)?;
        let bytes = pair.to_pkcs8().map_err(|_| KeyError::Random)?;
        Ok(bytes.as_ref().to_vec())
    }

    /// Reads a key from PKCS#8 bytes.
    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_pkcs8(bytes).map_err(|_| KeyError::NotAKey)?;
        let public = pair.public_key().as_ref();
        let public = public.try_into().map_err(|_| KeyError::NotAKey)?;
        Ok(Self {
            pair,
            public: VerifyingKey::from_bytes(public),
        })
    }

    /// The other half, for those who check.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// Fills in key id and signature.
    pub(super) fn sign(&self, mut checkpoint: wire::Checkpoint) -> wire::Checkpoint {
        self.public.id.clone_into(&mut checkpoint.signing_key_id);
        let signature = self.pair.sign(&unsigned(&checkpoint));
        checkpoint.signature = signature.as_ref().to_vec();
        checkpoint
    }
}

// === impl VerifyingKey ===

impl VerifyingKey {
    /// Takes the 32 bytes of a public key.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let hash = hex(digest(&SHA256, &bytes).as_ref());
        let id = hash.chars().take(16).collect();
        Self { bytes, id }
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }

    /// First 16 hexadecimal digits of the SHA-256 of the public key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// True where this key signed the checkpoint as it is.
    pub fn verifies(&self, checkpoint: &wire::Checkpoint) -> bool {
        checkpoint.signing_key_id == self.id
            && UnparsedPublicKey::new(&ED25519, &self.bytes)
                .verify(&unsigned(checkpoint), &checkpoint.signature)
                .is_ok()
    }
}

/// What is signed: the message without the signature.
fn unsigned(checkpoint: &wire::Checkpoint) -> Vec<u8> {
    wire::Checkpoint {
        signature: Vec::new(),
        ..checkpoint.clone()
    }
    .encode_to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checkpoint() -> wire::Checkpoint {
        wire::Checkpoint {
            events: 3,
            last_event_hash: vec![1; 32],
            root: vec![2; 32],
            previous: vec![],
            signing_key_id: String::new(),
            signature: vec![],
            journal_id: vec![3; 16],
            epoch: 1,
        }
    }

    #[test]
    fn a_signature_holds_for_every_field_and_for_this_key_only() {
        let key = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
        let other = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
        let signed = key.sign(checkpoint());
        assert!(key.verifying_key().verifies(&signed));
        assert!(!other.verifying_key().verifies(&signed));
        let changes: [fn(&mut wire::Checkpoint); 7] = [
            |c| c.events += 1,
            |c| c.last_event_hash[0] ^= 1,
            |c| c.root[31] ^= 1,
            |c| c.previous = vec![0; 32],
            |c| c.journal_id[0] ^= 1,
            |c| c.epoch += 1,
            |c| c.signature[0] ^= 1,
        ];
        for change in changes {
            let mut forged = signed.clone();
            change(&mut forged);
            assert!(!key.verifying_key().verifies(&forged));
        }
    }

    #[test]
    fn bytes_that_are_no_key_are_refused() {
        assert!(SigningKey::from_pkcs8(b"no key").is_err());
    }
}
