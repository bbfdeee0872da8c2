//! Why a whole file was not taken.

/// Why a whole file was not taken; nothing of it was. Names columns, never content.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// Nothing in it.
    #[error("the file is empty")]
    Empty,
    /// UTF-16 or not text at all.
    #[error("the file is not in UTF-8")]
    Encoding,
    /// The first line names none of the columns, so it may be content: it is not repeated here.
    #[error("the first line names none of the columns")]
    NoHeader,
    /// Columns that cannot be done without.
    #[error("columns are missing: {}", .columns.join(", "))]
    MissingColumns {
        /// Their names.
        columns: Vec<&'static str>,
    },
    /// Columns that mean nothing here.
    #[error("columns are not known: {}", .columns.join(", "))]
    UnknownColumns {
        /// Their names, or `column 7` where the name is not plain.
        columns: Vec<String>,
    },
    /// Columns that are there twice.
    #[error("columns are there twice: {}", .columns.join(", "))]
    DuplicateColumns {
        /// Their names.
        columns: Vec<String>,
    },
}

impl Error {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Empty => "Send the file with its header line and at least one row.",
            Self::Encoding => "Save the file as \"CSV UTF-8 (comma delimited)\".",
            Self::NoHeader => "Put the column names on the first line, parted by commas.",
            Self::MissingColumns { .. } => "Add the columns, spelt as they are here.",
            Self::UnknownColumns { .. } => {
                "Take the columns out, or spell them as the help of the import does."
            }
            Self::DuplicateColumns { .. } => "Leave each column in once.",
        }
    }
}
