//! What a stream must look like for an append, as the two kinds of append say it.

use crate::wire::streams::{append_req, append_resp, batch_append_req, batch_append_resp};

/// What a stream must look like.
#[derive(Clone, Copy)]
pub(crate) enum Expected {
    Any,
    Exists,
    NoStream,
    Revision(u64),
}

// === impl Expected ===

impl Expected {
    /// Whether a stream with this last revision is as expected.
    pub(crate) fn holds(self, actual: Option<u64>) -> bool {
        match self {
            Self::Any => true,
            Self::Exists => actual.is_some(),
            Self::NoStream => actual.is_none(),
            Self::Revision(revision) => actual == Some(revision),
        }
    }

    /// The revision that would come next, where that is said.
    pub(crate) fn next(self) -> Option<u64> {
        match self {
            Self::Any | Self::Exists => None,
            Self::NoStream => Some(0),
            Self::Revision(revision) => revision.checked_add(1),
        }
    }

    /// As a refused append repeats it.
    pub(crate) fn refused(self) -> append_resp::wrong_expected_version::ExpectedRevisionOption {
        use append_resp::wrong_expected_version::ExpectedRevisionOption as Said;
        match self {
            Self::Any => Said::ExpectedAny(()),
            Self::Exists => Said::ExpectedStreamExists(()),
            Self::NoStream => Said::ExpectedNoStream(()),
            Self::Revision(revision) => Said::ExpectedRevision(revision),
        }
    }

    /// As the answer to one append in a batch repeats it.
    pub(crate) fn echoed(self) -> batch_append_resp::ExpectedStreamPosition {
        use batch_append_resp::ExpectedStreamPosition as Said;
        match self {
            Self::Any => Said::Any(()),
            Self::Exists => Said::StreamExists(()),
            Self::NoStream => Said::NoStream(()),
            Self::Revision(revision) => Said::StreamPosition(revision),
        }
    }
}

impl From<append_req::options::ExpectedStreamRevision> for Expected {
    fn from(said: append_req::options::ExpectedStreamRevision) -> Self {
        use append_req::options::ExpectedStreamRevision as Said;
        match said {
            Said::Any(()) => Self::Any,
            Said::StreamExists(()) => Self::Exists,
            Said::NoStream(()) => Self::NoStream,
            Said::Revision(revision) => Self::Revision(revision),
        }
    }
}

impl From<batch_append_req::options::ExpectedStreamPosition> for Expected {
    fn from(said: batch_append_req::options::ExpectedStreamPosition) -> Self {
        use batch_append_req::options::ExpectedStreamPosition as Said;
        match said {
            Said::Any(()) => Self::Any,
            Said::StreamExists(()) => Self::Exists,
            Said::NoStream(()) => Self::NoStream,
            Said::StreamPosition(revision) => Self::Revision(revision),
        }
    }
}
