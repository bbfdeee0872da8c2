//! School days, bells, the deadline and the ladder of rungs: pure time.
