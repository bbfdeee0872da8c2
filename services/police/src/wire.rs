//! Generated messages: stored events and view rows.

#![expect(
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    reason = "generated from the protos, which carry the documentation"
)]

/// Stored events of a notification.
pub mod stored {
    tonic::include_proto!("firstbell.police.private.v1");
}

/// Rows of the status view.
pub mod view {
    tonic::include_proto!("firstbell.police.view.v1");
}
