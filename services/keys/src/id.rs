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
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId {
    id: [u8; 16],
    kind: KeyKind,
}

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

    const fn letter(self) -> u8 {
        match self {
            Self::Notification => b'n',
            Self::ChildLine => b'l',
            Self::Area => b'a',
            Self::Record => b'r',
            Self::Contact => b'c',
            Self::Holder => b'h',
            Self::Roll => b'p',
        }
    }

    fn of(letter: u8) -> Result<Self, NotAKeyId> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.letter() == letter).ok_or(NotAKeyId)
    }
}

// === impl KeyId ===

impl KeyId {
    /// The key of `kind` for the thing with this id.
    pub fn of(kind: KeyKind, id: [u8; 16]) -> Self {
        Self { id, kind }
    }

    /// Checks and takes a name.
    pub fn parse(text: &str) -> Result<Self, NotAKeyId> {
        let [letter, b'.', digits @ ..] = text.as_bytes() else {
            return Err(NotAKeyId);
        };
        let digits: &[u8; 32] = digits.try_into().map_err(|_| NotAKeyId)?;
        let mut id = [0; 16];
        for (byte, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            for digit in pair {
                *byte = *byte << 4 | value(*digit)?;
            }
        }
        let kind = KeyKind::of(*letter)?;
        Ok(Self { id, kind })
    }

    /// What the key is for.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The id of what it is the key of.
    pub fn thing(&self) -> [u8; 16] {
        self.id
    }

    /// The name's bytes as text.
    pub(crate) fn text(&self) -> [u8; 34] {
        let mut text = [b'.'; 34];
        text[0] = self.kind.letter();
        for (pair, byte) in text[2..].chunks_exact_mut(2).zip(self.id) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        text
    }

    /// The name as a store sorts it: keys of one thing stand beside each other.
    pub(crate) fn row(&self) -> [u8; 17] {
        let mut row = [self.kind.letter(); 17];
        row[..16].copy_from_slice(&self.id);
        row
    }

    /// Reads what [`KeyId::row`] wrote.
    pub(crate) fn from_row(row: [u8; 17]) -> Result<Self, NotAKeyId> {
        let [id @ .., letter] = row;
        let kind = KeyKind::of(letter)?;
        Ok(Self { id, kind })
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

fn value(digit: u8) -> Result<u8, NotAKeyId> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NotAKeyId),
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.text()).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_from_text_and_row() {
        let bytes = *b"\x00\x01\x0a\x10\x9f\xa0\xff0123456789"[..16]
            .first_chunk()
            .unwrap();
        for kind in KeyKind::ALL {
            let id = KeyId::of(kind, bytes);
            assert_eq!(id.kind(), kind);
            assert_eq!(KeyId::parse(&id.to_string()).unwrap(), id);
            assert_eq!(KeyId::from_row(id.row()).unwrap(), id);
        }
        let name = KeyId::of(KeyKind::ChildLine, bytes).to_string();
        assert_eq!(name, "l.00010a109fa0ff303132333435363738");
    }

    #[test]
    fn other_texts_are_refused() {
        let digits = "0".repeat(32);
        let good = format!("l.{digits}");
        assert!(KeyId::parse(&good).is_ok());
        for bad in [
            "",
            "l",
            "l.",
            "é.000",
            &format!("x.{digits}"),
            &format!("l:{digits}"),
            &good[..33],
            &format!("{good}0"),
            &good.replacen('0', "A", 1),
            &good.replacen("00", "é", 1),
        ] {
            assert!(KeyId::parse(bad).is_err(), "{bad:?}");
        }
        assert!(KeyId::from_row([0; 17]).is_err());
    }
}
