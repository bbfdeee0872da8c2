//! Checks the short-lived statement of who is calling.
//!
//! A service that holds only verifying keys can mint nothing.

use crate::{Principal, VerifyingKey};
use aws_lc_rs::{
    error::KeyRejected,
    signature::{ED25519, ParsedPublicKey},
};
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use proto::access::v1::{Assertion, SignedAssertion};
use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

/// Metadata key of the encoded `SignedAssertion`.
pub const METADATA_KEY: &str = "firstbell-assertion-bin";

/// An assertion that is good for longer is refused, whoever signed it.
pub const LONGEST_LIFE: SignedDuration = SignedDuration::from_secs(60);

/// How far apart the clocks of two processes may be.
const SKEW: SignedDuration = SignedDuration::from_secs(5);

/// Checked assertions that are remembered: more than are alive at once in a pilot.
const REMEMBERED: usize = 1024;

/// Why nobody is known to be calling. Every one of them looks the same from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPrincipal {
    /// The call carries no assertion.
    #[error("find an assertion in the call")]
    Missing,
    /// It is no assertion, or names nobody.
    #[error("read the assertion")]
    Unreadable,
    /// No such signing key is trusted.
    #[error("check the assertion: its signing key is not known")]
    UnknownKey,
    /// The bytes are not what was signed.
    #[error("check the assertion: the signature does not fit")]
    Forged,
    /// Its time is over, has not begun, or is longer than any may be.
    #[error("check the assertion: it is not valid at this time")]
    OutOfTime,
}

/// Checks assertions against trusted keys, and remembers those it has just checked.
pub struct Verifier {
    keys: HashMap<String, ParsedPublicKey>,
    seen: Mutex<HashMap<Vec<u8>, Checked>>,
}

/// Something that was signed by a trusted key; whether its time is right is asked each time.
#[derive(Clone)]
struct Checked {
    principal: Principal,
    issued_at: Timestamp,
    expires_at: Timestamp,
}

// === impl NoPrincipal ===

/// As the contract has it: `unauthenticated`, the same for all.
impl From<NoPrincipal> for proto::door::v1::Problem {
    fn from(_: NoPrincipal) -> Self {
        Self {
            code: "unauthenticated".to_owned(),
            message: "It is not known who is calling. Send a valid token.".to_owned(),
            fields: Vec::new(),
        }
    }
}

// === impl Verifier ===

impl Verifier {
    /// Trusts these keys and no others.
    pub fn new(keys: impl IntoIterator<Item = VerifyingKey>) -> Result<Self, KeyRejected> {
        let keys = keys
            .into_iter()
            .map(|key| Ok((key.id, ParsedPublicKey::new(&ED25519, key.public)?)))
            .collect::<Result<_, KeyRejected>>()?;
        Ok(Self {
            keys,
            seen: Mutex::default(),
        })
    }

    /// Who is calling, from an encoded `SignedAssertion`.
    pub fn verify(&self, bytes: &[u8], now: Timestamp) -> Result<Principal, NoPrincipal> {
        let checked = match self.remembered(bytes) {
            Some(checked) => checked,
            None => self.check(bytes)?,
        };
        if !checked.is_valid_at(now) {
            return Err(NoPrincipal::OutOfTime);
        }
        self.remember(bytes, &checked, now);
        Ok(checked.principal)
    }

    fn check(&self, bytes: &[u8]) -> Result<Checked, NoPrincipal> {
        let signed = SignedAssertion::decode(bytes).map_err(|_| NoPrincipal::Unreadable)?;
        let key = self
            .keys
            .get(&signed.signing_key_id)
            .ok_or(NoPrincipal::UnknownKey)?;
        key.verify_sig(&signed.assertion, &signed.signature)
            .map_err(|_| NoPrincipal::Forged)?;
        let assertion =
            Assertion::decode(signed.assertion.as_slice()).map_err(|_| NoPrincipal::Unreadable)?;
        let at = |ms| Timestamp::from_millisecond(ms).map_err(|_| NoPrincipal::OutOfTime);
        Ok(Checked {
            issued_at: at(assertion.issued_at_ms)?,
            expires_at: at(assertion.expires_at_ms)?,
            principal: Principal::from_assertion(assertion)?,
        })
    }

    fn remembered(&self, bytes: &[u8]) -> Option<Checked> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get(bytes).cloned()
    }

    fn remember(&self, bytes: &[u8], checked: &Checked, now: Timestamp) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.contains_key(bytes) {
            return;
        }
        if seen.len() >= REMEMBERED {
            seen.retain(|_, checked| checked.is_valid_at(now));
        }
        if seen.len() < REMEMBERED {
            seen.insert(bytes.to_vec(), checked.clone());
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.keys()).finish()
    }
}

// === impl Checked ===

impl Checked {
    fn is_valid_at(&self, now: Timestamp) -> bool {
        let life = self.expires_at.duration_since(self.issued_at);
        let age = now.duration_since(self.issued_at);
        let left = self.expires_at.duration_since(now);
        life <= LONGEST_LIFE && age >= -SKEW && left > -SKEW
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Signer, attach};
    use proptest::prelude::*;
    use proto::access::v1::{OrganisationKind, Role};
    use tonic::metadata::MetadataMap;

    const NOON_MS: i64 = 1_795_262_400_000;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millisecond(NOON_MS + seconds * 1000).unwrap()
    }

    fn assertion(life_seconds: i64) -> Assertion {
        Assertion {
            principal_id: "token-1".into(),
            kind: OrganisationKind::Force.into(),
            code: "43".into(),
            roles: vec![Role::ForceSender.into()],
            name: "Testy McTestface".into(),
            issued_at_ms: NOON_MS,
            expires_at_ms: NOON_MS + life_seconds * 1000,
            ..Assertion::default()
        }
    }

    fn pair() -> (Signer, Verifier) {
        let signer = Signer::generate().unwrap();
        let verifier = Verifier::new([signer.verifying_key()]).unwrap();
        (signer, verifier)
    }

    #[test]
    fn the_caller_arrives_through_the_metadata_of_a_call() {
        let (signer, verifier) = pair();
        let mut metadata = MetadataMap::new();
        assert_eq!(
            Principal::from_metadata(&metadata, &verifier, at(0)),
            Err(NoPrincipal::Missing)
        );
        attach(&signer.sign(&assertion(60)), &mut metadata);
        for _ in 0..2 {
            let principal = Principal::from_metadata(&metadata, &verifier, at(1)).unwrap();
            assert_eq!(principal.organisation.code, "43");
            assert_eq!(principal.name, "Testy McTestface");
            assert!(principal.holds(Role::ForceSender));
        }
    }

    #[test]
    fn an_assertion_is_good_for_its_time_and_the_skew_and_no_longer_however_often_it_was_seen() {
        let (signer, verifier) = pair();
        let bytes = signer.sign(&assertion(60)).encode_to_vec();
        let verify = |seconds| verifier.verify(&bytes, at(seconds)).map(|_| ());
        assert_eq!(verify(-6), Err(NoPrincipal::OutOfTime));
        assert_eq!(verify(-5), Ok(()));
        assert_eq!(verify(64), Ok(()));
        assert_eq!(verify(65), Err(NoPrincipal::OutOfTime));
    }

    #[test]
    fn an_assertion_with_a_long_life_is_refused_at_any_time() {
        let (signer, verifier) = pair();
        let bytes = signer.sign(&assertion(61)).encode_to_vec();
        assert_eq!(verifier.verify(&bytes, at(1)), Err(NoPrincipal::OutOfTime));
    }

    #[test]
    fn another_signer_is_not_believed_even_under_a_borrowed_key_id() {
        let (signer, verifier) = pair();
        let stranger = Signer::generate().unwrap();
        let mut forgery = stranger.sign(&assertion(60));
        assert_eq!(
            verifier.verify(&forgery.encode_to_vec(), at(1)),
            Err(NoPrincipal::UnknownKey)
        );
        forgery.signing_key_id = signer.verifying_key().id;
        assert_eq!(
            verifier.verify(&forgery.encode_to_vec(), at(1)),
            Err(NoPrincipal::Forged)
        );
    }

    #[test]
    fn what_is_remembered_is_bounded_and_forgets_what_is_over() {
        let (signer, verifier) = pair();
        for number in 0..REMEMBERED + 10 {
            let mut one = assertion(60);
            one.principal_id = format!("token-{number}");
            verifier
                .verify(&signer.sign(&one).encode_to_vec(), at(1))
                .unwrap();
        }
        let held = || verifier.seen.lock().unwrap().len();
        assert_eq!(held(), REMEMBERED);
        let mut later = assertion(60);
        later.issued_at_ms += 100_000;
        later.expires_at_ms += 100_000;
        verifier
            .verify(&signer.sign(&later).encode_to_vec(), at(101))
            .unwrap();
        assert_eq!(held(), 1);
    }

    proptest! {
        #[test]
        fn no_changed_byte_gets_through(index in 0usize..256, flip in 1u8..) {
            let (signer, verifier) = pair();
            let mut bytes = signer.sign(&assertion(60)).encode_to_vec();
            let index = index % bytes.len();
            bytes[index] ^= flip;
            prop_assert!(verifier.verify(&bytes, at(1)).is_err());
        }

        #[test]
        fn any_bytes_are_refused_without_a_panic(bytes: Vec<u8>, ms: i64) {
            let (_, verifier) = pair();
            let now = Timestamp::from_millisecond(ms % 1_000_000_000_000).unwrap();
            prop_assert!(verifier.verify(&bytes, now).is_err());
        }
    }
}
