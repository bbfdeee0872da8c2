//! Generated messages: stored events, and plain forms of what only this service opens.

#![expect(
    missing_docs,
    clippy::all,
    clippy::pedantic,
    reason = "generated from the protos, which carry the documentation"
)]

/// Stored events of a child line.
pub mod stored {
    tonic::include_proto!("firstbell.schools.private.v1");
}

/// Plain forms of sealed values.
pub mod plain {
    tonic::include_proto!("firstbell.schools.plain.v1");
}
