//! The NHS number and its check digit.

use std::{fmt, num::NonZeroU64, str::FromStr};

/// An NHS number whose check digit is right.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NhsNumber(NonZeroU64);

/// Why text is no NHS number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NhsNumberError {
    /// Not ten digits.
    #[error("not ten digits")]
    Shape,
    /// Ten digits, but the last does not follow from the rest: a slip of the pen.
    #[error("the check digit does not fit the rest")]
    CheckDigit,
}

impl FromStr for NhsNumber {
    type Err = NhsNumberError;

    /// Spaces and hyphens between the digits are forgiven.
    fn from_str(text: &str) -> Result<Self, NhsNumberError> {
        let (mut number, mut sum, mut count) = (0_u64, 0_u64, 0_u64);
        for b in text.bytes().filter(|b| !matches!(b, b' ' | b'-')) {
            if !b.is_ascii_digit() || count == 10 {
                return Err(NhsNumberError::Shape);
            }
            let digit = u64::from(b - b'0');
            // Weights 10 down to 2, then 1 for the check digit: the whole is a multiple of 11.
            sum += digit * (10 - count);
            number = number * 10 + digit;
            count += 1;
        }
        if count != 10 {
            return Err(NhsNumberError::Shape);
        }
        match NonZeroU64::new(number) {
            Some(number) if sum % 11 == 0 => Ok(Self(number)),
            _ => Err(NhsNumberError::CheckDigit),
        }
    }
}

/// Ten digits without spaces.
impl fmt::Display for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

impl fmt::Debug for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NhsNumber(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_official_examples_pass() {
        for text in ["9434765919", "9990000018", "450 557 7104", "450-557-7104"] {
            assert!(text.parse::<NhsNumber>().is_ok(), "{text}");
        }
        assert_eq!(
            "999 000 0018".parse::<NhsNumber>().unwrap().to_string(),
            "9990000018"
        );
    }

    #[test]
    fn wrong_shapes_and_all_zeros_are_refused() {
        for text in [
            "",
            "943476591",
            "94347659190",
            "943476591X",
            "９４３４７６５９１９",
        ] {
            assert_eq!(
                text.parse::<NhsNumber>(),
                Err(NhsNumberError::Shape),
                "{text}"
            );
        }
        assert_eq!(
            "0000000000".parse::<NhsNumber>(),
            Err(NhsNumberError::CheckDigit)
        );
    }

    proptest! {
        /// Modulus 11 as the data dictionary words it: 11 less the remainder; 11 counts as 0, 10 is never issued.
        #[test]
        fn exactly_the_dictionarys_check_digit_passes(body in proptest::collection::vec(0_u64..10, 9), digit in 0_u64..10) {
            let sum: u64 = body.iter().zip((2..=10).rev()).map(|(d, w)| d * w).sum();
            let right = match 11 - sum % 11 { 11 => Some(0), 10 => None, n => Some(n) };
            prop_assume!(sum > 0);
            let text: String = body.iter().chain([&digit]).map(ToString::to_string).collect();
            prop_assert_eq!(text.parse::<NhsNumber>().is_ok(), right == Some(digit));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,20}") {
            let _ = text.parse::<NhsNumber>();
        }
    }
}
