//! Checks of single texts: names, ids, mail addresses, telephone numbers, dates.

use email_address::{EmailAddress, Options};
use host::problem::FieldErrors;
use jiff::civil::Date;

/// One line of text without white space around it: up to `longest` characters.
pub(super) fn line(
    text: &str,
    longest: usize,
    needed: bool,
    path: &str,
    errors: &mut FieldErrors,
) -> String {
    let text = text.trim();
    if text.is_empty() && needed {
        errors.add(path, "is empty", "fill it in");
    } else if text.chars().count() > longest {
        errors.add(
            path,
            "is too long",
            format!("use at most {longest} characters"),
        );
    } else if text.chars().any(char::is_control) {
        errors.add(
            path,
            "holds control characters",
            "write it as one line of plain text",
        );
    }
    text.to_owned()
}

/// Whether it is 1 to 32 of `a-z`, `0-9` and `-`.
pub(super) fn is_plain_id(id: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=32).contains(&id.len()) && id.bytes().all(plain)
}

/// A contact's id.
pub(crate) fn contact_id(id: &str, path: &str, errors: &mut FieldErrors) {
    if !is_plain_id(id) {
        errors.add(
            path,
            "is no contact id",
            "use 1 to 32 of a-z, 0-9 and \"-\"",
        );
    }
}

/// A mail address, or nothing.
pub(super) fn email(text: &str, path: &str, errors: &mut FieldErrors) -> String {
    let text = text.trim();
    let bare = Options::default()
        .without_display_text()
        .without_domain_literal();
    let sound = text.is_ascii() && EmailAddress::parse_with_options(text, bare).is_ok();
    if !text.is_empty() && !sound {
        errors.add(
            path,
            "is no mail address",
            "write it like name@school.example.org",
        );
    }
    text.to_owned()
}

/// A telephone number, or nothing: 7 to 15 digits with the usual marks between them.
pub(super) fn phone(text: &str, path: &str, errors: &mut FieldErrors) -> String {
    let text = text.trim();
    let number = text.strip_prefix('+').unwrap_or(text);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let marks = number
        .chars()
        .all(|c| c.is_ascii_digit() || " -()".contains(c));
    let sound = marks && (7..=15).contains(&digits) && number.len() <= 30;
    if !text.is_empty() && !sound {
        errors.add(
            path,
            "is no telephone number",
            "write 7 to 15 digits, with spaces if you like, and \"+\" before a country's code",
        );
    }
    text.to_owned()
}

/// A day as `YYYY-MM-DD`, or nothing.
pub(super) fn date(text: &str, path: &str, errors: &mut FieldErrors) -> Option<Date> {
    if text.is_empty() {
        return None;
    }
    let day = text.parse::<Date>().ok();
    let day = day.filter(|day| day.to_string() == text);
    if day.is_none() {
        errors.add(path, "is not a date", "write it as YYYY-MM-DD");
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(check: impl FnOnce(&mut FieldErrors)) -> bool {
        let mut errors = FieldErrors::new();
        check(&mut errors);
        !errors.is_empty()
    }

    #[test]
    fn mail_addresses() {
        for good in [
            "",
            "testy@example.org",
            "t.mctestface+dsl@school.example.org",
        ] {
            assert!(
                !refused(|e| {
                    let _ = email(good, "email", e);
                }),
                "{good}"
            );
        }
        for bad in [
            "testy",
            "@example.org",
            "testy@",
            "a@b@example.org",
            "testy@example.org\r\nBcc: x@example.org",
            "tésty@example.org",
            "Testy <testy@example.org>",
        ] {
            assert!(
                refused(|e| {
                    let _ = email(bad, "email", e);
                }),
                "{bad}"
            );
        }
    }

    #[test]
    fn telephone_numbers() {
        for good in ["", "01632 960001", "+44 7700 900123", "(01632) 960-001"] {
            assert!(
                !refused(|e| {
                    let _ = phone(good, "phone", e);
                }),
                "{good}"
            );
        }
        for bad in [
            "999",
            "01632 96000x",
            "+",
            "1234567890123456",
            "01632960001\n",
        ] {
            let refused = refused(|e| {
                let _ = phone(bad, "phone", e);
            });
            // White space around a number is taken away.
            assert_eq!(refused, !bad.ends_with('\n'), "{bad}");
        }
    }

    #[test]
    fn days_are_written_in_one_way() {
        for bad in [
            "2026-02-30",
            "20261121",
            "21/11/2026",
            "2026-11-21T00:00",
            "tomorrow",
        ] {
            assert!(
                refused(|e| {
                    let _ = date(bad, "from", e);
                }),
                "{bad}"
            );
        }
        assert!(!refused(|e| {
            let _ = date("2026-11-21", "from", e);
        }));
    }

    #[test]
    fn names_are_one_line_of_text() {
        for bad in [
            "",
            "  ",
            "Testy\nMcTestface",
            "Testy\u{7}",
            &"x".repeat(121),
        ] {
            assert!(
                refused(|e| {
                    let _ = line(bad, 120, true, "name", e);
                }),
                "{bad:?}"
            );
        }
        let mut errors = FieldErrors::new();
        assert_eq!(
            line(" Testy O'Test-Face ", 120, true, "name", &mut errors),
            "Testy O'Test-Face"
        );
        assert!(errors.is_empty());
    }

    proptest! {
        #[test]
        fn no_text_makes_a_check_panic(text: String) {
            let mut errors = FieldErrors::new();
            line(&text, 5, true, "x", &mut errors);
            contact_id(&text, "x", &mut errors);
            email(&text, "x", &mut errors);
            phone(&text, "x", &mut errors);
            date(&text, "x", &mut errors);
        }
    }
}
