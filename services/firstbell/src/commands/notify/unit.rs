//! What a file is read into: notifications that can be sent, and lines that cannot.

use host::problem::FieldProblem;
use proto::police::v1::Notification;

/// One notification as the file has it, or a line that is none.
pub(super) struct Unit {
    /// Its lines, in order; never none.
    pub(super) lines: Vec<u64>,
    /// Where in the file the next one begins, in bytes.
    pub(super) end: u64,
    /// What is to be done with it.
    pub(super) content: Content,
}

/// What is to be done with a unit.
pub(super) enum Content {
    /// Can be sent.
    Ready(Box<Notification>),
    /// Cannot be sent: every reason.
    Refused(Vec<Refusal>),
}

/// Why a line is refused. Never repeats what the line holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) line: u64,
    /// Column or path in the notification; empty: the line as a whole.
    pub(super) field: String,
    pub(super) reason: String,
    pub(super) remedy: String,
}

/// The longest line that is read, in bytes with its line end.
pub(super) const LONGEST: usize = 1024 * 1024;
/// The reason of a line that is longer than the limit.
pub(super) const TOO_LONG: &str = "is longer than 1 MiB";
/// What to do about it.
pub(super) const SHORTEN: &str = "shorten it; it was passed over unread";

// === impl Unit ===

impl Unit {
    /// The number of the first line.
    pub(super) fn line(&self) -> u64 {
        self.lines.first().copied().unwrap_or_default()
    }

    /// A single line that is refused for one reason.
    pub(super) fn refused(end: u64, refusal: Refusal) -> Self {
        Self {
            lines: vec![refusal.line],
            end,
            content: Content::Refused(vec![refusal]),
        }
    }
}

/// Every line of a notification is named: those without a fault of their own point to one that has.
pub(super) fn with_siblings(lines: &[u64], mut refusals: Vec<Refusal>) -> Vec<Refusal> {
    let Some(cause) = refusals.first().map(|refusal| refusal.line) else {
        return refusals;
    };
    let blameless = lines
        .iter()
        .filter(|line| !refusals.iter().any(|refusal| refusal.line == **line));
    let siblings: Vec<_> = blameless
        .map(|&line| {
            let remedy = format!("mend line {cause} and send the file again");
            Refusal::new(
                line,
                "",
                "belongs to a notification that is refused",
                remedy,
            )
        })
        .collect();
    refusals.extend(siblings);
    refusals.sort_by_key(|refusal| refusal.line);
    refusals
}

// === impl Refusal ===

impl Refusal {
    /// The whole file, which has nothing in it.
    pub(super) fn empty_file() -> Self {
        let remedy = "name the file that holds the notifications; nothing was sent";
        Self::new(1, "", "the file is empty", remedy)
    }

    /// The whole file, which is no text as it has to be.
    pub(super) fn other_encoding(line: u64) -> Self {
        let remedy = "save the file as CSV in UTF-8; nothing of it was sent";
        Self::new(line, "", "the file is not in UTF-8", remedy)
    }

    /// A refused line.
    pub(super) fn new(
        line: u64,
        field: impl Into<String>,
        reason: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            line,
            field: field.into(),
            reason: reason.into(),
            remedy: remedy.into(),
        }
    }

    /// A field problem of this line.
    pub(super) fn of_field(line: u64, problem: &FieldProblem) -> Self {
        Self::new(line, &problem.path, &problem.reason, &problem.remedy)
    }
}
