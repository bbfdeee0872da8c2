//! The unique pupil number and its check letter.

use std::{fmt, str::FromStr};

/// The 23 letters of check letters and temporary numbers: no I, O or S.
const ALPHABET: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// A unique pupil number whose check letter is right: 13 characters, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Upn([u8; 13]);

/// Why text is no UPN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpnError {
    /// Not 13 characters of the right kinds.
    #[error("not shaped like a unique pupil number")]
    Shape,
    /// Shaped rightly, but the first letter does not follow from the rest: a slip of the pen.
    #[error("the check letter does not fit the rest")]
    CheckLetter,
}

impl Upn {
    /// The number as written, 13 characters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Upn {
    type Err = UpnError;

    /// Lower case and surrounding or inner spaces are forgiven.
    fn from_str(text: &str) -> Result<Self, UpnError> {
        let mut upn = [0_u8; 13];
        let mut given = text.bytes().filter(|b| *b != b' ');
        for place in &mut upn {
            *place = given.next().ok_or(UpnError::Shape)?.to_ascii_uppercase();
        }
        if given.next().is_some() {
            return Err(UpnError::Shape);
        }
        let [check, body @ .., last] = &upn;
        let letter = |b: &u8| ALPHABET.iter().position(|a| a == b);
        let check = letter(check).ok_or(UpnError::Shape)?;
        let mut sum = value(*last).ok_or(UpnError::Shape)? * 13;
        for (weight, digit) in (2_usize..).zip(body) {
            if !digit.is_ascii_digit() {
                return Err(UpnError::Shape);
            }
            sum += usize::from(digit - b'0') * weight;
        }
        if sum % 23 == check {
            Ok(Self(upn))
        } else {
            Err(UpnError::CheckLetter)
        }
    }
}

/// A digit's value, or a letter's place in the alphabet (the last character of a temporary number).
fn value(b: u8) -> Option<usize> {
    if b.is_ascii_digit() {
        return Some(usize::from(b - b'0'));
    }
    ALPHABET.iter().position(|a| *a == b)
}

impl fmt::Debug for Upn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upn(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The rule of the Department for Education, written the long way round.
    fn with_check_letter(body: &str) -> String {
        let sum: usize = body
            .bytes()
            .enumerate()
            .map(|(at, b)| value(b).unwrap() * (at + 2))
            .sum();
        format!("{}{body}", ALPHABET[sum % 23] as char)
    }

    #[test]
    fn the_official_examples_pass() {
        assert_eq!(
            "H801200001001".parse::<Upn>().unwrap().as_str(),
            "H801200001001"
        );
        assert!("G80120000101A".parse::<Upn>().is_ok());
        assert!(" h8012 00001001 ".parse::<Upn>().is_ok());
    }

    #[test]
    fn letters_outside_the_alphabet_are_refused() {
        for text in [
            "I801200001001",
            "G80120000101S",
            "G8012000O101A",
            "",
            "H80120000100",
            "H8012000010011",
            "Ⅷ801200001001",
        ] {
            assert_eq!(text.parse::<Upn>(), Err(UpnError::Shape), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_slip_in_any_one_digit_is_noticed(body in "[0-9]{11}[0-9A-HJ-NP-RT-Z]", place in 1_usize..12, digit in b'0'..=b'9') {
            let right = with_check_letter(&body);
            prop_assert!(right.parse::<Upn>().is_ok());
            let mut wrong = right.clone().into_bytes();
            prop_assume!(wrong[place] != digit);
            wrong[place] = digit;
            prop_assert_eq!(String::from_utf8(wrong).unwrap().parse::<Upn>(), Err(UpnError::CheckLetter));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = text.parse::<Upn>();
        }
    }
}
