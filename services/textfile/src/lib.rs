//! Text files as other people's systems write them, such that a broken line costs that line alone.
//!
//! In reading order: [`Lines`] of any length, of which none is held that is too long; CSV [`Records`]
//! in them. What a record means, and what its refusal is called, is for whoever reads.

mod ahead;
mod cells;
mod lines;
mod records;
mod scan;

pub use lines::{Line, Lines};
pub use records::{Flaw, Record, Records};
