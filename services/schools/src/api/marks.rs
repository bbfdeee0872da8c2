//! Positions as callers hold them: opaque, of this service, and good for one life of its journal
//! only.

use super::Desk;
use host::problem::Problem;
use journal::{JournalIdentity, Position};

impl Desk {
    /// `position` as a caller gets it.
    pub(super) fn show_position(&self, position: Position) -> String {
        write(self.lines.journal.identity(), position)
    }

    /// A position that a caller sends back in `field`; none where the field is empty.
    pub(super) fn position(
        &self,
        field: &'static str,
        text: &str,
    ) -> Result<Option<Position>, Problem> {
        let journal = &self.lines.journal;
        let head = *journal.head().borrow();
        read(journal.identity(), head, field, text)
    }
}

const SERVICE: &str = "schools-";

fn write(journal: JournalIdentity, position: Position) -> String {
    format!("{SERVICE}{}.{}", journal.epoch, position.0)
}

fn read(
    journal: JournalIdentity,
    head: Position,
    field: &'static str,
    text: &str,
) -> Result<Option<Position>, Problem> {
    if text.is_empty() {
        return Ok(None);
    }
    let parts = text
        .strip_prefix(SERVICE)
        .and_then(|rest| rest.split_once('.'))
        .map(|(epoch, at)| (epoch.parse::<u64>(), at.parse()));
    let Some((Ok(epoch), Ok(at))) = parts else {
        return Err(Problem::invalid_field(
            field,
            "is no position of the schools service",
            "send it as it was given to you, or leave it empty",
        ));
    };
    // Whoever went on from there would hear nothing until the journal is as long as it was.
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
        read(JOURNAL, Position(9), "after", text)
    }

    #[test]
    fn a_position_reads_back() {
        for at in [Position::START, Position(9)] {
            assert_eq!(parse(&write(JOURNAL, at)).unwrap(), Some(at));
        }
        assert_eq!(parse("").unwrap(), None);
    }

    #[test]
    fn a_position_of_another_life_or_service_or_of_none_is_refused() {
        for other in [
            "schools-1.7",
            "schools-3.7",
            "schools-2.10",
            "schools-7",
            "schools-2.",
            "schools-2.x",
            "2.7",
            "police-2.7",
            "schools-2.99999999999999999999999",
        ] {
            assert!(parse(other).is_err(), "{other}");
        }
    }
}
