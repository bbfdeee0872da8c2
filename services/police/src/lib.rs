//! Notifications from forces.
