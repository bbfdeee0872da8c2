//! Exit codes, so that scripts know what to do next.
//!
//! 64 and above are those of `sysexits.h`.

use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: everything was done.
    Done,
    /// 1: it failed.
    Failed,
    /// 2: done, and what was refused or found wanting has been listed.
    Listed,
    /// 64: the command line is wrong; nothing was started.
    Usage,
    /// 66: a file named on the command line cannot be read.
    NoInput,
    /// 75: the hub is away, or the command was interrupted; the same command goes on later.
    TryLater,
    /// 77: the token is missing, not valid, or not for this.
    NotAllowed,
}

// === impl Exit ===

impl Exit {
    /// The number.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Listed => 2,
            Self::Usage => 64,
            Self::NoInput => 66,
            Self::TryLater => 75,
            Self::NotAllowed => 77,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Prints what is wrong with the command line, or the help that was asked for.
pub fn after_usage(error: &clap::Error) -> ExitCode {
    // Nowhere is left to report a failure of printing.
    let _ = error.print();
    if error.use_stderr() {
        Exit::Usage.into()
    } else {
        Exit::Done.into()
    }
}
