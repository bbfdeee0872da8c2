//! How far two values of a field agree. Everything here takes folded text.

pub(crate) mod dates;
pub(crate) mod forenames;
pub(crate) mod places;
pub(crate) mod spelling;
pub(crate) mod surnames;
