//! Kinds of refusal, each with its stable name, its sentence and its place in both protocols.

use axum::http::StatusCode;

/// What kind of refusal it is. The names are part of the contract and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A field of the request is wrong; the fields say which and why.
    InvalidField,
    /// The request cannot be read at all: broken JSON, wrong encoding.
    Malformed,
    /// No valid token.
    Unauthenticated,
    /// The caller's roles do not include this action, in the caller's own remit.
    Forbidden,
    /// Does not exist, or is outside the caller's remit.
    NotFound,
    /// The path exists, the verb does not.
    MethodNotAllowed,
    /// Contradicts what was accepted before.
    Conflict,
    /// Larger than a limit, which the sentence names.
    TooLarge,
    /// The body is in a format that is not taken here.
    UnsupportedMediaType,
    /// Below the free-space reserve.
    NoSpace,
    /// Not now; the same request may succeed later.
    Unavailable,
    /// Took too long.
    Timeout,
    /// A defect or fault of the hub.
    Internal,
}

const ALL: [Code; 13] = [
    Code::InvalidField,
    Code::Malformed,
    Code::Unauthenticated,
    Code::Forbidden,
    Code::NotFound,
    Code::MethodNotAllowed,
    Code::Conflict,
    Code::TooLarge,
    Code::UnsupportedMediaType,
    Code::NoSpace,
    Code::Unavailable,
    Code::Timeout,
    Code::Internal,
];

// === impl Code ===

impl Code {
    /// The stable name, e.g. `invalid_field`.
    pub fn as_str(self) -> &'static str {
        self.row().0
    }

    /// The gRPC status code that carries it.
    pub fn grpc(self) -> tonic::Code {
        self.row().1
    }

    /// The HTTP status that carries it.
    pub fn http(self) -> StatusCode {
        self.row().2
    }

    /// What is said where nothing more precise is known.
    pub fn sentence(self) -> &'static str {
        self.row().3
    }

    /// The code of that name; an unknown name is a fault of the hub.
    pub(crate) fn parse(name: &str) -> Self {
        ALL.into_iter()
            .find(|code| code.as_str() == name)
            .unwrap_or(Self::Internal)
    }

    /// The closest code for a status that carries no problem, e.g. one made by the transport.
    pub(crate) fn of_grpc(code: tonic::Code) -> Self {
        match code {
            tonic::Code::InvalidArgument => Self::Malformed,
            tonic::Code::OutOfRange => Self::TooLarge,
            tonic::Code::NotFound | tonic::Code::Unimplemented => Self::NotFound,
            tonic::Code::AlreadyExists | tonic::Code::Aborted | tonic::Code::FailedPrecondition => {
                Self::Conflict
            }
            tonic::Code::PermissionDenied => Self::Forbidden,
            tonic::Code::Unauthenticated => Self::Unauthenticated,
            tonic::Code::Unavailable | tonic::Code::Cancelled | tonic::Code::ResourceExhausted => {
                Self::Unavailable
            }
            tonic::Code::DeadlineExceeded => Self::Timeout,
            _ => Self::Internal,
        }
    }

    #[rustfmt::skip]
    fn row(self) -> (&'static str, tonic::Code, StatusCode, &'static str) {
        use tonic::Code as Grpc;
        match self {
            Self::InvalidField => ("invalid_field", Grpc::InvalidArgument, StatusCode::BAD_REQUEST,
                "Some fields are wrong. Mend those named and send again."),
            Self::Malformed => ("malformed", Grpc::InvalidArgument, StatusCode::BAD_REQUEST,
                "The request cannot be read."),
            Self::Unauthenticated => ("unauthenticated", Grpc::Unauthenticated, StatusCode::UNAUTHORIZED,
                "A valid token is needed. Send it as `authorization: Bearer <token>`."),
            Self::Forbidden => ("forbidden", Grpc::PermissionDenied, StatusCode::FORBIDDEN,
                "Your roles do not include this. Ask the administrator of your organisation."),
            Self::NotFound => ("not_found", Grpc::NotFound, StatusCode::NOT_FOUND,
                "There is nothing here for you. Check the address and the ids in it."),
            Self::MethodNotAllowed => ("method_not_allowed", Grpc::Unimplemented, StatusCode::METHOD_NOT_ALLOWED,
                "This address does not take that verb. See /openapi.json."),
            Self::Conflict => ("conflict", Grpc::FailedPrecondition, StatusCode::CONFLICT,
                "This contradicts what was accepted before."),
            Self::TooLarge => ("too_large", Grpc::OutOfRange, StatusCode::PAYLOAD_TOO_LARGE,
                "The request is too large. Send less at a time."),
            Self::UnsupportedMediaType => ("unsupported_media_type", Grpc::InvalidArgument, StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The body must be JSON. Send it with `content-type: application/json`."),
            Self::NoSpace => ("no_space", Grpc::ResourceExhausted, StatusCode::INSUFFICIENT_STORAGE,
                "The hub is short of disk space and takes nothing new. Tell its operator and send again later."),
            Self::Unavailable => ("unavailable", Grpc::Unavailable, StatusCode::SERVICE_UNAVAILABLE,
                "This is not available just now. Send the same request again later."),
            Self::Timeout => ("timeout", Grpc::DeadlineExceeded, StatusCode::GATEWAY_TIMEOUT,
                "This took too long. Send the same request again."),
            Self::Internal => ("internal", Grpc::Internal, StatusCode::INTERNAL_SERVER_ERROR,
                "Something is wrong in the hub. Send the same request again; if it stays, tell its operator."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_found_again_by_its_name() {
        for code in ALL {
            assert_eq!(Code::parse(code.as_str()), code);
        }
        assert_eq!(ALL.iter().collect::<HashSet<_>>().len(), ALL.len());
    }

    #[test]
    fn every_code_is_an_error_in_both_protocols() {
        for code in ALL {
            assert_ne!(code.grpc(), tonic::Code::Ok);
            assert!(code.http().is_client_error() || code.http().is_server_error());
        }
    }
}
