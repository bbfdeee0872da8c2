//! Which organisation is meant, by its public code.

use super::text;
use host::problem::{FieldErrors, Problem};
use policy::{Organisation, OrganisationKind};
use proto::access::v1 as public;

/// An organisation to be registered.
pub(crate) struct NewOrganisation {
    /// Which.
    pub(crate) organisation: Organisation,
    /// Its name: public knowledge.
    pub(crate) name: String,
}

/// Checks kind and code, in the fields `{path}kind` and `{path}code`.
pub(crate) fn organisation(
    kind: i32,
    code: &str,
    path: &str,
    errors: &mut FieldErrors,
) -> Organisation {
    let kind = OrganisationKind::try_from(kind).unwrap_or_default();
    if kind == OrganisationKind::Unspecified {
        errors.add(
            format!("{path}kind"),
            "names no kind of organisation",
            "give one of FORCE, SCHOOL, TRUST, COUNCIL, AGENCY, OPERATOR",
        );
    } else if let Some(remedy) = wrong_code(kind, code) {
        errors.add(
            format!("{path}code"),
            "is no code of that kind of organisation",
            remedy,
        );
    }
    Organisation {
        kind,
        code: code.to_owned(),
    }
}

/// What to do about a wrong code.
fn wrong_code(kind: OrganisationKind, code: &str) -> Option<&'static str> {
    let digits = |lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit())
    };
    let (sound, remedy) = match kind {
        OrganisationKind::Unspecified => (true, ""),
        OrganisationKind::Force => (digits(2..=2), "give the Home Office code, two digits"),
        OrganisationKind::School => (digits(6..=6), "give the URN, six digits"),
        OrganisationKind::Trust => (digits(1..=6), "give the trust's UID, up to six digits"),
        OrganisationKind::Council => (digits(3..=3), "give the DfE code, three digits"),
        OrganisationKind::Agency => (text::is_plain_id(code), "use 1 to 32 of a-z, 0-9 and \"-\""),
        OrganisationKind::Operator => (code == "hub", "write it as \"hub\""),
    };
    (!sound).then_some(remedy)
}

// === impl NewOrganisation ===

impl NewOrganisation {
    /// Checks a request.
    pub(crate) fn check(request: public::RegisterOrganisationRequest) -> Result<Self, Problem> {
        let asked = request.organisation.unwrap_or_default();
        let mut errors = FieldErrors::new();
        let organisation = organisation(asked.kind, &asked.code, "organisation.", &mut errors);
        let name = text::line(&asked.name, 200, true, "organisation.name", &mut errors);
        errors.into_result()?;
        Ok(Self { organisation, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_codes_of_its_own() {
        use OrganisationKind as K;
        for (kind, code, sound) in [
            (K::Force, "43", true),
            (K::Force, "4", false),
            (K::Force, "٤٣", false),
            (K::School, "900001", true),
            (K::School, "90001", false),
            (K::School, "900001 ", false),
            (K::Trust, "5001", true),
            (K::Council, "801", true),
            (K::Council, "E08000001", false),
            (K::Agency, "refuge-a", true),
            (K::Agency, "Refuge A", false),
            (K::Agency, "", false),
            (K::Operator, "hub", true),
            (K::Operator, "43", false),
        ] {
            assert_eq!(wrong_code(kind, code).is_none(), sound, "{kind:?} {code}");
        }
    }

    #[test]
    fn an_unknown_kind_is_named_and_nothing_else() {
        let mut errors = FieldErrors::new();
        organisation(99, "x", "contact.", &mut errors);
        let problem = errors.into_result().unwrap_err();
        assert_eq!(problem.fields()[0].path, "contact.kind");
        assert_eq!(problem.fields().len(), 1);
    }
}
