//! The world that the stories run in: a whole hub on real files, and the people around it.
//!
//! [`world`] starts the hub and checks at the end that nothing was lost; [`caller`] is somebody who
//! calls it; [`people`] are plainly made up; [`smtp`] and [`webhook`] are the servers that the hub
//! tells, and [`collector`] what it sends its figures to; [`wait`] is the only place that waits;
//! [`marks`] finds personal data where none may be; [`program`] is the real program, and
//! [`processes`] a hub of it with one service in each. [`judge`] looks at any hub from outside.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on says where"
)]

pub mod caller;
pub mod collector;
pub mod judge;
pub mod marks;
pub mod people;
pub mod processes;
pub mod program;
pub mod smtp;
pub mod wait;
pub mod webhook;
pub mod world;
