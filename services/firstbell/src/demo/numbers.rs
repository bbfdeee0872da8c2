//! Pupil and NHS numbers that check, and that nobody has.

/// Letters of check letters, by value: no I, O or S.
const LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// A unique pupil number with its check letter: this council's code, then a school number from
/// 9900 on, which no school has.
pub fn upn(council: &str, serial: u32) -> String {
    let body = format!("{council}99{serial:07}");
    let sum: usize = body
        .bytes()
        .enumerate()
        .map(|(at, digit)| usize::from(digit.wrapping_sub(b'0')) * (at + 2))
        .sum();
    let letter = LETTERS.get(sum % LETTERS.len()).copied().unwrap_or(b'A');
    format!("{}{body}", char::from(letter))
}

/// An NHS number of the range for tests (999); none for the serials that have no check digit.
pub fn nhs_number(serial: u32) -> Option<String> {
    let body = format!("999{:06}", serial % 1_000_000);
    let sum: u32 = body
        .bytes()
        .zip((2..=10).rev())
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    match 11 - sum % 11 {
        10 => None,
        11 => Some(format!("{body}0")),
        check => Some(format!("{body}{check}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn most_serials_have_an_nhs_number() {
        let some = (0..1_000)
            .filter(|serial| nhs_number(*serial).is_some())
            .count();
        assert!(some > 850, "{some}");
    }

    proptest! {
        #[test]
        fn every_number_passes_its_check(serial in 0_u32..10_000_000) {
            prop_assert!(upn("884", serial).parse::<matching::Upn>().is_ok());
            if let Some(number) = nhs_number(serial) {
                prop_assert!(number.parse::<matching::NhsNumber>().is_ok());
            }
        }
    }
}
