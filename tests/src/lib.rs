//! The world that the stories run in.
