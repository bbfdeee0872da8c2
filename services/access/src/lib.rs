//! Organisations, people, contacts, tokens.
