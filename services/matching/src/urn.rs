//! The number of a school.

use std::{fmt, str::FromStr};

/// Unique reference number of an establishment: five to seven digits, not starting with 0.
///
/// Beside a child it says where the child is, so it has no telling `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Urn(u32);

/// Text that is no URN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a school's unique reference number (five to seven digits)")]
pub struct UrnError;

impl FromStr for Urn {
    type Err = UrnError;

    fn from_str(text: &str) -> Result<Self, UrnError> {
        let shaped = (5..=7).contains(&text.len())
            && !text.starts_with('0')
            && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().map_err(|_| UrnError)?;
        if shaped {
            Ok(Self(number))
        } else {
            Err(UrnError)
        }
    }
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Urn(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_urn_reads_back_as_it_was_written() {
        let urn: Urn = "100000".parse().unwrap();
        assert_eq!(urn.to_string(), "100000");
    }

    #[test]
    fn what_is_not_a_urn_is_refused() {
        for text in [
            "",
            "1234",
            "12345678",
            "010000",
            "+10000",
            "10000a",
            "EY123456",
            "１０００００",
        ] {
            assert!(text.parse::<Urn>().is_err(), "{text}");
        }
    }
}
