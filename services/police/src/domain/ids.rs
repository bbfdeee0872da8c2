//! Names of a notification, its lines, its keys and its stream: derived, never drawn.

use journal::{
    StreamName,
    id::{derived, hex, unhex16},
};
use keys::{KeyId, KeyKind};
use std::fmt;

/// Names one notification: a keyed hash of force and reference, opaque outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct NotificationId(pub(crate) [u8; 16]);

/// Names one child line of a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineId([u8; 16]);

// === impl NotificationId ===

impl NotificationId {
    /// The id from the keyed hash of force and reference.
    pub(crate) fn from_opaque(hash: [u8; 32]) -> Self {
        Self(first_half(hash))
    }

    /// Reads 32 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        unhex16(text).map(Self)
    }

    /// The stream that holds what happens to it.
    pub(crate) fn stream(self) -> StreamName {
        StreamName::of("notification", self.0)
    }

    /// The key of what concerns all its children.
    pub(crate) fn key(self) -> KeyId {
        KeyId::of(KeyKind::Notification, self.0)
    }

    /// Its line number `line` among so many that it was submitted with.
    ///
    /// Nothing in the name tells who the child is, for it stays when the child is erased. How many
    /// there were is part of it for those who are sent again after a restore without a child that
    /// was erased: numbered by their places they move up, and must not be taken for that child.
    pub(crate) fn line(self, line: u32, among: usize) -> LineId {
        let among = (among as u64).to_be_bytes();
        LineId(derived(b"line", &[&self.0, &line.to_be_bytes(), &among]))
    }

    /// The line that a correction adds under this number.
    pub(crate) fn added_line(self, line: u32) -> LineId {
        LineId(derived(b"added line", &[&self.0, &line.to_be_bytes()]))
    }
}

impl fmt::Display for NotificationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

// === impl LineId ===

impl LineId {
    /// Reads 32 hexadecimal digits.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        unhex16(text).map(Self)
    }

    /// The key of the child's own data.
    pub(crate) fn key(self) -> KeyId {
        KeyId::of(KeyKind::ChildLine, self.0)
    }

    /// The key of the child's council, which is kept longer.
    pub(crate) fn area_key(self) -> KeyId {
        KeyId::of(KeyKind::Area, self.0)
    }
}

impl fmt::Display for LineId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// Enough of a hash for a name.
pub(crate) fn first_half(whole: [u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.copy_from_slice(&whole[..16]);
    half
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_has_a_name_of_its_own() {
        let (one, other) = (NotificationId([1; 16]), NotificationId([2; 16]));
        assert_ne!(one.line(1, 2), one.line(2, 2));
        assert_ne!(one.line(1, 2), other.line(1, 2));
        assert_ne!(
            one.line(1, 2),
            one.line(1, 1),
            "who moved up is another child"
        );
        assert_ne!(one.line(3, 0), one.added_line(3));
        assert_eq!(one.line(1, 1).key().kind(), KeyKind::ChildLine);
        let line = one.line(1, 1);
        assert_eq!(LineId::parse(&line.to_string()), Some(line));
    }

    #[test]
    fn a_notification_id_reads_back() {
        let id = NotificationId([7; 16]);
        assert_eq!(NotificationId::parse(&id.to_string()), Some(id));
        assert_eq!(NotificationId::parse("../../etc/passwd"), None);
    }
}
