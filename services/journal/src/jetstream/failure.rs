//! Why a batch did not come to be, as far as the writer acts on it.

use super::{StoreError, writer::Answer};
use crate::{AppendError, ReadError};
use async_nats::jetstream::{
    Error, ErrorCode,
    context::{PublishError, PublishErrorKind},
};
use std::{error::Error as _, sync::Arc};

/// Why a batch did not come to be.
pub(super) enum Failure {
    /// Somebody else wrote first; nothing was taken.
    Overtaken,
    /// The broker has no room for it; nothing was taken.
    NoSpace,
    /// The answer was lost or is none. Whether the batch was taken is to be seen in the stream.
    Unclear(Box<dyn std::error::Error + Send + Sync>),
}

// === impl Failure ===

impl Failure {
    /// What so many callers are told, where nothing more is tried.
    pub(super) fn answers(self, count: usize) -> Vec<Answer> {
        let cause = match self {
            Self::NoSpace => return (0..count).map(|_| Err(AppendError::NoSpace)).collect(),
            Self::Overtaken => Arc::from(Box::from(StoreError::Overtaken)),
            Self::Unclear(cause) => Arc::from(cause),
        };
        let answer = || AppendError::Store(Box::new(StoreError::NotTaken(Arc::clone(&cause))));
        (0..count).map(|_| Err(answer())).collect()
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        let code = error
            .source()
            .and_then(|source| source.downcast_ref::<Error>())
            .map(Error::error_code);
        match (error.kind(), code) {
            (PublishErrorKind::WrongLastSequence, _) => Self::Overtaken,
            (
                _,
                Some(ErrorCode::STORAGE_RESOURCES_EXCEEDED | ErrorCode::INSUFFICIENT_RESOURCES),
            ) => Self::NoSpace,
            _ => Self::Unclear(Box::new(error)),
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        Self::Unclear(Box::new(error))
    }
}
