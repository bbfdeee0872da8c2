//! The ladder: who is told, and when, while nobody has confirmed.

use jiff::{SignedDuration, Timestamp};

use crate::{Rule, Settings, london};

/// One rung of the ladder. Telling everybody at once, on arrival, is no rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// A nudge to all Key Adults.
    KeyAdults,
    /// The school's holiday contact, in place of the Key Adults.
    HolidayContact,
    /// The head is told that something waits and whom to find, not what.
    Head,
    /// The call sheet of the council's duty desk.
    DutyDesk,
}

/// A rung and when it acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlannedRung {
    /// Who is told.
    pub rung: Rung,
    /// When, if nobody has confirmed by then.
    pub due_at: Timestamp,
}

/// How fast the ladder is climbed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Towards the deadline.
    Planned,
    /// Every rung at once: a risk at collection, or urgent.
    AtOnce,
}

/// Plans the rungs towards the deadline `at`, in the order they are climbed.
///
/// `from` is when the ladder is laid: the arrival of the alert, or the correction that reopened it.
///
/// * Planned: the Key Adults, the head and the duty desk at 60, 30 and 20 minutes before the
///   deadline; under the holiday rule the holiday contact, the head and the duty desk at 4, 2 and
///   1 hours before it. A rung whose time is past at `from` acts at `from`.
/// * At once: with less than 40 minutes left at `from`, or none, as when late on arrival, or at
///   [`Pace::AtOnce`], every rung acts at `from`.
/// * None acts in the night: before 07:00 London it waits for 07:00, and from 20:00 on for 07:00 of
///   the next day where the deadline is after that. No bell that can be imported is so early that
///   this takes a planned rung past its deadline.
pub fn rungs(
    settings: &Settings,
    rule: Rule,
    at: Timestamp,
    from: Timestamp,
    pace: Pace,
) -> [PlannedRung; 3] {
    let (first, before) = match rule {
        Rule::Holiday => (Rung::HolidayContact, settings.holiday_rungs),
        Rule::ThatBell | Rule::SameDay | Rule::NextBell => (Rung::KeyAdults, settings.rungs),
    };
    let at_once = pace == Pace::AtOnce || at.duration_since(from) < settings.at_once_under;
    let planned = |rung, before: SignedDuration| {
        let wanted = if at_once {
            from
        } else {
            from.max(london::earlier(at, before))
        };
        PlannedRung {
            rung,
            due_at: settings.next_allowed(wanted, at),
        }
    };
    let [to_first, to_head, to_desk] = before;
    [
        planned(first, to_first),
        planned(Rung::Head, to_head),
        planned(Rung::DutyDesk, to_desk),
    ]
}

/// What to do with rungs that have not acted yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// These act now.
    pub act: Vec<PlannedRung>,
    /// These were overtaken while the hub was down: recorded as skipped.
    pub skip: Vec<PlannedRung>,
}

/// Tells which of the rungs that have not acted do so at `now`: only the latest one due.
///
/// Rungs that share the latest time act together, as those planned at once do; earlier ones are
/// skipped. With nothing due, both lists are empty.
pub fn due(waiting: &[PlannedRung], now: Timestamp) -> Due {
    let due = || waiting.iter().filter(|rung| rung.due_at <= now);
    let latest = due().map(|rung| rung.due_at).max();
    let (act, skip) = due().partition(|rung| Some(rung.due_at) == latest);
    Due { act, skip }
}
