//! Writes one incident down as a force would.

use super::{Submission, times, words};
use crate::demo::{
    cases::Case,
    chance::Chance,
    hours::{self, Night},
    names,
    pupils::Pupil,
    town::{COUNCIL, FORCE, Town},
};
use jiff::{Timestamp, ToSpan};
use proto::police::v1::{
    Child, ChildContent, ChildIdentity, Earshot, Handling, Notification, ParentsMayBeTold, Party,
    PartyRole, Presence, Referral, RiskGrade, RiskTool, Voice,
};

/// Writes incidents, numbering them.
pub(super) struct Incidents<'a> {
    pub(super) town: &'a Town,
    pub(super) night: Night,
    pub(super) chance: &'a mut Chance,
    written: usize,
}

// === impl Incidents ===

impl<'a> Incidents<'a> {
    pub(super) fn new(town: &'a Town, night: Night, chance: &'a mut Chance) -> Self {
        Self {
            town,
            night,
            chance,
            written: 0,
        }
    }

    /// An incident about these children of one family, as it should be written.
    pub(super) fn ordinary(&mut self, family: &[&Pupil]) -> Submission {
        self.written += 1;
        let (known_at, at) = times(self.night, self.written, self.chance);
        let before = i64::try_from(5 + self.chance.below(40)).unwrap_or_default();
        let surname = family
            .first()
            .map(|child| child.surname.clone())
            .unwrap_or_default();
        let address = family
            .first()
            .map(|child| child.address.clone())
            .unwrap_or_default();
        let grade = self.risk_grade();
        let number = self.written;
        let mut notification = Notification {
            force: FORCE.to_owned(),
            reference: format!("{FORCE}-{}-{number:03}", self.night.evening_date()),
            occurred_at: Some(stamp(hours::later(known_at, -before))),
            known_at: Some(stamp(known_at)),
            place: self.chance.word(&words::PLACES).to_owned(),
            risk_grade: grade.into(),
            risk_tool: RiskTool::Dash.into(),
            referral: (grade == RiskGrade::High).then(|| Referral {
                sent: true,
                reference: format!("REFERRAL-{number:03}"),
            }),
            police_actions: vec![self.chance.word(&words::ACTIONS).to_owned()],
            parties: self.parties(&surname, &address),
            previous_incidents: u32::try_from(self.chance.below(4)).unwrap_or_default(),
            ..Notification::default()
        };
        notification.children = (1..)
            .zip(family)
            .map(|(line, child)| self.child(line, child))
            .collect();
        Submission {
            at,
            case: None,
            notification,
            about: family.iter().map(|child| (*child).clone()).collect(),
        }
    }

    /// An incident in which a case happens.
    pub(super) fn of_case(&mut self, case: Case, children: &[&Pupil]) -> Submission {
        let mut submission = self.ordinary(children);
        submission.case = Some(case);
        self.tell(case, &mut submission);
        submission
    }

    fn risk_grade(&mut self) -> RiskGrade {
        match self.chance.below(10) {
            0..=4 => RiskGrade::Standard,
            5..=8 => RiskGrade::Medium,
            _ => RiskGrade::High,
        }
    }

    fn parties(&mut self, surname: &str, address: &str) -> Vec<Party> {
        let victim = self.party(
            PartyRole::AllegedVictim,
            !self.night_of_men(),
            surname,
            address,
        );
        let other = names::surname(self.chance);
        let perpetrator = self.party(
            PartyRole::AllegedPerpetrator,
            self.night_of_men(),
            &other,
            address,
        );
        vec![victim, perpetrator]
    }

    /// Now and then the alleged victim is a man.
    fn night_of_men(&self) -> bool {
        self.written.is_multiple_of(7)
    }

    fn party(&mut self, role: PartyRole, female: bool, surname: &str, address: &str) -> Party {
        let years = i64::try_from(24 + self.chance.below(24)).unwrap_or_default();
        let days = i64::try_from(self.chance.below(365)).unwrap_or_default();
        let born = self.night.days_before(days).saturating_sub(years.years());
        Party {
            role: role.into(),
            forename: names::forename(self.chance, female).to_owned(),
            surname: surname.to_owned(),
            date_of_birth: born.to_string(),
            phone: names::phone(self.chance, true),
            address: address.to_owned(),
            workplace: self.chance.word(&words::WORKPLACES).to_owned(),
            position_of_trust: false,
        }
    }

    fn child(&mut self, line: u32, child: &Pupil) -> Child {
        Child {
            line,
            identity: Some(self.identity(child)),
            content: Some(self.content()),
            residence_council: COUNCIL.to_owned(),
            ..Child::default()
        }
    }

    /// Half of all forms name a school; few have an NHS number.
    fn identity(&mut self, child: &Pupil) -> ChildIdentity {
        let school = self
            .town
            .school(&child.urn)
            .filter(|_| self.chance.one_in(2));
        let nhs_number = if self.chance.one_in(6) {
            child.nhs_number.as_str()
        } else {
            ""
        };
        ChildIdentity {
            forename: child.forename.clone(),
            surname: child.surname.clone(),
            date_of_birth: child.date_of_birth.to_string(),
            sex: child.sex.into(),
            address: child.address.clone(),
            postcode: child.postcode.clone(),
            nhs_number: nhs_number.to_owned(),
            stated_school: school.map(|school| school.name.clone()).unwrap_or_default(),
            ..ChildIdentity::default()
        }
    }

    fn content(&mut self) -> ChildContent {
        let words = self.chance.word(&words::VOICE);
        let told = if self.chance.one_in(3) {
            ParentsMayBeTold::NonAbusingOnly
        } else {
            ParentsMayBeTold::Never
        };
        ChildContent {
            presence: if self.chance.one_in(4) {
                Presence::Nearby
            } else {
                Presence::Present
            }
            .into(),
            whereabouts: self.chance.word(&words::WHEREABOUTS).to_owned(),
            circumstances: self.chance.word(&words::CIRCUMSTANCES).to_owned(),
            voice: (!words.is_empty()).then(|| Voice {
                spoken_to: true,
                words: words.to_owned(),
                in_earshot: Earshot::OfficerOnly.into(),
            }),
            relationships: vec!["child".to_owned(), "lives in the household".to_owned()],
            handling: Some(Handling {
                parents_may_be_told: told.into(),
                ..Handling::default()
            }),
        }
    }
}

/// As the contract has it.
pub(super) fn stamp(at: Timestamp) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: at.as_second(),
        nanos: at.subsec_nanosecond(),
    }
}
