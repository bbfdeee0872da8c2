//! What a command prints: text and tables for people, one JSON object a line for programs.

use crate::error::CommandError;
use comfy_table::{ContentArrangement, LineStyle, Table, presets};
use serde::Serialize;
use std::io::{self, Write};

/// Standard output, or in tests a buffer.
pub struct Output {
    json: bool,
    to: Box<dyn Write + Send>,
}

// === impl Output ===

impl Output {
    /// Prints to standard output.
    pub fn standard(json: bool) -> Self {
        Self::new(json, io::stdout())
    }

    /// Prints to anything that takes bytes.
    pub fn new(json: bool, to: impl Write + Send + 'static) -> Self {
        Self {
            json,
            to: Box::new(to),
        }
    }

    /// Whether programs read this.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// One line of text. Control characters cannot reach the terminal.
    pub fn line(&mut self, text: &str) -> Result<(), CommandError> {
        self.write(&harmless(text))
    }

    /// One JSON object on a line of its own.
    pub fn object(&mut self, object: &impl Serialize) -> Result<(), CommandError> {
        let text =
            serde_json::to_string(object).map_err(|error| CommandError::Output(error.into()))?;
        self.write(&text)
    }

    /// A table with a head.
    pub fn table(
        &mut self,
        head: &[&str],
        rows: impl IntoIterator<Item = Vec<String>>,
    ) -> Result<(), CommandError> {
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none()))
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(head.to_vec());
        for row in rows {
            table.add_row(row.iter().map(|cell| harmless(cell)));
        }
        self.write(&table.to_string())
    }

    fn write(&mut self, text: &str) -> Result<(), CommandError> {
        writeln!(self.to, "{text}")
            .and_then(|()| self.to.flush())
            .map_err(CommandError::Output)
    }
}

fn harmless(text: &str) -> String {
    text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_escape_is_shown_and_not_obeyed() {
        assert_eq!(harmless("St \u{1b}[2JMary"), "St \u{fffd}[2JMary");
    }
}
