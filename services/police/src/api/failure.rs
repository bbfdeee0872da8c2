//! What went wrong, as the sender is told: a sentence to act on, never the cause inside.

use crate::domain::{Refusal, decide::MOST_CHILDREN};
use host::{
    problem::{Code, Problem},
    report::report,
};
use journal::{AppendError, decider::ExecuteError};
use keys::{KeyError, OpenError};
use std::error::Error;

/// A fault of the hub: told in full to the log, in general to the caller.
pub(crate) fn failed(error: &(dyn Error + 'static)) -> Problem {
    tracing::error!(error = report(error), "a police call failed");
    Problem::of(Code::Internal)
}

fn unavailable(error: &(dyn Error + 'static)) -> Problem {
    tracing::warn!(error = report(error), "a police call has to wait");
    Problem::of(Code::Unavailable)
}

/// A key holder said no.
pub(crate) fn key(error: KeyError) -> Problem {
    match error {
        KeyError::Destroyed => Problem::new(
            Code::Conflict,
            "This notification is already known and its personal data has been erased, so nothing can be added to it.",
        )
        .with_field(
            "reference",
            "names a notification that is already known and has been erased",
            "use another reference for another incident",
        ),
        KeyError::Unavailable(_) => unavailable(&error),
        KeyError::Unknown | KeyError::NotGranted => failed(&error),
    }
}

/// A value could not be opened now.
pub(crate) fn open(error: OpenError) -> Problem {
    match error {
        OpenError::Unavailable(_) => unavailable(&error),
        OpenError::NotGranted | OpenError::Corrupt => failed(&error),
    }
}

/// A command was refused or could not be carried out.
pub(crate) fn execute(error: ExecuteError<Refusal>) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refused(refusal),
        ExecuteError::Contended => Problem::of(Code::Unavailable),
        ExecuteError::Append(AppendError::NoSpace) => Problem::of(Code::NoSpace),
        ExecuteError::Append(error @ AppendError::Store(_)) => unavailable(&error),
        ExecuteError::Append(error) => failed(&error),
        ExecuteError::Read(error) => failed(&error),
    }
}

fn refused(refusal: Refusal) -> Problem {
    let conflict = |path: &str, reason: &str, remedy: &str| {
        Problem::of(Code::Conflict).with_field(path, reason, remedy)
    };
    match refusal {
        Refusal::Unknown => Problem::not_found(),
        Refusal::OtherContent => conflict(
            "reference",
            "was accepted before with other content",
            "correct: send the change as a correction of that notification",
        ),
        Refusal::CorrectionReused => conflict(
            "correction_id",
            "was used before for a correction with other content",
            "give every correction an id of its own",
        ),
        Refusal::TooManyCorrections => conflict(
            "correction_id",
            "would be one correction more than a notification takes",
            "withdraw the notification and submit it anew under another reference",
        ),
        Refusal::TooManyChildren => conflict(
            "children",
            &format!("would make more than {MOST_CHILDREN} children"),
            "submit the others under another reference",
        ),
        Refusal::Withdrawn => conflict(
            "notification_id",
            "was withdrawn as a whole",
            "submit it anew under another reference",
        ),
        Refusal::LineWithdrawn(line) => conflict(
            "line",
            &format!("{line} was withdrawn"),
            "give the child a new line number",
        ),
        Refusal::UnknownLine(line) => Problem::invalid_field(
            "line",
            format!("{line} is no line of this notification"),
            "take a line number from the first answer",
        ),
        Refusal::NothingHeld(_) => conflict(
            "content",
            "would replace text that is not held",
            "send the change as a correction",
        ),
    }
}
