//! Every kind of file that the directory reads, whole and broken.

mod contacts;
mod roll;
mod schools;
mod stated;
mod successors;
mod tables;

use matching::Urn;

/// A school's number.
fn urn(number: u32) -> Urn {
    number.to_string().parse().expect("a number of six digits")
}

/// What was refused, as (line, field).
fn refused(report: &directory::Report) -> Vec<(u64, &'static str)> {
    report
        .refused
        .iter()
        .map(|refused| (refused.line, refused.field))
        .collect()
}
