//! Public events between services.
