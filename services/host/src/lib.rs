//! What every process of the hub needs, whichever services run in it.

pub mod clock;
