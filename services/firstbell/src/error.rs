//! Why a command could not be carried out.

use crate::exit::Exit;
use host::problem::{Code, Problem};
use std::io;
use thiserror::Error;

/// Why a command stopped. What was merely refused line by line is no error; it is listed.
#[derive(Debug, Error)]
pub enum CommandError {
    /// The arguments do not fit together.
    #[error("{0}")]
    Usage(&'static str),
    /// No token, or one that cannot be sent.
    #[error("{0}")]
    Token(&'static str),
    /// A file named on the command line cannot be read.
    #[error("read the file of {of}")]
    NoInput {
        /// The option or argument that names it.
        of: &'static str,
        /// Why it cannot.
        source: io::Error,
    },
    /// Standard output is closed or full.
    #[error("write the output")]
    Output(#[source] io::Error),
    /// The process cannot be set up: no threads, no signals.
    #[error("start the command")]
    Start(#[source] io::Error),
    /// The connection to the hub cannot be set up.
    #[error("prepare the connection to the hub")]
    Connection(#[source] tonic::transport::Error),
    /// A hub in this process could not be made, opened or run. Its source says why.
    #[error("run the hub here")]
    Hub(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A benchmark could not be carried out. Its source says why.
    #[error("measure")]
    Bench(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The hub said no, or did not answer.
    #[error("{}", sentence(.0))]
    Refused(Problem),
}

const NO_HUB: &str = "No hub answers. Check --hub, or try again later.";

// === impl CommandError ===

impl CommandError {
    /// A fault of a hub in this process.
    pub fn hub(error: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Hub(Box::new(error))
    }

    /// A file that this option or argument names cannot be read.
    pub fn no_input(of: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::NoInput { of, source }
    }

    /// The exit code that goes with it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Token(_) => Exit::NotAllowed,
            Self::NoInput { .. } => Exit::NoInput,
            Self::Output(_)
            | Self::Start(_)
            | Self::Connection(_)
            | Self::Hub(_)
            | Self::Bench(_) => Exit::Failed,
            Self::Refused(problem) => of_problem(problem.code()),
        }
    }

    /// Whether the reader of standard output went away, as `head` does: no reason to complain.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<tonic::Status> for CommandError {
    fn from(status: tonic::Status) -> Self {
        let problem = Problem::from_status(&status);
        if status.details().is_empty() && problem.code() == Code::Unavailable {
            return Self::Refused(Problem::new(Code::Unavailable, NO_HUB));
        }
        Self::Refused(problem)
    }
}

fn of_problem(code: Code) -> Exit {
    match code {
        Code::Unauthenticated | Code::Forbidden => Exit::NotAllowed,
        Code::Unavailable | Code::NoSpace | Code::Timeout => Exit::TryLater,
        _ => Exit::Failed,
    }
}

fn sentence(problem: &Problem) -> String {
    let fields = problem.fields().iter();
    let fields =
        fields.map(|field| format!("\n  {} {}: {}", field.path, field.reason, field.remedy));
    std::iter::once(problem.message().to_owned())
        .chain(fields)
        .collect()
}
