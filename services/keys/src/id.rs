//! Names of keys. The kind is part of the name, so it is bound into every sealed value.

use std::fmt;

/// What a key is for; decides how long it is kept and who is granted subkeys of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// What concerns all children of one notification.
    Notification,
    /// One child line.
    ChildLine,
    /// The council of one child line; kept longer than the line.
    Area,
    /// One later record: a confirmation, an answer, a call.
    Record,
    /// One contact or one webhook of an organisation.
    Contact,
    /// One token's holder.
    Holder,
    /// One school's roll.
    Roll,
}

/// Names one key: a letter for its kind, a dot, 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(String);

/// A text that is no key id.
#[derive(Debug, thiserror::Error)]
#[error("read a key id: it takes a kind's letter, a dot and 32 hexadecimal digits")]
pub struct NotAKeyId;

// === impl KeyKind ===

impl KeyKind {
    const ALL: [Self; 7] = [
        Self::Notification,
        Self::ChildLine,
        Self::Area,
        Self::Record,
        Self::Contact,
        Self::Holder,
        Self::Roll,
    ];

    const fn letter(self) -> char {
        match self {
            Self::Notification => 'n',
            Self::ChildLine => 'l',
            Self::Area => 'a',
            Self::Record => 'r',
            Self::Contact => 'c',
            Self::Holder => 'h',
            Self::Roll => 'p',
        }
    }
}

// === impl KeyId ===

impl KeyId {
    /// The key of `kind` for the thing with this id.
    pub fn of(kind: KeyKind, id: [u8; 16]) -> Self {
        let number = u128::from_be_bytes(id);
        Self(format!("{}.{number:032x}", kind.letter()))
    }

    /// Checks and takes a name.
    pub fn parse(text: &str) -> Result<Self, NotAKeyId> {
        let id = Self(text.to_owned());
        let digits = text.get(2..).ok_or(NotAKeyId)?;
        let lower_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let sound = digits.len() == 32
            && digits.bytes().all(lower_hex)
            && text.as_bytes().get(1) == Some(&b'.')
            && id.kind().is_some();
        if sound { Ok(id) } else { Err(NotAKeyId) }
    }

    /// What the key is for. None only for a name that [`KeyId::parse`] would refuse.
    pub fn kind(&self) -> Option<KeyKind> {
        let letter = self.0.chars().next()?;
        KeyKind::ALL
            .into_iter()
            .find(|kind| kind.letter() == letter)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_from_its_name() {
        for kind in KeyKind::ALL {
            let id = KeyId::of(kind, [7; 16]);
            assert_eq!(KeyId::parse(id.as_str()).unwrap().kind(), Some(kind));
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for bad in ["", "l", "l.", "x.00000000000000000000000000000000", "é.000"] {
            assert!(KeyId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
