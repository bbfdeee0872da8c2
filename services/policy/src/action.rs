//! What can be done: the actions that the contract's methods name in their `door` option.

macro_rules! actions {
    ($( $action:ident = $name:literal ),+ $(,)?) => {
        /// An action of the contract, as `noun.verb`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action { $( #[doc = concat!("`", $name, "`")] $action ),+ }

        impl Action {
            /// Every action there is.
            pub const ALL: &[Self] = &[ $( Self::$action ),+ ];

            /// As the contract writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$action => $name ),+ }
            }
        }
    };
}

actions! {
    NotificationSubmit = "notification.submit",
    NotificationCorrect = "notification.correct",
    NotificationWithdraw = "notification.withdraw",
    NotificationRead = "notification.read",
    AlertList = "alert.list",
    AlertOpen = "alert.open",
    AlertConfirm = "alert.confirm",
    AlertPass = "alert.pass",
    AlertDisown = "alert.disown",
    EnquiryRead = "enquiry.read",
    EnquiryAnswer = "enquiry.answer",
    QueueList = "queue.list",
    QueueOpen = "queue.open",
    QueueResolve = "queue.resolve",
    QueueHide = "queue.hide",
    CallSheetRead = "call_sheet.read",
    CoverageRead = "coverage.read",
    QualityRead = "quality.read",
    CalendarCloseToday = "calendar.close_today",
    CalendarImport = "calendar.import",
    RollImport = "roll.import",
    DirectoryImport = "directory.import",
    MatchingLearn = "matching.learn",
    MatchingUse = "matching.use",
    MatchingRead = "matching.read",
    OrganisationRegister = "organisation.register",
    OrganisationRead = "organisation.read",
    TokenCreate = "token.create",
    TokenRevoke = "token.revoke",
    TokenRead = "token.read",
    ContactSet = "contact.set",
    ContactRead = "contact.read",
    HubBackup = "hub.backup",
    HubDestroyKeys = "hub.destroy_keys",
    HubSetAside = "hub.set_aside",
    HubStanding = "hub.standing",
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost_reflect::{DynamicMessage, MethodDescriptor};
    use std::collections::BTreeSet;

    /// Number of the method option `firstbell.door.v1.door`.
    const DOOR: u32 = 50002;

    fn door(method: &MethodDescriptor) -> Option<DynamicMessage> {
        let options = method.options();
        let mut extensions = options.extensions();
        let door = extensions.find(|(extension, _)| extension.number() == DOOR);
        door.map(|(_, door)| door.as_message().unwrap().clone())
    }

    fn actions_of_the_contract() -> BTreeSet<String> {
        let mut actions = BTreeSet::new();
        for service in proto::descriptors().services() {
            // One without any door is for the services of the hub among themselves.
            if !service.methods().any(|method| door(&method).is_some()) {
                continue;
            }
            for method in service.methods() {
                let door =
                    door(&method).unwrap_or_else(|| panic!("{} has no door", method.full_name()));
                let action = door.get_field_by_name("action").unwrap();
                actions.insert(action.as_str().unwrap().to_owned());
            }
        }
        actions
    }

    #[test]
    fn every_method_of_the_contract_has_an_action_here_and_every_action_a_method() {
        let here: BTreeSet<String> = Action::ALL.iter().map(|a| a.as_str().to_owned()).collect();
        assert_eq!(here, actions_of_the_contract());
    }
}
