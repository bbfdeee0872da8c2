//! The matcher as a whole: made-up pupils on made-up rolls, reports about them, and who is found.

mod any_input;
mod enrolment;
mod hostile;
mod identity;
mod learning;
mod moves;
mod people;
mod roll;
