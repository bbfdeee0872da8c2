//! What the caller is told when something behind the service fails, and what the log is told.

use host::{
    problem::{Code, Problem},
    report::report,
};
use journal::{AppendError, ReadError, decider::ExecuteError};
use keys::{KeyError, OpenError, SealError};
use std::{convert::Infallible, error::Error};

/// A command was refused or could not be carried out.
pub(crate) fn of_execute<R>(error: ExecuteError<R>, refused: impl FnOnce(R) -> Problem) -> Problem {
    match error {
        ExecuteError::Refused(refusal) => refused(refusal),
        ExecuteError::Contended => Problem::of(Code::Unavailable),
        ExecuteError::Append(AppendError::NoSpace) => Problem::of(Code::NoSpace),
        ExecuteError::Append(error @ AppendError::Invalid(_)) => internal(&error),
        ExecuteError::Append(error) => unavailable(&error),
        ExecuteError::Read(error) => of_read(error),
    }
}

/// For commands that are never refused.
pub(crate) fn never(refusal: Infallible) -> Problem {
    match refusal {}
}

/// The journal could not be read.
pub(crate) fn of_read(error: ReadError) -> Problem {
    match error {
        ReadError::Corrupt(_) => internal(&error),
        ReadError::Store(_) => unavailable(&error),
    }
}

/// A key could not be made.
pub(crate) fn of_key(error: KeyError) -> Problem {
    match error {
        KeyError::Unavailable(_) => unavailable(&error),
        KeyError::Destroyed => Problem::new(
            Code::Conflict,
            "What was kept under this id was erased for good. Choose another id.",
        ),
        KeyError::Unknown | KeyError::NotGranted => internal(&error),
    }
}

/// A value could not be sealed.
pub(crate) fn of_seal(error: SealError) -> Problem {
    match error {
        SealError::Key(error) => of_key(error),
        SealError::Cipher => internal(&error),
    }
}

/// A value could not be opened.
pub(crate) fn of_open(error: OpenError) -> Problem {
    match error {
        OpenError::Unavailable(_) => unavailable(&error),
        OpenError::NotGranted | OpenError::Corrupt => internal(&error),
    }
}

/// A fault of the hub.
pub(crate) fn internal(error: &dyn Error) -> Problem {
    tracing::error!(error = report(error), "access could not do what was asked");
    Problem::of(Code::Internal)
}

fn unavailable(error: &dyn Error) -> Problem {
    tracing::warn!(error = report(error), "access cannot do it now");
    Problem::of(Code::Unavailable)
}
