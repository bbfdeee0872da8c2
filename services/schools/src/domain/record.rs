//! Who changed what the hub works from: a school shut for a day, a file imported.
//!
//! The data itself is kept elsewhere; these streams answer who did it, when, and to what.

use crate::wire::stored as s;
use journal::decider::Decider;
use std::convert::Infallible;

journal::event_set! {
    /// What people and record systems do to what the hub works from.
    pub enum RecordEvent published by crate::publish::name_of_record {
        /// A school is shut on a school day.
        DayClosed(s::DayClosed) = ("schools.day_closed", 1),
        /// It is open after all.
        DayReopened(s::DayReopened) = ("schools.day_reopened", 1),
        /// A file was taken.
        Imported(s::ReferenceImported) = ("schools.reference_imported", 1),
    }
}

/// One day of one school.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Whether it was declared shut.
    pub closed: bool,
    /// How often that changed.
    pub changes: u32,
}

/// What can be asked of a school's day.
#[derive(Clone, Debug)]
pub enum DayCommand {
    /// Shut the school.
    Close(s::DayClosed),
    /// Open it after all.
    Reopen(s::DayReopened),
}

/// Why a school's day is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayRefusal {
    /// No school closes and opens this often in earnest, and a stream must stay short.
    #[error("this day was closed and opened too often: ring the hub")]
    TooOften,
}

/// The rules of `closed-…` streams.
#[derive(Debug)]
pub struct DayDecider;

/// What can be asked of an import's stream.
#[derive(Clone, Debug)]
pub struct ImportCommand {
    /// How often the same import was recorded before this time.
    pub number: u32,
    /// The record.
    pub import: s::ReferenceImported,
}

/// The rules of `import-…` streams: one import each, recorded each time that it takes the place of
/// another.
#[derive(Debug)]
pub struct ImportDecider;

const MOST_CHANGES: u32 = 100;

impl Decider for DayDecider {
    type State = Day;
    type Command = DayCommand;
    type Event = RecordEvent;
    type Refusal = DayRefusal;

    fn evolve(state: Day, event: &RecordEvent) -> Day {
        let closed = match event {
            RecordEvent::DayClosed(_) => true,
            RecordEvent::DayReopened(_) => false,
            RecordEvent::Imported(_) => return state,
        };
        Day {
            closed,
            changes: state.changes.saturating_add(1),
        }
    }

    fn decide(state: &Day, command: &DayCommand) -> Result<Vec<RecordEvent>, DayRefusal> {
        let event = match command {
            DayCommand::Close(event) if !state.closed => RecordEvent::DayClosed(event.clone()),
            DayCommand::Reopen(event) if state.closed => RecordEvent::DayReopened(event.clone()),
            DayCommand::Close(_) | DayCommand::Reopen(_) => return Ok(Vec::new()),
        };
        // Whoever closed last may still open again.
        if state.changes >= MOST_CHANGES && !state.closed {
            return Err(DayRefusal::TooOften);
        }
        Ok(vec![event])
    }
}

impl Decider for ImportDecider {
    /// How often it was recorded.
    type State = u32;
    type Command = ImportCommand;
    type Event = RecordEvent;
    type Refusal = Infallible;

    fn evolve(recorded: u32, event: &RecordEvent) -> u32 {
        match event {
            RecordEvent::Imported(_) => recorded.saturating_add(1),
            RecordEvent::DayClosed(_) | RecordEvent::DayReopened(_) => recorded,
        }
    }

    fn decide(recorded: &u32, command: &ImportCommand) -> Result<Vec<RecordEvent>, Infallible> {
        let is_new = *recorded <= command.number;
        let event = is_new.then(|| RecordEvent::Imported(command.import.clone()));
        Ok(event.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed() -> RecordEvent {
        RecordEvent::DayClosed(s::DayClosed::default())
    }

    fn reopened() -> RecordEvent {
        RecordEvent::DayReopened(s::DayReopened::default())
    }

    fn given(events: &[RecordEvent]) -> Day {
        events.iter().fold(Day::default(), DayDecider::evolve)
    }

    fn close() -> DayCommand {
        DayCommand::Close(s::DayClosed::default())
    }

    fn reopen() -> DayCommand {
        DayCommand::Reopen(s::DayReopened::default())
    }

    #[test]
    fn a_school_is_closed_once_and_may_be_opened_and_closed_again() {
        let mut events = Vec::new();
        for (command, expected) in [
            (reopen(), vec![]),
            (close(), vec![closed()]),
            (close(), vec![]),
            (reopen(), vec![reopened()]),
            (reopen(), vec![]),
            (close(), vec![closed()]),
        ] {
            let decided = DayDecider::decide(&given(&events), &command).unwrap();
            assert_eq!(decided, expected, "{command:?} after {events:?}");
            events.extend(decided);
        }
        assert!(given(&events).closed);
    }

    #[test]
    fn whatever_is_tapped_the_stream_stays_short_and_the_school_can_open() {
        let mut events = Vec::new();
        for _ in 0..1_000 {
            for command in [close(), reopen()] {
                let decided = DayDecider::decide(&given(&events), &command);
                events.extend(decided.unwrap_or_default());
            }
        }
        assert_eq!(events.len(), 100);
        assert!(!given(&events).closed);
        let refused = DayDecider::decide(&given(&events), &close());
        assert_eq!(refused, Err(DayRefusal::TooOften));
    }

    #[test]
    fn an_import_is_recorded_once_each_time() {
        let import = s::ReferenceImported {
            rows_read: 3,
            ..s::ReferenceImported::default()
        };
        let mut recorded = 0;
        for (number, expected) in [(0, 1), (0, 0), (1, 1), (0, 0), (1, 0)] {
            let import = import.clone();
            let Ok(events) = ImportDecider::decide(&recorded, &ImportCommand { number, import });
            assert_eq!(events.len(), expected, "time {number} after {recorded}");
            recorded = events.iter().fold(recorded, ImportDecider::evolve);
        }
    }
}
