//! Lengths, signs and listed values.

use super::path::Path;
use host::problem::{FieldErrors, Problem};

/// The wrong fields found so far.
#[derive(Default)]
pub(crate) struct Fields {
    errors: FieldErrors,
}

// === impl Fields ===

impl Fields {
    /// Notes a wrong field.
    pub(crate) fn add(&mut self, at: Path<'_>, reason: &'static str, remedy: &'static str) {
        self.errors.add(at.to_string(), reason, remedy);
    }

    /// A text of one line, at most `longest` characters.
    pub(crate) fn line(&mut self, at: Path<'_>, text: &str, longest: usize) {
        if text.chars().any(|c| c.is_control() || turns_direction(c)) {
            self.add(
                at,
                "holds a control character or a line break",
                "write it on one line, without control characters",
            );
        }
        self.length(at, text, longest);
    }

    /// A text that may have several lines, at most `longest` characters.
    pub(crate) fn text(&mut self, at: Path<'_>, text: &str, longest: usize) {
        let layout = |c| matches!(c, '\n' | '\r' | '\t');
        if text
            .chars()
            .any(|c| (c.is_control() && !layout(c)) || turns_direction(c))
        {
            self.add(
                at,
                "holds a control character",
                "take out control characters other than line break and tab",
            );
        }
        self.length(at, text, longest);
    }

    /// A repeated field of at most `most` entries.
    pub(crate) fn count(&mut self, at: Path<'_>, count: usize, most: usize) {
        if count > most {
            let remedy = format!("give at most {most}");
            self.errors
                .add(at.to_string(), "has too many entries", remedy);
        }
    }

    /// A value that must be one of those listed in the contract.
    pub(crate) fn listed(&mut self, at: Path<'_>, is_listed: bool) {
        if !is_listed {
            self.add(
                at,
                "is not one of the listed values",
                "take one of the values that the contract lists for it",
            );
        }
    }

    /// The refusal that names them all, or nothing.
    pub(crate) fn into_result(self) -> Result<(), Problem> {
        self.errors.into_result()
    }

    fn length(&mut self, at: Path<'_>, text: &str, longest: usize) {
        // Bytes first: they are known, and as a rule enough.
        if text.len() > longest && text.chars().count() > longest {
            let remedy = format!("shorten it to {longest} characters");
            self.errors.add(at.to_string(), "is too long", remedy);
        }
    }
}

/// Signs that make a text read otherwise than it is stored.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
