//! A school as the directory knows it.

use crate::Grid;
use jiff::civil::Date;
use matching::Urn;
use proto::schools::v1::SchoolType;
use std::fmt;

/// A school, college or nursery.
#[derive(Clone, PartialEq, Eq)]
pub struct Establishment {
    /// Its number.
    pub urn: Urn,
    /// Its name as published.
    pub name: String,
    /// Three-digit code of its council.
    pub council: String,
    /// Name of its council.
    pub council_name: String,
    /// Four-digit number within the council; may be empty.
    pub number: String,
    /// What the hub takes it for.
    pub kind: Kind,
    /// Type as published, such as "Voluntary aided school".
    pub type_name: String,
    /// Whether it is open.
    pub status: Status,
    /// First day, where known.
    pub opened: Option<Date>,
    /// Last day, where known.
    pub closed: Option<Date>,
    /// Youngest age it teaches.
    pub low_age: Option<u8>,
    /// Oldest age it teaches.
    pub high_age: Option<u8>,
    /// Whether pupils board.
    pub boarding: bool,
    /// Number of its trust; empty for none.
    pub trust: String,
    /// Name of its trust.
    pub trust_name: String,
    /// Postcode.
    pub postcode: String,
    /// Town.
    pub town: String,
    /// Where it is, where published.
    pub grid: Option<Grid>,
    /// Telephone number.
    pub phone: String,
    /// Its head.
    pub head: Head,
    /// The extract it was read from knows of nothing after this day; `None` where that cannot be told.
    pub known_to: Option<Date>,
}

/// Name of a head teacher; empty where not published.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Title, such as "Ms".
    pub title: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
}

/// Whether a school is open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    /// Open.
    Open,
    /// Open, but proposed to close.
    Closing,
    /// Not open yet.
    Proposed,
    /// Closed: kept so that its successor can be followed.
    Closed,
}

/// What the hub takes a school for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Primary, or middle deemed primary.
    Primary,
    /// Secondary, or middle deemed secondary.
    Secondary,
    /// From primary to secondary.
    AllThrough,
    /// Special school.
    Special,
    /// Pupil referral unit, or academy or free school for alternative provision.
    AlternativeProvision,
    /// Independent school.
    Independent,
    /// Sixth-form or further-education college.
    College,
    /// Nursery school.
    Nursery,
    /// None of these.
    Other,
}

impl Establishment {
    /// Whether it is open on `day`, as far as the extract tells.
    pub fn open_on(&self, day: Date) -> bool {
        match self.status {
            Status::Open | Status::Closing => true,
            Status::Proposed => self.opened.is_some_and(|opened| opened <= day),
            Status::Closed => false,
        }
    }

    /// Whether it is a college: a delivery hour instead of a bell.
    pub fn is_college(&self) -> bool {
        self.kind == Kind::College
    }
}

impl Kind {
    /// The kind for a type of establishment and phase of education as GIAS words them.
    pub fn of(type_name: &str, phase: &str) -> Self {
        let (kind, phase) = (type_name.to_lowercase(), phase.to_lowercase());
        let says = |words: &[&str]| words.iter().any(|word| kind.contains(word));
        if says(&["referral", "alternative provision"]) || kind.split(' ').any(|word| word == "ap")
        {
            Self::AlternativeProvision
        } else if says(&[
            "further education",
            "sixth form",
            "16 to 19",
            "16-19",
            "post 16",
        ]) {
            Self::College
        } else if says(&["special"]) {
            Self::Special
        } else if says(&["independent"]) {
            Self::Independent
        } else if says(&["nursery"]) {
            Self::Nursery
        } else {
            Self::of_phase(&phase)
        }
    }

    fn of_phase(phase: &str) -> Self {
        match phase {
            "primary" | "middle deemed primary" => Self::Primary,
            "secondary" | "middle deemed secondary" => Self::Secondary,
            "all-through" => Self::AllThrough,
            "nursery" => Self::Nursery,
            "16 plus" => Self::College,
            _ => Self::Other,
        }
    }
}

impl From<Kind> for SchoolType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Primary => Self::Primary,
            Kind::Secondary => Self::Secondary,
            Kind::AllThrough => Self::AllThrough,
            Kind::Special => Self::Special,
            Kind::AlternativeProvision => Self::AlternativeProvision,
            Kind::Independent => Self::Independent,
            Kind::College => Self::College,
            Kind::Nursery => Self::Nursery,
            Kind::Other => Self::Other,
        }
    }
}

impl fmt::Debug for Establishment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Establishment")
            .field("kind", &self.kind)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Head(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_types_and_phases_become_kinds() {
        for (type_name, phase, kind) in [
            ("Community school", "Primary", Kind::Primary),
            (
                "Academy converter",
                "Middle deemed secondary",
                Kind::Secondary,
            ),
            ("Mainstream Academy", "All-through", Kind::AllThrough),
            ("Free School-Special", "Not applicable", Kind::Special),
            (
                "Other independent special school",
                "Not applicable",
                Kind::Special,
            ),
            (
                "Other independent school",
                "Not applicable",
                Kind::Independent,
            ),
            (
                "Pupil referral unit",
                "Not applicable",
                Kind::AlternativeProvision,
            ),
            ("Free School AP", "Secondary", Kind::AlternativeProvision),
            (
                "Academy alternative provision converter",
                "Not applicable",
                Kind::AlternativeProvision,
            ),
            ("Further education", "16 plus", Kind::College),
            ("Free schools 16 to 19", "16 plus", Kind::College),
            (
                "Special post 16 institution",
                "Not applicable",
                Kind::College,
            ),
            ("Local authority nursery school", "Nursery", Kind::Nursery),
            ("Secure units", "Not applicable", Kind::Other),
        ] {
            assert_eq!(Kind::of(type_name, phase), kind, "{type_name}");
        }
    }
}
