//! Reading GIAS links: which school came after which.
//!
//! Only successor links are taken. Each is there a second time as a predecessor link of the other
//! school, and the rest (sixth-form centres, expansions, "other") say nothing about where pupils went.

use crate::{
    Error, Report,
    report::{Refusal, Taken},
    schools::decode,
    table::{self, Row, Shape},
};
use jiff::civil::Date;
use matching::Urn;

const SHAPE: Shape = Shape {
    columns: &[
        "URN",
        "LinkURN",
        "LinkName",
        "LinkType",
        "LinkEstablishedDate",
    ],
    required: &["URN", "LinkURN", "LinkType"],
    multiline: &["LinkName"],
    strict: false,
    leading: &[],
};

/// One school came after another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The school before.
    pub from: Urn,
    /// The school after.
    pub to: Urn,
    /// Day of the change, where known.
    pub on: Option<Date>,
    /// What the change did to the school before.
    pub kind: LinkKind,
}

/// What a change did to the school before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkKind {
    /// The school after took its place.
    Replaced,
    /// It was merged into the school after, which may have been there already.
    Merged,
    /// A part of it became the school after; the rest may go on.
    Split,
}

/// What a links file says.
pub struct Links {
    /// Successor links, in the order of the file.
    pub links: Vec<Link>,
    /// What became of each row.
    pub report: Report,
}

/// Reads a links file, in UTF-8 or Windows-1252.
pub fn read(data: &[u8]) -> Result<Links, Error> {
    let mut links = Vec::new();
    let mut report = table::read(&decode(data), &SHAPE, |row, _| {
        let kind = row.get("LinkType").to_lowercase();
        if !kind.starts_with("successor") {
            let predecessor = kind.starts_with("predecessor");
            return Ok(Taken::Skipped(if predecessor {
                "predecessor: its successor link says the same"
            } else {
                "says nothing about where pupils went"
            }));
        }
        let (from, to) = (urn(row, "URN")?, urn(row, "LinkURN")?);
        if from == to {
            return Err(Refusal::new(
                "LinkURN",
                "the school is its own successor",
                "Give the number of another school.",
            ));
        }
        links.push(Link {
            from,
            to,
            on: row.gias_date("LinkEstablishedDate"),
            kind: link_kind(&kind),
        });
        Ok(Taken::Yes)
    })?;
    report.version = crate::digest::version(data);
    Ok(Links { links, report })
}

fn link_kind(words: &str) -> LinkKind {
    if words.contains("split") {
        LinkKind::Split
    } else if words.contains("merged") || words.contains("amalgamated") {
        LinkKind::Merged
    } else {
        LinkKind::Replaced
    }
}

fn urn(row: &Row, column: &'static str) -> Result<Urn, Refusal> {
    row.get(column).parse().map_err(|_| {
        Refusal::new(
            column,
            "not a school's number",
            "Give the five to seven digits that GIAS has.",
        )
    })
}
