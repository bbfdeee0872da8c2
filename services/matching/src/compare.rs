//! What can be compared, and how far two values agree.

pub(crate) mod dates;
pub(crate) mod names;
pub(crate) mod places;

/// A field that is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Unique pupil number.
    Upn,
    /// NHS number.
    NhsNumber,
    /// Forename, with the names the child also goes by.
    Forename,
    /// Surname, with the former one.
    Surname,
    /// Birth date.
    DateOfBirth,
    /// Age, where the report has no birth date.
    Age,
    /// Sex.
    Sex,
    /// Postcode.
    Postcode,
    /// Address.
    Address,
    /// School that somebody named.
    StatedSchool,
}

impl Field {
    /// Name in the contract, such as `date_of_birth`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upn => "upn",
            Self::NhsNumber => "nhs_number",
            Self::Forename => "forename",
            Self::Surname => "surname",
            Self::DateOfBirth => "date_of_birth",
            Self::Age => "age",
            Self::Sex => "sex",
            Self::Postcode => "postcode",
            Self::Address => "address",
            Self::StatedSchool => "stated_school",
        }
    }
}

/// How far a field of the report agrees with the roll's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Agreement {
    /// The same after folding.
    Exact,
    /// A slip or a habit apart.
    Close,
    /// Both given, and not the same.
    Differs,
    /// Not given, or not valid, on one side at least.
    Missing,
}

impl Agreement {
    /// Name in the contract, such as `exact`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Close => "close",
            Self::Differs => "differs",
            Self::Missing => "missing",
        }
    }

    /// Agreement of two values that are either the same or not.
    pub(crate) fn of<T: PartialEq>(one: Option<T>, other: Option<T>) -> Self {
        match (one, other) {
            (Some(one), Some(other)) if one == other => Self::Exact,
            (Some(_), Some(_)) => Self::Differs,
            _ => Self::Missing,
        }
    }
}

/// What one field said for or against. Holds nothing personal.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FieldWeight {
    /// The field.
    pub field: Field,
    /// How far it agrees.
    pub agreement: Agreement,
    /// Logarithm to base 2 of the likelihood ratio.
    pub weight: f64,
}
