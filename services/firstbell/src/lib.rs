//! The one binary: the command line, and the composition of the services.
//!
//! The hub's side: everything in one process ([`hub`]), or one service in each ([`serve`]).
//!
//! In reading order, the client side: what can be typed ([`cli`]), what is done about it
//! ([`commands`]), how a running hub is reached ([`client`]), what is printed ([`output`]) and how
//! the process ends ([`error`], [`exit`]).

pub mod bench;
pub mod broker;
pub mod cli;
pub mod client;
pub mod commands;
pub mod demo;
pub mod error;
pub mod exit;
mod hours;
pub mod hub;
pub mod journals;
pub mod output;
mod patience;
pub mod serve;
