//! The one table of which service may open what.

use crate::KeyKind;
use proto::sealing::FieldClass;

/// A service that seals or opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// Organisations, people, contacts, tokens.
    Access,
    /// Notifications from forces.
    Police,
    /// Matching, alerts, telling.
    Schools,
    /// The analyst's service.
    History,
}

// === impl Service ===

impl Service {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Access, Self::Police, Self::Schools, Self::History];

    /// As in the names of crates, folders and certificates, e.g. `police`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Police => "police",
            Self::Schools => "schools",
            Self::History => "history",
        }
    }
}

/// Whether `service` may have keys of `kind` made: whose values enter the hub there.
pub fn may_make(service: Service, kind: KeyKind) -> bool {
    use KeyKind as K;
    match service {
        Service::Access => matches!(kind, K::Contact | K::Holder),
        Service::Police => matches!(kind, K::Notification | K::ChildLine | K::Area),
        Service::Schools => matches!(kind, K::Record | K::Roll),
        Service::History => false,
    }
}

/// Whether `service` may open values of `class` under keys of `kind`. Sealing needs the same grant,
/// save that whoever made a value may always have sealed it: see [`may_seal`].
#[expect(
    clippy::match_same_arms,
    reason = "a table is read by service and kind, line by line"
)]
pub fn may_open(service: Service, kind: KeyKind, class: FieldClass) -> bool {
    use FieldClass::{Area, Content, Identity, Location, Time};
    use KeyKind as K;
    match (service, kind) {
        (Service::Access, K::Contact | K::Holder) => class == Identity,
        // References are the force's own; held text waits for it; names of confirmers are for it.
        (Service::Police, K::Notification) => matches!(class, Identity | Content | Time),
        (Service::Police, K::ChildLine) => matches!(class, Location | Content),
        (Service::Police | Service::History, K::Area) => class == Area,
        (Service::Police, K::Record) => class == Identity,
        (Service::Schools, K::Notification) => matches!(class, Identity | Content | Time),
        (Service::Schools, K::ChildLine) => matches!(class, Identity | Content | Location),
        (Service::Schools, K::Area) => class == Area,
        (Service::Schools, K::Record | K::Contact | K::Roll) => {
            matches!(class, Identity | Location)
        }
        (Service::History, K::ChildLine) => class == Location,
        (Service::Access | Service::Police | Service::Schools | Service::History, _) => false,
    }
}

/// Whether `service` may seal values of `class` under keys of `kind`.
pub fn may_seal(service: Service, kind: KeyKind, class: FieldClass) -> bool {
    match (service, kind) {
        // What a force sends is sealed where it enters, though police may not open all of it again.
        (Service::Police, KeyKind::ChildLine) => {
            matches!(class, FieldClass::Identity | FieldClass::Content)
        }
        _ => may_open(service, kind, class),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn police_cannot_open_who_a_child_is_again() {
        assert!(may_seal(
            Service::Police,
            KeyKind::ChildLine,
            FieldClass::Identity
        ));
        assert!(!may_open(
            Service::Police,
            KeyKind::ChildLine,
            FieldClass::Identity
        ));
    }

    #[test]
    fn nobody_is_granted_an_unnamed_class() {
        for service in [
            Service::Access,
            Service::Police,
            Service::Schools,
            Service::History,
        ] {
            for kind in [KeyKind::Notification, KeyKind::ChildLine, KeyKind::Area] {
                assert!(!may_open(service, kind, FieldClass::Unspecified));
            }
        }
    }
}
