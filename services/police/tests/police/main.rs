//! The police service over its real door, on real files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod canary;
mod correct;
mod deliver;
mod erased;
mod sample;
mod submit;
mod view;
mod watch;
mod world;
