//! The demo: a made-up world as data, and a real hub that it is played in.
//!
//! The data: a [`town`] with its [`pupils`] and [`people`], and a [`script`] of one [`night`]. The
//! performance: a [`stage`] with a clock that is turned, where [`load`] tells the hub of the town,
//! [`play`] plays the script through the hub's own doors, and [`summary`] counts what came of it.

pub mod cases;
pub mod cast;
pub mod chance;
pub mod hours;
pub mod load;
pub mod names;
pub mod night;
pub mod numbers;
pub mod people;
pub mod play;
pub mod post_room;
pub mod pupils;
pub mod script;
pub mod stage;
pub mod summary;
pub mod town;
