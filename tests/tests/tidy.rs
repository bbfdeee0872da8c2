//! House rules that the compiler does not know, as ordinary tests over the tree.
//!
//! Each rule reads [`tidy::tree`] or what cargo or the contract say of it, lists the offenders and
//! says what to do about them. A rule that scans is shown to find what it forbids.

#[cfg(test)]
mod tidy {
    mod contract;
    mod crates;
    mod dependencies;
    mod domain;
    mod files;
    mod protos;
    mod tree;
    mod words;
}
