//! Who may do what: the principal behind a call, and one table that decides.
//!
//! In reading order: [`principal`] is who is calling, as the access service has signed it;
//! [`signer`] signs that statement and [`verifier`] checks it; [`action`] names what can be done, [`object`] what
//! it is done to; [`table`] is the one table of who may do what to whom.
//!
//! Nothing here reads a clock, a file or the network.

pub mod action;
pub mod object;
pub mod principal;
pub mod signer;
pub mod table;
pub mod verifier;

pub use action::Action;
pub use object::Object;
pub use principal::{Organisation, Principal};
pub use proto::access::v1::{OrganisationKind, Role};
pub use signer::{Signer, VerifyingKey, attach};
pub use table::{Decision, Refusal, may_hold, permit};
pub use verifier::{LONGEST_LIFE, NoPrincipal, Verifier};
