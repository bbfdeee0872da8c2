//! AES-256-GCM as the hub uses it: a fresh random nonce each time, and every value bound to a text.

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    error::Unspecified,
    rand,
};
use zeroize::Zeroizing;

/// Bytes that sealing adds to a value.
pub(crate) const TAG_LEN: usize = 16;

/// One key, ready for use. The library wipes it when it is dropped.
pub(crate) struct Cipher(LessSafeKey);

/// The cipher refused: the value, its nonce or the text it is bound to is not what was sealed.
#[derive(Debug, thiserror::Error)]
#[error("use the cipher")]
pub(crate) struct CipherFailed;

// === impl Cipher ===

impl Cipher {
    pub(crate) fn new(key: &[u8; 32]) -> Result<Self, CipherFailed> {
        Ok(Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key)?)))
    }

    /// Seals `value` in its own memory; give it room for [`TAG_LEN`] more, or a copy is left behind.
    pub(crate) fn seal(
        &self,
        bound: &[u8],
        mut value: Vec<u8>,
    ) -> Result<([u8; NONCE_LEN], Vec<u8>), CipherFailed> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce)?;
        let unique = Nonce::assume_unique_for_key(nonce);
        self.0
            .seal_in_place_append_tag(unique, Aad::from(bound), &mut value)?;
        Ok((nonce, value))
    }

    pub(crate) fn open(
        &self,
        bound: &[u8],
        nonce: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CipherFailed> {
        let nonce = Nonce::try_assume_unique_for_key(nonce)?;
        let mut value = Zeroizing::new(sealed.to_vec());
        let plain = self
            .0
            .open_in_place(nonce, Aad::from(bound), &mut value)?
            .len();
        value.truncate(plain);
        Ok(value)
    }

    /// Seals a secret into one piece: the nonce, then the rest.
    pub(crate) fn wrap(&self, bound: &[u8], secret: &[u8]) -> Result<Vec<u8>, CipherFailed> {
        let mut value = Vec::with_capacity(secret.len().saturating_add(TAG_LEN));
        value.extend_from_slice(secret);
        let (nonce, sealed) = self.seal(bound, value)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`Cipher::wrap`] made.
    pub(crate) fn unwrap_secret(
        &self,
        bound: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CipherFailed> {
        let (nonce, sealed) = wrapped.split_at_checked(NONCE_LEN).ok_or(CipherFailed)?;
        self.open(bound, nonce, sealed)
    }
}

impl From<Unspecified> for CipherFailed {
    fn from(_: Unspecified) -> Self {
        Self
    }
}

/// Joins `parts`, each behind its length, so that no other parts join to the same bytes.
pub(crate) fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut all = Vec::with_capacity(64);
    for part in parts {
        all.extend_from_slice(&(part.len() as u64).to_be_bytes());
        all.extend_from_slice(part);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_wrapped_secret_opens_only_under_its_key_and_text() {
        let cipher = Cipher::new(&[1; 32]).unwrap();
        let wrapped = cipher.wrap(b"this", b"secret").unwrap();
        assert_eq!(
            cipher.unwrap_secret(b"this", &wrapped).unwrap().as_slice(),
            b"secret"
        );
        assert!(cipher.unwrap_secret(b"that", &wrapped).is_err());
        let other = Cipher::new(&[2; 32]).unwrap();
        assert!(other.unwrap_secret(b"this", &wrapped).is_err());
        assert!(cipher.unwrap_secret(b"this", b"short").is_err());
    }

    proptest! {
        #[test]
        fn different_parts_never_join_to_the_same_bytes(
            one in proptest::collection::vec("[ab]{0,3}", 0..4),
            other in proptest::collection::vec("[ab]{0,3}", 0..4),
        ) {
            let bytes = |parts: &[String]| {
                joined(&parts.iter().map(String::as_bytes).collect::<Vec<_>>())
            };
            prop_assert_eq!(one == other, bytes(&one) == bytes(&other));
        }
    }
}
