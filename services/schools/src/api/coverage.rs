//! Schools without a reachable adult, councils without a desk: what would fail tonight.

use super::Desk;
use directory::Establishment;
use host::problem::Problem;
use jiff::civil::Date;
use policy::{Action, Object, OrganisationKind, Principal, permit};
use proto::{
    access::v1::ContactRole,
    schools::v1::{CoverageGap, CoverageRequest, CoverageResponse},
};
use std::collections::BTreeSet;
use tonic::Request;

const REACHABLE: &[ContactRole] = &[ContactRole::KeyAdult, ContactRole::Deputy];
const COUNCIL_ROLES: [(&[ContactRole], &str); 3] = [
    (&[ContactRole::DutyDesk], "no_duty_desk"),
    (
        &[ContactRole::HiddenLocationOfficer],
        "no_hidden_location_officer",
    ),
    (&[ContactRole::DesignatedOfficer], "no_designated_officer"),
];

impl Desk {
    pub(super) fn coverage(
        &self,
        request: Request<CoverageRequest>,
    ) -> Result<CoverageResponse, Problem> {
        let principal = self.caller(&request, Action::CoverageRead)?;
        let CoverageRequest { council } = request.into_inner();
        let today = self.router.today();
        let directory = self.reference.directory();
        let schools = directory.schools().filter(|school| {
            school.open_on(today)
                && (council.is_empty() || school.council == council)
                && may_see(&principal, school)
        });
        let mut answer = CoverageResponse::default();
        let mut councils = BTreeSet::new();
        for school in schools {
            answer.schools += 1;
            councils.insert((school.council.clone(), school.council_name.clone()));
            let gaps = self.gaps(school, today);
            // A stale roll asks the school first; it does not keep anybody from being reached.
            let reached = gaps.iter().all(|gap| gap.gap.ends_with("_roll"));
            answer.covered += u64::from(reached);
            answer.gaps.extend(gaps);
        }
        for (code, name) in councils {
            answer.gaps.extend(self.council_gaps(&code, &name, today));
        }
        Ok(answer)
    }

    fn gaps(&self, school: &Establishment, today: Date) -> Vec<CoverageGap> {
        let urn = school.urn.to_string();
        let kind = OrganisationKind::School;
        let mut gaps = Vec::new();
        if !self.contacts.covers(kind, &urn, REACHABLE, today) {
            let lapsed = self.contacts.ever_named(kind, &urn, REACHABLE);
            gaps.push(if lapsed {
                "no_current_contact"
            } else {
                "no_contact"
            });
        }
        let roll = self.reference.roll();
        if roll.as_at(school.urn).is_none() {
            gaps.push("no_roll");
        } else if !roll.is_current(school.urn, today, &self.router.matching.settings()) {
            gaps.push("stale_roll");
        }
        let named = |gap: &str| CoverageGap {
            kind: "school".to_owned(),
            code: urn.clone(),
            name: school.name.clone(),
            gap: gap.to_owned(),
        };
        gaps.into_iter().map(named).collect()
    }

    fn council_gaps(&self, code: &str, name: &str, today: Date) -> Vec<CoverageGap> {
        let missing = |roles: &[ContactRole]| {
            !self
                .contacts
                .covers(OrganisationKind::Council, code, roles, today)
        };
        COUNCIL_ROLES
            .into_iter()
            .filter(|(roles, _)| missing(roles))
            .map(|(_, gap)| CoverageGap {
                kind: "council".to_owned(),
                code: code.to_owned(),
                name: name.to_owned(),
                gap: gap.to_owned(),
            })
            .collect()
    }
}

fn may_see(principal: &Principal, school: &Establishment) -> bool {
    let some = |code: &'_ String| Some(code.clone()).filter(|code| !code.is_empty());
    let (trust, council) = (some(&school.trust), some(&school.council));
    let urn = school.urn.to_string();
    let object = Object::School {
        urn: &urn,
        trust: trust.as_deref(),
        council: council.as_deref(),
    };
    permit(principal, Action::CoverageRead, &object).is_granted()
}
