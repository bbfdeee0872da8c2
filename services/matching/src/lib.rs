//! Which child a report means, and where that child is enrolled: a pure matcher with reasons.
//!
//! The two questions are answered apart. [`Roll::decide`] compares a [`Query`] with the pupils on
//! the rolls and answers who it is: sure, unsure or none, with the best candidates and, field by
//! field, what agreed and what it weighed. [`Roll::enrolment`] then answers where that person is
//! on roll today, and whether anybody has contradicted it. An alert is routed only where the first
//! is [`Identity::Sure`] and the second is [`Enrolment::Current`].
//!
//! In reading order: what is compared ([`Query`], [`RollRow`]), the identifiers that check
//! themselves ([`Upn`], [`NhsNumber`]), how names are folded ([`fold()`]), how fields are compared
//! and what their agreement weighs ([`Model`]), the rolls in memory and under which keys a row is
//! found ([`Roll`]), the decision, the enrolment, and how weights are learnt ([`Lessons`]).
//!
//! Nothing here reads a clock, a file or the network, and nothing panics on any input.

mod agreement;
mod compare;
mod decide;
mod enrolment;
mod fold;
mod learn;
mod model;
mod nhs_number;
mod nicknames;
mod query;
mod roll;
mod row;
mod score;
mod sound;
mod upn;
mod urn;

pub use agreement::{Agreement, Field, FieldWeight};
pub use decide::{Candidate, Decision, Identity};
pub use enrolment::Enrolment;
pub use fold::fold;
pub use learn::{Chance, Lessons, Told};
pub use model::{AGES, Chances, Model, Settings, Thresholds, Unfit};
pub use nhs_number::{NhsNumber, NhsNumberError};
pub use query::{Query, Sex};
pub use roll::{Roll, RollError};
pub use row::{EnrolmentStatus, RollRow, RowId};
pub use upn::{Upn, UpnError};
pub use urn::{Urn, UrnError};
