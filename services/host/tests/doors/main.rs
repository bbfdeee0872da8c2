//! Both doors of a real server on a real port, driven by real clients.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod between;
mod document;
mod grpc;
mod hostile;
mod hub;
mod live;
mod rest;
mod upload;
