//! The demo's made-up world, held against the readers, the matcher and the calendars of the hub.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on says where"
)]

mod matched;
mod night;
mod real;
mod story;
mod town;

use firstbell::demo::{
    hours::{Night, USUAL},
    pupils::Pupils,
    script::Script,
    town::Town,
};

const SEED: u64 = 1;

/// A whole world.
struct World {
    town: Town,
    pupils: Pupils,
    script: Script,
}

impl World {
    fn of(night: Night, seed: u64) -> Self {
        let town = Town::sample();
        let pupils = Pupils::of(&town, night, seed);
        let script = Script::of(&town, &pupils, night, seed);
        Self {
            town,
            pupils,
            script,
        }
    }

    fn usual() -> Self {
        Self::of(USUAL, SEED)
    }
}
