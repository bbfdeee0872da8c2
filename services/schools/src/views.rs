//! Read models: one disposable SQLite file, made from the journal and from nothing else.
//!
//! The rows of a line are a function of the line's whole history, replaced together with the
//! cursor. So no order and no repetition can break them, and a rebuild is a new file. Schools and
//! councils are keyed by opaque tags; personal values are sealed as they came.

mod cards;
mod decisions;
mod file;
mod fold;
mod projector;
mod quality;
mod queue;
pub(crate) mod waiting;
mod work;

pub use cards::{AlertRow, Change};
pub use decisions::{Asked, Chosen, Decided, Decisions, GivenUp};
pub use file::{View, ViewError};
pub use fold::{AlertFacts, LineFacts};
pub use projector::Projector;
pub use quality::DecisionRow;
pub use queue::QueueRow;
pub use work::{PendingStep, WaitError};
