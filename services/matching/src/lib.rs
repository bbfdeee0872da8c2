//! Which child on which roll: identity and enrolment decided apart, with reasons.
