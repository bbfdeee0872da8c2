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
//! 6. [`deadline()`]: the moment by which a named adult should have the alert in hand.
//! 7. [`rungs`] and [`due`]: what climbs, and when, while nobody has confirmed.
//!
//! ```
//! # use calendar::*;
//! let settings = Settings::default();
//! let calendars = Calendars::new(BankHolidays::default());
//! let school = SchoolPlace {
//!     urn: "100001".to_owned(),
//!     trust: None,
//!     council: None,
//!     kind: PlaceKind::Day,
//! };
//! // Friday night in summer time; on Monday the clocks have gone back.
//! let known_at = "2026-10-23T22:10:00Z".parse()?;
//! let arrived_at = "2026-10-23T23:40:00Z".parse()?;
//!
//! let due = deadline(&calendars, &settings, &school, known_at, arrived_at);
//! assert_eq!(due.at.to_string(), "2026-10-26T08:50:00Z");
//!
//! let [nudge, ..] = rungs(&settings, due.rule, due.at, arrived_at, Pace::Planned);
//! assert_eq!(nudge.rung, Rung::KeyAdults);
//! assert_eq!(nudge.due_at.to_string(), "2026-10-26T07:50:00Z");
//! # Ok::<(), jiff::Error>(())
//! ```

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
