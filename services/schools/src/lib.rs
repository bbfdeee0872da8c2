//! Finds each child's school, raises the alert, and climbs until a named person has it in hand.
//!
//! In reading order: [`inbox`] hears the police service; [`routing`] finds school and deadline from
//! [`mod@reference`] data; [`domain`] decides; [`lines`] carries decisions out; [`publish`] tells the
//! other services; [`views`] shows, and [`quality`] counts how well matching does; [`ladder`] keeps
//! the time; [`telling`] reaches people through [`contacts`]; [`records`] says who changed what the hub
//! works from; [`learning`] learns from what people decided how the [`matcher`] should weigh; [`api`] is
//! the door. [`seals`] seals what this service adds.

pub mod api;
pub mod contacts;
pub mod domain;
pub mod inbox;
pub mod ladder;
pub mod learning;
pub mod lines;
pub mod matcher;
pub mod publish;
pub mod quality;
pub mod records;
pub mod reference;
pub mod routing;
pub mod seals;
pub mod service;
pub mod telling;
pub mod views;
pub mod wire;

pub use service::{BuildError, Config, Schools, build};
