//! The one table of who may do what, and the decision it gives.
//!
//! A role is held for one organisation, and the table says how far it reaches from there. What is
//! out of reach is *not found*, exactly as what does not exist. That a caller's roles do not include
//! an action at all depends on nothing but the caller, so it is said openly, with the roles needed.
//!
//! A new action does not compile until it has a row, a new role not until it has a column.

use crate::{Action, Object, Principal};
use proto::access::v1::{OrganisationKind, Role};
use std::fmt;

/// How far a role reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// Not at all.
    No,
    /// What is of the organisation itself.
    Own,
    /// Also what is of the schools of that trust or council.
    Schools,
    /// Children of that council whose location is hidden, and nothing else.
    Hidden,
    /// All organisations.
    All,
}

const ROLES: usize = 11;

/// The table's columns.
fn column(role: Role) -> Option<usize> {
    match role {
        Role::Unspecified => None,
        Role::ForceSender => Some(0),
        Role::ForceCoordinator => Some(1),
        Role::KeyAdult => Some(2),
        Role::Head => Some(3),
        Role::RecordsFeed => Some(4),
        Role::DutyDesk => Some(5),
        Role::HiddenLocationOfficer => Some(6),
        Role::DesignatedOfficer => Some(7),
        Role::Administrator => Some(8),
        Role::HubOperator => Some(9),
        Role::Analyst => Some(10),
    }
}

/// The table.
///
/// Choices that are not obvious: a sender corrects, for text of its own that is held waits for it,
/// but only a coordinator takes back. A head has an alert in hand or passes it on, and does not read
/// it: only Key Adults do. The hub's operator runs the hub and never sees an alert, a child in a
/// queue, or a notification. Designated officers and analysts have nothing to do here yet.
#[rustfmt::skip]
#[expect(clippy::match_same_arms, reason = "one row for each action, so that it reads as a table")]
fn row(action: Action) -> [Reach; ROLES] {
    use Action as A;
    use Reach::{All, Hidden, No, Own, Schools};
    match action {
        //                         sender coord key    head   records  duty     hidden  design. admin    hub  analyst
        //                                      adult         feed     desk     officer officer          op.
        A::NotificationSubmit   => [Own,  Own,  No,    No,    No,      No,      No,     No,     No,      No,  No],
        A::NotificationCorrect  => [Own,  Own,  No,    No,    No,      No,      No,     No,     No,      No,  No],
        A::NotificationWithdraw => [No,   Own,  No,    No,    No,      No,      No,     No,     No,      No,  No],
        A::NotificationRead     => [Own,  Own,  No,    No,    No,      No,      No,     No,     No,      No,  No],
        A::AlertList            => [No,   No,   Own,   Own,   No,      No,      No,     No,     No,      No,  No],
        A::AlertOpen            => [No,   No,   Own,   No,    No,      No,      No,     No,     No,      No,  No],
        A::AlertConfirm         => [No,   No,   Own,   Own,   No,      No,      No,     No,     No,      No,  No],
        A::AlertPass            => [No,   No,   Own,   Own,   No,      No,      No,     No,     No,      No,  No],
        A::AlertDisown          => [No,   No,   Own,   No,    No,      No,      No,     No,     No,      No,  No],
        A::EnquiryRead          => [No,   No,   Own,   Own,   No,      No,      No,     No,     No,      No,  No],
        A::EnquiryAnswer        => [No,   No,   Own,   Own,   No,      No,      No,     No,     No,      No,  No],
        A::QueueList            => [No,   Own,  No,    No,    No,      Own,     Hidden, No,     No,      No,  No],
        A::QueueOpen            => [No,   Own,  No,    No,    No,      Own,     Hidden, No,     No,      No,  No],
        A::QueueResolve         => [No,   Own,  No,    No,    No,      Own,     Hidden, No,     No,      No,  No],
        A::QueueHide            => [No,   Own,  No,    No,    No,      Own,     Own,    No,     No,      No,  No],
        A::CallSheetRead        => [No,   No,   No,    No,    No,      Own,     Hidden, No,     No,      No,  No],
        A::CoverageRead         => [No,   No,   No,    Own,   No,      Schools, No,     No,     Schools, All, No],
        A::QualityRead          => [No,   Own,  No,    No,    No,      No,      No,     No,     No,      All, No],
        A::CalendarCloseToday   => [No,   No,   Own,   Own,   Schools, No,      No,     No,     No,      No,  No],
        A::CalendarImport       => [No,   No,   No,    No,    Schools, No,      No,     No,     No,      All, No],
        A::RollImport           => [No,   No,   No,    No,    Schools, No,      No,     No,     No,      All, No],
        A::DirectoryImport      => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
        A::MatchingLearn        => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
        A::MatchingUse          => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
        A::MatchingRead         => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
        A::OrganisationRegister => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
        A::OrganisationRead     => [No,   No,   No,    No,    No,      No,      No,     No,     Own,     All, No],
        A::TokenCreate          => [No,   No,   No,    No,    No,      No,      No,     No,     Own,     All, No],
        A::TokenRevoke          => [No,   No,   No,    No,    No,      No,      No,     No,     Own,     All, No],
        A::TokenRead            => [No,   No,   No,    No,    No,      No,      No,     No,     Own,     All, No],
        A::ContactSet           => [No,   No,   No,    No,    No,      No,      No,     No,     Own,     All, No],
        A::ContactRead          => [No,   No,   Own,   Own,   No,      No,      No,     No,     Own,     All, No],
        A::HubBackup            => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
        A::HubDestroyKeys       => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
        A::HubSetAside          => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
        A::HubStanding          => [No,   No,   No,    No,    No,      No,      No,     No,     No,      All, No],
    }
}

/// Whether `role` can be held for an organisation of this kind.
pub fn may_hold(kind: OrganisationKind, role: Role) -> bool {
    use OrganisationKind as K;
    match role {
        Role::Unspecified => false,
        Role::ForceSender | Role::ForceCoordinator => kind == K::Force,
        Role::KeyAdult | Role::Head => kind == K::School,
        Role::RecordsFeed => matches!(kind, K::School | K::Trust | K::Council),
        Role::DutyDesk | Role::HiddenLocationOfficer | Role::DesignatedOfficer => {
            kind == K::Council
        }
        Role::Administrator => kind != K::Unspecified,
        Role::HubOperator => kind == K::Operator,
        Role::Analyst => matches!(kind, K::Force | K::Council | K::Operator),
    }
}

/// What the policy says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a decision that nobody reads protects nothing"]
pub enum Decision {
    /// Go on.
    Granted,
    /// Out of the caller's reach: answer as for what does not exist.
    NotFound,
    /// None of the caller's roles includes the action, whatever it is done to.
    Forbidden(Action),
}

/// A decision that is not [`Decision::Granted`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// See [`Decision::NotFound`].
    #[error("find it within the caller's remit")]
    NotFound,
    /// See [`Decision::Forbidden`].
    #[error("allow an action that none of the caller's roles includes")]
    Forbidden(Action),
}

/// Decides whether `principal` may do `action` to `object`.
pub fn permit(principal: &Principal, action: Action, object: &Object<'_>) -> Decision {
    let mut decision = Decision::Forbidden(action);
    for reach in reaches(principal, action) {
        if *object == Object::None || covers(reach, principal, object) {
            return Decision::Granted;
        }
        decision = Decision::NotFound;
    }
    decision
}

/// How far the caller's roles reach for `action`. A role that cannot be held there counts for nothing.
fn reaches(principal: &Principal, action: Action) -> impl Iterator<Item = Reach> {
    let kind = principal.organisation.kind;
    let held = principal.roles.iter().copied();
    held.filter(move |role| may_hold(kind, *role))
        .map(move |role| reach(role, action))
        .filter(|reach| *reach != Reach::No)
}

fn reach(role: Role, action: Action) -> Reach {
    column(role)
        .and_then(|column| row(action).get(column).copied())
        .unwrap_or(Reach::No)
}

fn covers(reach: Reach, principal: &Principal, object: &Object<'_>) -> bool {
    let own = &principal.organisation;
    let is_own = object.owner() == Some((own.kind, own.code.as_str()));
    match reach {
        Reach::No => false,
        Reach::All => true,
        Reach::Own => is_own,
        Reach::Schools => is_own || is_school_of(own.kind, &own.code, object),
        Reach::Hidden => {
            let officer = own.kind == OrganisationKind::Council;
            officer && *object == Object::HiddenChild { council: &own.code }
        }
    }
}

fn is_school_of(kind: OrganisationKind, code: &str, object: &Object<'_>) -> bool {
    match (object, kind) {
        (Object::School { trust, .. }, OrganisationKind::Trust) => *trust == Some(code),
        (Object::School { council, .. }, OrganisationKind::Council) => *council == Some(code),
        _ => false,
    }
}

// === impl Decision ===

impl Decision {
    /// Whether it is granted; for picking one's own out of a list.
    pub fn is_granted(self) -> bool {
        self == Self::Granted
    }

    /// The decision as a result, for `?`.
    pub fn granted(self) -> Result<(), Refusal> {
        match self {
            Self::Granted => Ok(()),
            Self::NotFound => Err(Refusal::NotFound),
            Self::Forbidden(action) => Err(Refusal::Forbidden(action)),
        }
    }
}

// === impl Refusal ===

/// As the contract has it: `not_found`, or `forbidden` with the roles that the action needs.
impl From<Refusal> for proto::door::v1::Problem {
    fn from(refusal: Refusal) -> Self {
        let (code, message) = match refusal {
            Refusal::NotFound => ("not_found", String::new()),
            Refusal::Forbidden(action) => ("forbidden", roles_needed(action)),
        };
        Self {
            code: code.to_owned(),
            message,
            fields: Vec::new(),
        }
    }
}

fn roles_needed(action: Action) -> String {
    let roles: Vec<String> = (1..=ROLES)
        .filter_map(|number| Role::try_from(i32::try_from(number).ok()?).ok())
        .filter(|role| reach(*role, action) != Reach::No)
        .map(|role| Words(role).to_string())
        .collect();
    format!(
        "Your roles do not include {}. It takes one of: {}. Ask the administrator of your organisation.",
        action.as_str(),
        roles.join(", ")
    )
}

/// `ROLE_KEY_ADULT` as "key adult".
struct Words(Role);

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.0.as_str_name().trim_start_matches("ROLE_");
        f.write_str(&name.replace('_', " ").to_ascii_lowercase())
    }
}
