//! Organisations and roles as they are typed.

use clap::ValueEnum;
use proto::access::v1::{Organisation, OrganisationKind, Role};

/// A kind of organisation.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum KindWord {
    /// A police force; code: two digits of the Home Office.
    Force,
    /// A school; code: URN, six digits.
    School,
    /// A trust; code: its UID.
    Trust,
    /// A council; code: three digits of the Department for Education.
    Council,
    /// A partner agency; code: chosen when registered.
    Agency,
    /// The hub's operator; code: hub.
    Operator,
}

/// A role, held for one organisation.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RoleWord {
    /// A force's record system or officer: submits.
    ForceSender,
    /// A force's Encompass coordinator.
    ForceCoordinator,
    /// Safeguarding lead or deputy.
    KeyAdult,
    /// Head teacher.
    Head,
    /// A record system: rolls and calendars, nothing about alerts.
    RecordsFeed,
    /// A council's duty desk.
    DutyDesk,
    /// Acts for hidden locations.
    HiddenLocationOfficer,
    /// The council's designated officer for positions of trust.
    DesignatedOfficer,
    /// Looks after contacts and tokens of one organisation.
    Administrator,
    /// Runs the hub.
    HubOperator,
    /// Measures, sees no children.
    Analyst,
}

// === impl KindWord ===

impl From<KindWord> for OrganisationKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Force => Self::Force,
            KindWord::School => Self::School,
            KindWord::Trust => Self::Trust,
            KindWord::Council => Self::Council,
            KindWord::Agency => Self::Agency,
            KindWord::Operator => Self::Operator,
        }
    }
}

// === impl RoleWord ===

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::ForceSender => Self::ForceSender,
            RoleWord::ForceCoordinator => Self::ForceCoordinator,
            RoleWord::KeyAdult => Self::KeyAdult,
            RoleWord::Head => Self::Head,
            RoleWord::RecordsFeed => Self::RecordsFeed,
            RoleWord::DutyDesk => Self::DutyDesk,
            RoleWord::HiddenLocationOfficer => Self::HiddenLocationOfficer,
            RoleWord::DesignatedOfficer => Self::DesignatedOfficer,
            RoleWord::Administrator => Self::Administrator,
            RoleWord::HubOperator => Self::HubOperator,
            RoleWord::Analyst => Self::Analyst,
        }
    }
}

/// An organisation as one short text, e.g. `school 100000`.
pub(super) fn organisation_text(organisation: Option<&Organisation>) -> String {
    organisation.map_or_else(String::new, |organisation| {
        let kind = plain(organisation.kind().as_str_name(), "ORGANISATION_KIND_");
        format!("{kind} {}", organisation.code)
    })
}

/// The roles as they are typed, joined by commas.
pub(super) fn roles_text(roles: impl Iterator<Item = Role>) -> String {
    let words: Vec<_> = roles
        .map(|role| plain(role.as_str_name(), "ROLE_"))
        .collect();
    words.join(", ")
}

/// The name of an enum value of the contract as a plain word.
pub(super) fn plain(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix)
        .unwrap_or(name)
        .to_ascii_lowercase()
        .replace('_', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_is_typed_as_the_contract_calls_it() {
        for word in RoleWord::value_variants() {
            let typed = word.to_possible_value().unwrap();
            let named = plain(Role::from(*word).as_str_name(), "ROLE_");
            assert_eq!(typed.get_name(), named);
        }
    }

    #[test]
    fn each_kind_is_typed_as_the_contract_calls_it() {
        for word in KindWord::value_variants() {
            let typed = word.to_possible_value().unwrap();
            let kind = OrganisationKind::from(*word);
            assert_eq!(
                typed.get_name(),
                plain(kind.as_str_name(), "ORGANISATION_KIND_")
            );
        }
    }
}
