//! School days, bells, the deadline and the ladder of rungs: pure time.
//!
//! Every moment is a parameter, so the same inputs give the same answer for ever. Civil times are
//! London's. The modules, in reading order:
//!
//! 1. [`Settings`]: the numbers that a council, force or school may change.
//! 2. [`BankHolidays`]: England and Wales, by rule and from the GOV.UK feed.
//! 3. [`Calendar`]: what one school, trust or council has said about its days, as [`Fact`]s.
//! 4. [`Calendars`]: all of them, and [`Calendars::school_day`], which asks them in turn.
//! 5. [`parse_calendar`]: calendars from a CSV file.
//! 6. [`deadline`]: the moment by which a named adult should have the alert in hand.
//! 7. [`rungs`] and [`due`]: what climbs, and when, while nobody has confirmed.

mod bank_holidays;
mod calendars;
mod deadline;
mod facts;
mod import;
mod ladder;
mod london;
mod settings;

pub use bank_holidays::{BankHolidays, FeedError};
pub use calendars::{Calendars, PlaceKind, SchoolDay, SchoolPlace, Source};
pub use deadline::{Deadline, Rule, deadline};
pub use facts::{Calendar, DayKind, Fact, Hours, Opening, Scope};
pub use import::{Parsed, ParsedCalendar, RefusedRow, TEMPLATE, parse_calendar};
pub use ladder::{Due, Pace, PlannedRung, Rung, due, rungs};
pub use settings::{Settings, SettingsError};
