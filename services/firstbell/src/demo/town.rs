//! The town of the demo: one real council's schools, and calendars that are made up.

use super::hours::Night;
use calendar::{BankHolidays, Calendars, PlaceKind, SchoolPlace, Settings, parse_calendar};
use jiff::Timestamp;

/// Schools under the column names of GIAS, to import as they are.
pub const SCHOOLS: &[u8] = include_bytes!("../../demo-data/schools.csv");
/// What came after which of them, to import as it is.
pub const LINKS: &[u8] = include_bytes!("../../demo-data/links.csv");
/// Terms, bells and an INSET day, to import as they are.
pub const CALENDAR: &[u8] = include_bytes!("../../demo-data/calendar.csv");
/// Code of the council.
pub const COUNCIL: &str = "884";
/// Home Office code of its force.
pub const FORCE: &str = "22";

/// The school that became an academy, and the number under which its roll still comes.
pub const RENUMBERED: (&str, &str) = ("143974", "116805");
/// The school whose roll is too old to be believed.
pub const STALE: &str = "116718";
/// The school whose only Key Adult left in the summer.
pub const LAPSED: &str = "116677";
/// Schools that have never named anybody.
pub const UNREACHABLE: [&str; 2] = ["116705", "116714"];
/// The school that is shut for training on the morning after the usual night.
pub const INSET: &str = "116702";
/// The school where nobody confirms.
pub const SILENT: &str = "116701";

/// Whom a school teaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ages {
    /// Reception to year 6.
    Primary,
    /// Year 7 to year 11.
    Secondary,
    /// Year 7 to year 13.
    SixthForm,
    /// Reception to year 11.
    AllThrough,
}

/// An open school of the town.
pub struct School {
    /// Its number.
    pub urn: String,
    /// Its name as published.
    pub name: String,
    /// Whom it teaches.
    pub ages: Ages,
    /// Pupils on roll, as published.
    pub pupils: usize,
    /// Children come here from other schools: special schools and pupil referral units.
    pub apart: bool,
}

/// The town.
pub struct Town {
    /// Its open schools, in the order of the file.
    pub schools: Vec<School>,
    calendars: Calendars,
}

// === impl Ages ===

impl Ages {
    /// First and last year group, reception being 0.
    pub fn years(self) -> (usize, usize) {
        match self {
            Self::Primary => (0, 6),
            Self::Secondary => (7, 11),
            Self::SixthForm => (7, 13),
            Self::AllThrough => (0, 11),
        }
    }

    fn of(phase: &str, name: &str) -> Self {
        match phase {
            "Primary" => Self::Primary,
            "All-through" => Self::AllThrough,
            _ if name.contains("Sixth Form") => Self::SixthForm,
            _ => Self::Secondary,
        }
    }
}

// === impl Town ===

impl Town {
    /// The town that ships with the program.
    pub fn sample() -> Self {
        let mut calendars = Calendars::new(BankHolidays::default());
        calendars.take(parse_calendar(CALENDAR).calendars, "demo");
        Self {
            schools: schools(),
            calendars,
        }
    }

    /// An open school by its number.
    pub fn school(&self, urn: &str) -> Option<&School> {
        self.schools.iter().find(|school| school.urn == urn)
    }

    /// A school's first bell on the morning after the night; none where it is shut.
    pub fn bell(&self, urn: &str, night: Night) -> Option<Timestamp> {
        let place = SchoolPlace {
            urn: urn.to_owned(),
            trust: None,
            council: Some(COUNCIL.to_owned()),
            kind: PlaceKind::Day,
        };
        let day = self
            .calendars
            .school_day(&Settings::default(), &place, night.morning_date());
        day.map(|day| day.opens_at())
    }
}

fn schools() -> Vec<School> {
    let mut reader = csv::Reader::from_reader(SCHOOLS);
    let header = reader.headers().cloned().unwrap_or_default();
    let rows = reader.records().map_while(Result::ok);
    let schools = rows.filter_map(|row| {
        let cell = |name: &str| {
            let column = header.iter().position(|column| column == name)?;
            row.get(column)
        };
        if cell("EstablishmentStatus (name)")? != "Open" {
            return None;
        }
        let (name, kind) = (
            cell("EstablishmentName")?,
            cell("TypeOfEstablishment (name)")?,
        );
        Some(School {
            urn: cell("URN")?.to_owned(),
            name: name.to_owned(),
            ages: Ages::of(cell("PhaseOfEducation (name)")?, name),
            pupils: cell("NumberOfPupils")?.parse().ok()?,
            apart: kind.to_lowercase().contains("special") || kind.contains("referral"),
        })
    });
    schools.collect()
}
