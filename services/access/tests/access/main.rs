//! The service as it runs: a journal file, a key store file, and both doors on a port.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod contacts;
mod door;
mod organisations;
mod sealed;
mod tokens;
mod world;
