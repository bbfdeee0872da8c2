//! Tells that something is the same, without saying what it is.
//!
//! A print is an HMAC under a key derived from a subkey: whoever has not the key can neither read nor
//! guess what was printed, and when the key is destroyed the print says nothing any more.

use super::super::failure;
use aws_lc_rs::hmac;
use host::problem::Problem;
use keys::{KeyId, Sealer};
use proto::sealing::FieldClass;

/// Makes prints under one key.
pub(crate) struct Printer(hmac::Key);

/// Enough of a word's print to tell a few names apart.
const WORD_BYTES: usize = 8;

// === impl Printer ===

impl Printer {
    /// Prints under the subkey of `key` for `class`.
    pub(crate) async fn of(
        sealer: &Sealer,
        key: &KeyId,
        class: FieldClass,
    ) -> Result<Self, Problem> {
        // A key of its own, so that sealing and printing never share one.
        let own = sealer
            .derived(key, class, "firstbell police print v1")
            .await;
        let own = own.map_err(failure::key)?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, own.as_ref())))
    }

    /// The print of these parts, in this order, as a `what`. 32 bytes.
    pub(crate) fn print(&self, what: &'static str, parts: &[&[u8]]) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        for part in [what.as_bytes()].iter().chain(parts) {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        context.sign().as_ref().to_vec()
    }

    /// The short print of one folded word.
    pub(crate) fn word(&self, word: &str) -> Vec<u8> {
        let mut print = self.print("word", &[word.as_bytes()]);
        print.truncate(WORD_BYTES);
        print
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printer(key: &[u8]) -> Printer {
        Printer(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    #[test]
    fn a_print_follows_from_key_purpose_and_parts() {
        let print = printer(b"one").print("a", &[b"x", b"y"]);
        assert_eq!(print, printer(b"one").print("a", &[b"x", b"y"]));
        for other in [
            printer(b"two").print("a", &[b"x", b"y"]),
            printer(b"one").print("b", &[b"x", b"y"]),
            printer(b"one").print("a", &[b"xy", b""]),
        ] {
            assert_ne!(print, other);
        }
    }
}
