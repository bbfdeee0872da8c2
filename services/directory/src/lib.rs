//! What the hub knows of schools, and the files it learns it from.
//!
//! In reading order: the [`Report`] that every import answers with, the tables underneath, the
//! GIAS extract ([`schools`]) and its [`links`], the [`Directory`] they make, [`Successor`]s of
//! schools that closed, the school somebody [`Stated`], pupil rolls ([`roll`]), and contacts ([`contacts`]).
//!
//! Pure: bytes in, values out. Bad rows are refused by line, field, reason and remedy, never with
//! their content, and cost no good row.

pub mod contacts;
mod digest;
mod directory;
mod error;
mod establishment;
pub mod links;
mod names;
mod places;
mod report;
pub mod roll;
pub mod schools;
mod stated;
mod successor;
mod table;

pub use digest::version as version_of;
pub use directory::Directory;
pub use error::Error;
pub use establishment::{Establishment, Head, Kind, Status};
pub use places::Grid;
pub use report::{Refused, Report};
pub use stated::{Meant, Stated};
pub use successor::Successor;
