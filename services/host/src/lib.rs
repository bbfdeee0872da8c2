//! What every process of the hub needs, whichever services run in it.
//!
//! In reading order: how a refusal looks ([`problem`]), how the contract's messages are read and
//! written as JSON ([`json`]), the two doors on one port ([`server`], [`openapi`], [`principal`],
//! [`readiness`]), how processes of one hub reach each other ([`tls`], [`peer`]), and what surrounds them: configuration, clock, telemetry, error report, shutdown.

pub use ::clock;
pub mod asyncapi;
pub mod config;
pub mod json;
mod method;
pub mod openapi;
pub mod peer;
pub mod principal;
pub mod problem;
pub mod readiness;
pub mod report;
mod rest;
pub mod server;
pub mod shutdown;
pub mod telemetry;
pub mod tls;
