//! The composition of the services.
