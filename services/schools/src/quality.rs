//! How well matching does in use: counted from what was decided and what became of it.
//!
//! In reading order: [`days`] and [`counts`] are what is counted; [`measure`] counts it from the view;
//! [`withheld`] keeps small counts from those who may not see the children one by one; [`drift`]
//! compares two periods; [`figures`] gives the counts to a collector. The report's door is in
//! [`crate::api`].

pub mod counts;
pub mod days;
pub mod drift;
pub mod figures;
pub mod measure;
pub mod withheld;

pub use counts::{Compared, Counts};
pub use days::Period;
pub use drift::{Drift, Measure};
pub use measure::{Counted, Group, Quality};
