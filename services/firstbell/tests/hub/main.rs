//! The client's commands against a real gRPC server that runs in the test.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

mod desk;
mod imports;
mod interruptions;
mod making;
mod notify;
mod office;
mod ready;
mod watching;
