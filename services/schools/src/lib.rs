//! Alerts to schools.
