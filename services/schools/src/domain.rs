//! The rules of one child line: pure, no clock, no chance, nothing opened.
//!
//! In reading order: [`event`] is what can happen, [`mod@line`] what has happened so far, [`command`]
//! what can be asked, [`decide`] the answer. [`record`] and [`model`] are about no line: who changed what
//! the hub works from, and by which weights it matches.

pub mod command;
pub mod decide;
pub mod event;
pub mod line;
pub mod model;
pub mod record;

pub use command::{AlertPlan, Command, EnquiryPlan, Placement, Refusal, Routing};
pub use event::LineEvent;
pub use line::{Accountable, Alert, AlertStatus, Enquiry, Line, Step};

/// Binds events, state and decisions together for the journal's executor.
#[derive(Debug)]
pub struct LineDecider;

impl journal::decider::Decider for LineDecider {
    type State = Line;
    type Command = Command;
    type Event = LineEvent;
    type Refusal = Refusal;

    fn evolve(state: Line, event: &LineEvent) -> Line {
        state.evolve(event)
    }

    fn decide(state: &Line, command: &Command) -> Result<Vec<LineEvent>, Refusal> {
        decide::decide(state, command)
    }
}
