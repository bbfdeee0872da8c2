//! What is erased stays erased: which keys are gone, and what the sender is told to do about it.

use super::failure;
use crate::domain::{NotificationId, ids::LineId};
use host::problem::{Code, Problem};
use keys::{KeyError, KeyId, SharedKeys};

/// Why nothing can be sealed.
pub(super) enum NoKeys {
    /// What concerns all children was erased, so nothing can be added to the notification.
    Notification,
    /// These lines were erased; never none.
    Lines(Vec<LineId>),
    /// Something else; it says so itself.
    Other(Problem),
}

const ERASED: &str = "was erased: its keys were destroyed";

// === impl NoKeys ===

impl NoKeys {
    /// Finds out which of these keys were destroyed.
    pub(super) async fn look(
        keys: &SharedKeys,
        id: NotificationId,
        lines: &[LineId],
    ) -> Result<Self, Problem> {
        let is_gone = async |key: KeyId| keys.is_destroyed(&key).await.map_err(failure::key);
        if is_gone(id.key()).await? {
            return Ok(Self::Notification);
        }
        let mut gone = Vec::new();
        for line in lines {
            if is_gone(line.key()).await? || is_gone(line.area_key()).await? {
                gone.push(*line);
            }
        }
        if gone.is_empty() {
            return Err(failure::key(KeyError::Destroyed));
        }
        Ok(Self::Lines(gone))
    }

    /// The refusal of a request with these lines, each at its place in the list of children.
    pub(super) fn refused(self, lines: &[LineId], places: &[usize]) -> Problem {
        let erased = match self {
            Self::Notification => return failure::key(KeyError::Destroyed),
            Self::Other(problem) => return problem,
            Self::Lines(erased) => erased,
        };
        let named = lines.iter().zip(places);
        let named = named.filter(|(line, _)| erased.contains(line));
        let problem = Problem::new(
            Code::Conflict,
            "The record of a child of this notification was erased and does not come back. The \
             others are taken without that child.",
        );
        named.fold(problem, |problem, (_, place)| {
            problem.with_field(
                format!("children[{place}]"),
                ERASED,
                "leave that child out, whose record was erased, and send the others again",
            )
        })
    }

    /// The refusal of a request about a single line, with the names of its fields.
    pub(super) fn refused_at(self, notification: &'static str, line: &'static str) -> Problem {
        let path = match self {
            Self::Other(problem) => return problem,
            Self::Notification => notification,
            Self::Lines(_) => line,
        };
        Problem::of(Code::Conflict).with_field(path, ERASED, "leave it: nothing can be added to it")
    }
}

impl From<Problem> for NoKeys {
    fn from(problem: Problem) -> Self {
        Self::Other(problem)
    }
}
