//! The made-up world of the demo, as data: a town, its pupils and people, and one night.

pub mod cases;
pub mod cast;
pub mod chance;
pub mod hours;
pub mod names;
pub mod night;
pub mod numbers;
pub mod people;
pub mod pupils;
pub mod script;
pub mod town;
