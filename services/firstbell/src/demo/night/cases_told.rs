//! How each case departs from an incident written as it should be.

use super::{
    Submission,
    incident::{Incidents, stamp},
};
use crate::demo::{
    cases::Case,
    cast::{CONFLICTED, KNOWN_AS},
    hours, names,
};
use jiff::{Timestamp, civil::Date};
use proto::police::v1::{Child, ChildIdentity, Handling, Notification};

// === impl Incidents ===

impl Incidents<'_> {
    /// Changes a well-written incident so that `case` happens.
    pub(super) fn tell(&mut self, case: Case, submission: &mut Submission) {
        match case {
            Case::DaysLate => known(submission, self.night.days_ago(3, 18, 20)),
            Case::AfterTheBell => {
                known(submission, self.night.at(23, 40));
                submission.at = self.night.morning(9, 5);
            }
            Case::WhichTwin | Case::Namesakes | Case::DualRegistered => {
                submission.notification.children.truncate(1);
                submission.about.truncate(1);
            }
            _ => {}
        }
        tell_of_adults(case, &mut submission.notification);
        for child in &mut submission.notification.children {
            self.tell_of_child(case, child);
        }
        if case == Case::HeldText {
            name_the_sister(&mut submission.notification);
        }
    }

    fn tell_of_child(&mut self, case: Case, child: &mut Child) {
        child.hidden_location = matches!(case, Case::Hidden | Case::HiddenUnmatched);
        if case == Case::CollectionRisk {
            forbid_collection(child);
        }
        let Some(who) = &mut child.identity else {
            return;
        };
        if keeps_evidence_apart(case) {
            who.nhs_number.clear();
            who.stated_school.clear();
        }
        match case {
            Case::WhichTwin => "Oluwase".clone_into(&mut who.forename),
            Case::Misspelt => "Brambelworth".clone_into(&mut who.surname),
            Case::SwappedBirthDate => who.date_of_birth = swapped(&who.date_of_birth),
            Case::KnownAs => KNOWN_AS.clone_into(&mut who.forename),
            Case::TooLittle => {
                "Gwenlian".clone_into(&mut who.forename);
                self.only_an_age(who);
            }
            Case::Namesakes => {
                self.only_an_age(who);
                "St Mary's CofE Primary School".clone_into(&mut who.stated_school);
            }
            Case::HiddenUnmatched => {
                "Formerley".clone_into(&mut who.surname);
                (who.address, who.postcode) = names::address(self.chance);
            }
            _ => {}
        }
    }

    fn only_an_age(&self, who: &mut ChildIdentity) {
        let born: Date = who.date_of_birth.parse().unwrap_or_default();
        let today = self.night.evening_date();
        let not_yet = (today.month(), today.day()) < (born.month(), born.day());
        who.age = u32::try_from(today.year() - born.year() - i16::from(not_yet)).ok();
        who.date_of_birth.clear();
        who.address.clear();
        who.postcode.clear();
    }
}

fn known(submission: &mut Submission, at: Timestamp) {
    submission.notification.known_at = Some(stamp(at));
    submission.notification.occurred_at = Some(stamp(hours::later(at, -25)));
}

fn tell_of_adults(case: Case, notification: &mut Notification) {
    notification.urgent = case == Case::Urgent;
    let Some(party) = notification.parties.last_mut() else {
        return;
    };
    match case {
        Case::Conflict => {
            CONFLICTED.0.clone_into(&mut party.forename);
            CONFLICTED.1.clone_into(&mut party.surname);
            "Goodrich CofE Primary School".clone_into(&mut party.workplace);
        }
        Case::PositionOfTrust => {
            party.position_of_trust = true;
            "coach at a swimming club".clone_into(&mut party.workplace);
        }
        _ => {}
    }
}

/// Cases that are about how much, or how little, a name and a birth date say.
fn keeps_evidence_apart(case: Case) -> bool {
    matches!(
        case,
        Case::WhichTwin
            | Case::Misspelt
            | Case::SwappedBirthDate
            | Case::KnownAs
            | Case::TooLittle
            | Case::Namesakes
            | Case::OnNoRoll
            | Case::UnderFive
            | Case::HiddenUnmatched
            | Case::NotOurs
    )
}

fn forbid_collection(child: &mut Child) {
    let content = child.content.get_or_insert_default();
    content.handling = Some(Handling {
        may_not_collect: vec!["the alleged perpetrator".to_owned()],
        collection_risk: true,
        conditions: "Bail conditions: not to go within 100 metres of the school.".to_owned(),
        ..content.handling.take().unwrap_or_default()
    });
}

/// The form of one child tells the name of the other.
fn name_the_sister(notification: &mut Notification) {
    let sister = notification
        .children
        .last()
        .and_then(|child| child.identity.clone());
    let name = sister.unwrap_or_default().forename;
    if let Some(content) = notification
        .children
        .first_mut()
        .and_then(|c| c.content.as_mut())
    {
        content.circumstances =
            format!("Alleged shouting. {name} called the police from her room.");
    }
}

/// Day and month in each other's place.
fn swapped(date: &str) -> String {
    let parts: Vec<_> = date.split('-').collect();
    match parts.as_slice() {
        [year, month, day] => format!("{year}-{day}-{month}"),
        _ => String::new(),
    }
}
