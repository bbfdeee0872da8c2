//! Positions as callers hold them: opaque, and good for one life of the journal only.

use host::problem::Problem;
use journal::{JournalIdentity, Position};

/// `position` as a caller gets it.
pub(super) fn write(journal: JournalIdentity, position: Position) -> String {
    format!("{}.{}", journal.epoch, position.0)
}

/// A position that a caller sends back in `field`; none where the field is empty.
pub(super) fn read(
    journal: JournalIdentity,
    head: Position,
    field: &'static str,
    text: &str,
) -> Result<Option<Position>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text
        .split_once('.')
        .map(|(epoch, at)| (epoch.parse::<u64>(), at.parse()));
    let Some((Ok(epoch), Ok(at))) = parts else {
        return Err(Problem::invalid_field(
            field,
            "is no position of this hub",
            "send it as it was given to you, or leave it empty",
        ));
    };
    if epoch != journal.epoch || Position(at) > head {
        return Err(Problem::invalid_field(
            field,
            "is from before the hub was restored",
            "leave it empty and read afresh",
        ));
    }
    Ok(Some(Position(at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOURNAL: JournalIdentity = JournalIdentity {
        id: [0; 16],
        epoch: 2,
    };

    fn parse(text: &str) -> Result<Option<Position>, Problem> {
        read(JOURNAL, Position(9), "at_least", text)
    }

    #[test]
    fn a_position_reads_back() {
        assert_eq!(
            parse(&write(JOURNAL, Position(7))).unwrap(),
            Some(Position(7))
        );
        assert_eq!(parse("").unwrap(), None);
    }

    #[test]
    fn a_position_of_another_life_or_of_no_life_is_refused() {
        for other in [
            "1.7",
            "2.10",
            "7",
            "2.",
            "2.x",
            "-",
            "2.99999999999999999999999",
        ] {
            assert!(parse(other).is_err(), "{other}");
        }
    }
}
