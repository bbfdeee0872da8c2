//! Names that are derived, never drawn: the same command always gives the same ids.

use aws_lc_rs::digest::{Context, SHA256};
use std::fmt;

/// Names one stream: 1 to 96 characters of `a-z`, `0-9` and `-`, opaque outside its service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StreamName(String);

/// Names one event, for ever: derived from its command and its index in it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId([u8; 16]);

/// Names one command: the caller's idempotency key, a causing event with its consumer, or a timer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CommandId([u8; 16]);

/// A text that is no stream name.
#[derive(Debug, thiserror::Error)]
#[error("read a stream name: it takes 1 to 96 characters of a-z, 0-9 and -")]
pub struct NotAStreamName;

// === impl StreamName ===

impl StreamName {
    /// Longest name, in characters.
    pub const MAX: usize = 96;

    /// Checks and takes a name.
    pub fn parse(name: impl Into<String>) -> Result<Self, NotAStreamName> {
        let name = name.into();
        let fits = (1..=Self::MAX).contains(&name.len());
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if fits && name.bytes().all(plain) {
            Ok(Self(name))
        } else {
            Err(NotAStreamName)
        }
    }

    /// The stream `kind-id`, where the id is shown as 32 hexadecimal digits.
    pub fn of(kind: &'static str, id: [u8; 16]) -> Self {
        Self(format!("{kind}-{}", hex(&id)))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

// === impl CommandId ===

impl CommandId {
    /// Derives the id from what makes the command unique, most general part first.
    pub fn derive(parts: &[&[u8]]) -> Self {
        Self(derived(b"command", parts))
    }

    /// The id of the command that an event causes in a consumer.
    pub fn caused_by(event: EventId, consumer: &str) -> Self {
        Self(derived(b"caused", &[&event.0, consumer.as_bytes()]))
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The id of this command's event number `index`.
    pub fn event(&self, index: usize) -> EventId {
        EventId(derived(b"event", &[&self.0, &(index as u64).to_be_bytes()]))
    }
}

impl fmt::Display for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for CommandId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CommandId({self})")
    }
}

// === impl EventId ===

impl EventId {
    /// Takes the 16 bytes of an id.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventId({self})")
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Reads 32 hexadecimal digits; nothing else is taken.
pub fn unhex16(text: &str) -> Option<[u8; 16]> {
    if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

/// First half of SHA-256 over length-prefixed parts, so that no two lists of parts run together.
pub fn derived(domain: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let mut context = Context::new(&SHA256);
    for part in [domain].iter().chain(parts) {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&context.finish().as_ref()[..16]);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        assert_ne!(
            CommandId::derive(&[b"ab", b"c"]),
            CommandId::derive(&[b"a", b"bc"])
        );
    }

    #[test]
    fn a_stream_name_takes_nothing_that_means_something_elsewhere() {
        for bad in [
            "",
            "a.b",
            "a*",
            "a>",
            "a/b",
            "A",
            "a b",
            "é",
            &"a".repeat(97),
        ] {
            assert!(StreamName::parse(bad).is_err(), "{bad:?}");
        }
        assert!(StreamName::parse("line-00ff").is_ok());
    }

    #[test]
    fn hexadecimal_reads_back() {
        let id = derived(b"test", &[b"x"]);
        assert_eq!(unhex16(&hex(&id)), Some(id));
        assert_eq!(unhex16("+0000000000000000000000000000000"), None);
    }
}
