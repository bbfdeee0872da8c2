//! Who may do what: the principal behind a call, and one table that decides.
