//! Who is calling: a person or a system, always for one organisation.

use crate::{NoPrincipal, Object, Verifier};
use jiff::Timestamp;
use proto::access::v1::{Assertion, OrganisationKind, Role};
use std::fmt;
use tonic::metadata::MetadataMap;

/// An organisation by its public code.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Organisation {
    /// What kind it is.
    pub kind: OrganisationKind,
    /// Its code: see [`OrganisationKind`].
    pub code: String,
}

/// Who is calling. Only a signed assertion of the access service makes one.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Principal {
    /// Names the token or person, the same at every call. Services record it only as an opaque hash.
    pub id: String,
    /// Whom the caller acts for.
    pub organisation: Organisation,
    /// Held for that organisation.
    pub roles: Vec<Role>,
    /// The contact that the caller is, if any.
    pub contact_id: Option<String>,
    /// Name of the person or system: personal data.
    pub name: String,
}

// === impl Organisation ===

impl Organisation {
    /// As the object of an action.
    pub fn object(&self) -> Object<'_> {
        Object::Organisation {
            kind: self.kind,
            code: &self.code,
        }
    }
}

/// Tells the kind and not which one: a code can be a school.
impl fmt::Debug for Organisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Organisation({})", self.kind.as_str_name())
    }
}

// === impl Principal ===

impl Principal {
    /// Reads the caller from a call's metadata, as it was checked and put there by a door.
    pub fn from_metadata(
        metadata: &MetadataMap,
        verifier: &Verifier,
        now: Timestamp,
    ) -> Result<Self, NoPrincipal> {
        let value = metadata
            .get_bin(crate::verifier::METADATA_KEY)
            .ok_or(NoPrincipal::Missing)?;
        let bytes = value.to_bytes().map_err(|_| NoPrincipal::Unreadable)?;
        verifier.verify(&bytes, now)
    }

    /// Whether the caller holds `role`.
    pub fn holds(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The caller of a checked assertion. Roles that this version does not know are left out.
    pub(crate) fn from_assertion(assertion: Assertion) -> Result<Self, NoPrincipal> {
        let kind = assertion.kind();
        let named = !assertion.principal_id.is_empty() && !assertion.code.is_empty();
        if kind == OrganisationKind::Unspecified || !named {
            return Err(NoPrincipal::Unreadable);
        }
        Ok(Self {
            roles: assertion.roles().collect(),
            id: assertion.principal_id,
            organisation: Organisation {
                kind,
                code: assertion.code,
            },
            contact_id: Some(assertion.contact_id).filter(|id| !id.is_empty()),
            name: assertion.name,
        })
    }
}

/// Tells the roles; never the name, and the organisation only by its kind.
impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Principal")
            .field("organisation", &self.organisation)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debug_form_tells_neither_name_nor_school() {
        let principal = Principal::from_assertion(Assertion {
            principal_id: "token-1".into(),
            kind: OrganisationKind::School.into(),
            code: "900001".into(),
            roles: vec![Role::KeyAdult.into(), 999],
            contact_id: "lead".into(),
            name: "Testy McTestface".into(),
            ..Assertion::default()
        })
        .unwrap();
        let debug = format!("{principal:?}");
        for secret in ["Testy", "900001", "lead", "token-1"] {
            assert!(!debug.contains(secret), "{debug}");
        }
        assert_eq!(principal.roles, [Role::KeyAdult]);
    }

    #[test]
    fn nobody_acts_for_no_organisation() {
        let nameless = Assertion {
            principal_id: "token-1".into(),
            kind: OrganisationKind::School.into(),
            ..Assertion::default()
        };
        let kindless = Assertion {
            principal_id: "token-1".into(),
            code: "900001".into(),
            ..Assertion::default()
        };
        for assertion in [nameless, kindless] {
            assert!(Principal::from_assertion(assertion).is_err());
        }
    }
}
