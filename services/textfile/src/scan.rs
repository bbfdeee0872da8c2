//! Where in a record a line ends, told from where it begins, without holding what it says.

use crate::Flaw;

/// Where in a record the scan stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scan {
    CellStart,
    Plain,
    Quoted,
    /// After a quote within a quoted cell: its end, or half of a doubled quote.
    Quote,
    /// In spaces after a quoted cell.
    Space,
    Return,
    LineEnd,
    Broken(Flaw),
}

/// Goes through one line, whose line end is its last byte: where the record stands then, and how many
/// commas between cells were passed.
pub(crate) fn scan(from: Scan, line: &[u8]) -> (Scan, usize) {
    let mut end = from;
    let mut commas: usize = 0;
    for &byte in line {
        end = match (end, byte) {
            (Scan::Broken(_), _) => return (end, commas),
            (Scan::Quoted, b'"') => Scan::Quote,
            (Scan::Quoted, _) | (Scan::Quote | Scan::CellStart, b'"') => Scan::Quoted,
            (Scan::Return, b'\n') => Scan::LineEnd,
            (Scan::Return, _) => Scan::Broken(Flaw::BareReturn),
            (_, b'\n') => Scan::LineEnd,
            (_, b'\r') => Scan::Return,
            (_, b',') => {
                commas = commas.saturating_add(1);
                Scan::CellStart
            }
            (Scan::Quote | Scan::Space, b' ') => Scan::Space,
            (Scan::Quote | Scan::Space, _) => Scan::Broken(Flaw::AfterQuote),
            _ => Scan::Plain,
        };
    }
    (end, commas)
}
