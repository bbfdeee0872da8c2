//! One line of a school's roll.

use crate::{NhsNumber, Sex, Upn, Urn};
use jiff::civil::Date;
use std::{fmt, str::FromStr};

/// Name of a row within its school's roll: 64 bits that follow from the pupil, not from the line
/// number, so that a later roll never puts another child under a name that is still remembered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId(pub u64);

/// How the school says the pupil is registered there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EnrolmentStatus {
    /// The only or main registration.
    #[default]
    Main,
    /// One of several registrations, declared as such.
    Dual,
    /// No longer registered, whatever the dates say.
    Left,
}

/// One pupil at one school, as that school's roll has it. Empty text means "not given".
#[derive(Clone, PartialEq)]
pub struct RollRow {
    /// Name of the row within its school's roll.
    pub row_id: RowId,
    /// The school.
    pub urn: Urn,
    /// Unique pupil number.
    pub upn: Option<Upn>,
    /// NHS number.
    pub nhs_number: Option<NhsNumber>,
    /// First name, or several.
    pub forename: String,
    /// Further given names.
    pub middle_names: String,
    /// Family name.
    pub surname: String,
    /// Name the child goes by.
    pub known_as: String,
    /// Family name before it changed.
    pub former_surname: String,
    /// Birth date.
    pub date_of_birth: Option<Date>,
    /// Sex.
    pub sex: Sex,
    /// Address in free text.
    pub address: String,
    /// Postcode in any spacing.
    pub postcode: String,
    /// Kind of registration.
    pub status: EnrolmentStatus,
    /// First day on roll; `None`: before living memory.
    pub from: Option<Date>,
    /// Last day on roll; `None`: still there.
    pub to: Option<Date>,
}

impl RollRow {
    /// Whether the pupil is on this roll on `day`, as far as the row tells.
    pub fn open_on(&self, day: Date) -> bool {
        self.status != EnrolmentStatus::Left
            && self.from.is_none_or(|from| from <= day)
            && self.to.is_none_or(|to| day <= to)
    }

    /// The first day on this roll, where that is after `day`. A row that closes before it opens
    /// never opens.
    pub(crate) fn opens_after(&self, day: Date) -> Option<Date> {
        let from = self.from.filter(|from| *from > day)?;
        let opens = self.status != EnrolmentStatus::Left && self.to.is_none_or(|to| from <= to);
        opens.then_some(from)
    }
}

/// Sixteen hexadecimal digits.
impl fmt::Display for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for RowId {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        u64::from_str_radix(text, 16).map(Self)
    }
}

impl fmt::Debug for RowId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RowId(..)")
    }
}

impl fmt::Debug for RollRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RollRow(..)")
    }
}
