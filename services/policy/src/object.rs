//! What an action is done to, as far as permission needs to know it.

use proto::access::v1::OrganisationKind;

/// The thing that is read or changed, with the organisations that it belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Object<'a> {
    /// Nothing in particular yet: the action as such. Granted means that the caller's roles include
    /// the action for something; each thing found is then decided on by itself.
    None,
    /// Something of a force: its notification, or a child in its coordinator's queue. Two digits.
    Force(&'a str),
    /// Something of a school: its alert, enquiry, roll or calendar.
    School {
        /// Six digits.
        urn: &'a str,
        /// The trust it belongs to, if any.
        trust: Option<&'a str>,
        /// The council it lies in, three digits; none where the directory does not say.
        council: Option<&'a str>,
    },
    /// Something of a council: a child at its desk, its call sheet, its calendar. Three digits.
    Council(&'a str),
    /// A child whose location is hidden, where a coordinator or a duty desk would otherwise act.
    HiddenChild {
        /// The council whose officer acts.
        council: &'a str,
    },
    /// An organisation itself, its contacts and its tokens.
    Organisation {
        /// What kind of organisation.
        kind: OrganisationKind,
        /// Its code.
        code: &'a str,
    },
}

// === impl Object ===

impl<'a> Object<'a> {
    /// The one organisation that it is of; none where that is nobody, or withheld.
    pub(crate) fn owner(&self) -> Option<(OrganisationKind, &'a str)> {
        match *self {
            Self::None | Self::HiddenChild { .. } => None,
            Self::Force(code) => Some((OrganisationKind::Force, code)),
            Self::School { urn, .. } => Some((OrganisationKind::School, urn)),
            Self::Council(code) => Some((OrganisationKind::Council, code)),
            Self::Organisation { kind, code } => Some((kind, code)),
        }
    }
}
