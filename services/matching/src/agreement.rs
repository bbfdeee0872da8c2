//! What can be compared, and how far two values agree.

/// A field that is compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Unique pupil number.
    Upn,
    /// NHS number.
    NhsNumber,
    /// Forename, with every other name the child is called by.
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
    /// Address, where the postcodes do not already say the same.
    Address,
    /// The house, where the postcode is the same.
    House,
    /// School that somebody named.
    StatedSchool,
}

/// How far a field of the report agrees with the roll's.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Agreement {
    /// The same after folding.
    Exact,
    /// Another form of the same: a nickname, a transliteration, a former or half a surname, day and
    /// month in each other's place, one of several schools of that name.
    Variant,
    /// A slip apart.
    Close,
    /// Something in common: an initial, one name of two, two parts of a date, the district, the
    /// name of a school elsewhere.
    Weak,
    /// Both given, and not the same.
    Differs,
    /// Not given, or not valid, on one side at least.
    Missing,
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

// === impl Field ===

impl Field {
    /// Every field, in the order in which decisions name them.
    pub const ALL: [Self; 11] = [
        Self::Upn,
        Self::NhsNumber,
        Self::Forename,
        Self::Surname,
        Self::DateOfBirth,
        Self::Age,
        Self::Sex,
        Self::Postcode,
        Self::Address,
        Self::House,
        Self::StatedSchool,
    ];

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
            Self::House => "house",
            Self::StatedSchool => "stated_school",
        }
    }

    /// Whether brothers and sisters of one household agree in it.
    pub(crate) fn is_of_household(self) -> bool {
        matches!(
            self,
            Self::Surname | Self::Postcode | Self::Address | Self::House | Self::StatedSchool
        )
    }

    /// Whether twins agree in it besides.
    pub(crate) fn is_of_twins(self) -> bool {
        self.is_of_household() || matches!(self, Self::DateOfBirth | Self::Age)
    }
}

// === impl Agreement ===

impl Agreement {
    /// Every degree of agreement between two values that are given.
    pub const DEGREES: [Self; 5] = [
        Self::Exact,
        Self::Variant,
        Self::Close,
        Self::Weak,
        Self::Differs,
    ];

    /// Name in the contract, such as `exact`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Variant => "variant",
            Self::Close => "close",
            Self::Weak => "weak",
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

    /// Whether the values are likely one, slips and habits apart.
    pub(crate) fn is_near(self) -> bool {
        matches!(self, Self::Exact | Self::Variant | Self::Close)
    }
}
