//! A token as somebody wants it: for whom, in which roles, for how long.

use super::{organisation, text};
use host::problem::{FieldErrors, Problem};
use policy::{Organisation, OrganisationKind, Role, may_hold};
use proto::access::v1::CreateTokenRequest;

/// A checked request for a token.
pub(crate) struct NewToken {
    /// Whom the holder acts for.
    pub(crate) organisation: Organisation,
    /// In order, each once.
    pub(crate) roles: Vec<Role>,
    /// Who holds it.
    pub(crate) holder: Holder,
    /// Life in days.
    pub(crate) days: u32,
    /// The caller's idempotency key.
    pub(crate) command_id: Option<String>,
}

/// Who holds a token.
pub(crate) enum Holder {
    /// A contact of the organisation, by id.
    Contact(String),
    /// A person or system by name.
    Named(String),
}

const USUAL_DAYS: u32 = 90;
const MOST_DAYS: u32 = 366;

// === impl NewToken ===

impl NewToken {
    /// Checks a request.
    pub(crate) fn check(request: CreateTokenRequest) -> Result<Self, Problem> {
        let mut errors = FieldErrors::new();
        let organisation = organisation(request.kind, &request.code, "", &mut errors);
        let roles = roles(&request.roles, organisation.kind, &mut errors);
        let holder = holder(&request, &mut errors);
        if request.days > MOST_DAYS {
            errors.add(
                "days",
                "is too long a life for a token",
                "give 1 to 366, or 0 for 90",
            );
        }
        let command_id = text::line(&request.command_id, 64, false, "command_id", &mut errors);
        errors.into_result()?;
        Ok(Self {
            organisation,
            roles,
            holder,
            days: if request.days == 0 {
                USUAL_DAYS
            } else {
                request.days
            },
            command_id: Some(command_id).filter(|id| !id.is_empty()),
        })
    }
}

fn roles(numbers: &[i32], kind: OrganisationKind, errors: &mut FieldErrors) -> Vec<Role> {
    if numbers.is_empty() {
        errors.add("roles", "is empty", "name at least one role");
    }
    let mut roles = Vec::new();
    for (index, number) in numbers.iter().enumerate() {
        let role = Role::try_from(*number).unwrap_or_default();
        if kind != OrganisationKind::Unspecified && !may_hold(kind, role) {
            errors.add(
                format!("roles[{index}]"),
                "cannot be held for that kind of organisation",
                "forces have FORCE_SENDER, FORCE_COORDINATOR; schools KEY_ADULT, HEAD, RECORDS_FEED; \
                 trusts RECORDS_FEED; councils RECORDS_FEED, DUTY_DESK, HIDDEN_LOCATION_OFFICER, \
                 DESIGNATED_OFFICER; the operator HUB_OPERATOR; all ADMINISTRATOR",
            );
        }
        roles.push(role);
    }
    roles.sort_unstable();
    roles.dedup();
    roles
}

fn holder(request: &CreateTokenRequest, errors: &mut FieldErrors) -> Holder {
    let named = !request.name.trim().is_empty();
    match (request.contact_id.as_str(), named) {
        ("", _) => Holder::Named(text::line(&request.name, 120, true, "name", errors)),
        (_, true) => {
            errors.add(
                "name",
                "is given beside a contact, who has a name",
                "leave it empty, or leave `contact_id` empty",
            );
            Holder::Named(String::new())
        }
        (id, false) => {
            text::contact_id(id, "contact_id", errors);
            Holder::Contact(id.to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sender() -> CreateTokenRequest {
        CreateTokenRequest {
            kind: OrganisationKind::Force.into(),
            code: "43".into(),
            roles: vec![Role::ForceSender.into(), Role::ForceSender.into()],
            name: "Records system".into(),
            ..CreateTokenRequest::default()
        }
    }

    fn wrong_fields(request: CreateTokenRequest) -> Vec<String> {
        let problem = NewToken::check(request).err().unwrap();
        let paths = problem.fields().iter().map(|field| field.path.clone());
        paths.collect()
    }

    #[test]
    fn a_token_lives_ninety_days_unless_told_otherwise() {
        let token = NewToken::check(sender()).ok().unwrap();
        assert_eq!((token.days, token.roles), (90, vec![Role::ForceSender]));
    }

    #[test]
    fn a_role_of_another_kind_of_organisation_is_refused() {
        for role in [Role::HubOperator, Role::KeyAdult, Role::Unspecified] {
            let request = CreateTokenRequest {
                roles: vec![role.into()],
                ..sender()
            };
            assert_eq!(wrong_fields(request), ["roles[0]"], "{role:?}");
        }
    }

    #[test]
    fn a_token_has_one_holder() {
        let nobody = CreateTokenRequest {
            name: " ".into(),
            ..sender()
        };
        assert_eq!(wrong_fields(nobody), ["name"]);
        let two = CreateTokenRequest {
            contact_id: "lead".into(),
            ..sender()
        };
        assert_eq!(wrong_fields(two), ["name"]);
    }

    #[test]
    fn a_token_for_ever_or_for_nothing_is_refused() {
        let request = CreateTokenRequest {
            days: u32::MAX,
            roles: vec![],
            command_id: "x".repeat(65),
            ..sender()
        };
        assert_eq!(wrong_fields(request), ["roles", "days", "command_id"]);
    }
}
