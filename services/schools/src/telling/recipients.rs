//! Who is told by a step: never a party to the incident, and for a hidden child nobody but the
//! school itself and officers of the council.

use super::{BoxError, Teller};
use crate::{
    contacts::{Found, Reachable},
    domain::Line,
    routing::london_date,
    views::PendingStep,
    wire::plain::PassedTo,
};
use jiff::Timestamp;
use proto::{
    access::v1::{ContactRole, OrganisationKind, WebhookTarget},
    police::v1::{ResidenceArea, SharedContent},
    schools::v1::{CouncilRef, Desk, Rung, RungOutcome, SchoolRef},
};

/// Who is told, by when they are needed, and what it means if there is nobody.
pub(super) struct Audience {
    pub(super) people: Vec<Reachable>,
    pub(super) webhooks: Vec<WebhookTarget>,
    pub(super) deadline: Option<Timestamp>,
    pub(super) nobody: RungOutcome,
    /// There is somebody else, whose key cannot be reached now.
    pub(super) away: bool,
}

const KEY_ADULTS: &[ContactRole] = &[ContactRole::KeyAdult, ContactRole::Deputy];
/// Whom an alert can be passed to.
pub(crate) const COLLEAGUES: &[ContactRole] = &[
    ContactRole::KeyAdult,
    ContactRole::Deputy,
    ContactRole::Head,
    ContactRole::OffSite,
    ContactRole::Holiday,
];
const OFF_SITE: &[ContactRole] = &[ContactRole::OffSite];
const HEAD: &[ContactRole] = &[ContactRole::Head];
const HOLIDAY: &[ContactRole] = &[ContactRole::Holiday];
const DUTY_DESK: &[ContactRole] = &[ContactRole::DutyDesk];
const OFFICER: &[ContactRole] = &[ContactRole::HiddenLocationOfficer];
const DESIGNATED_OFFICER: &[ContactRole] = &[ContactRole::DesignatedOfficer];
const COORDINATOR: &[ContactRole] = &[ContactRole::ForceCoordinator];

// === impl Audience ===

impl Audience {
    pub(super) async fn of(
        teller: &Teller,
        line: &Line,
        step: &PendingStep,
        passed: Option<&str>,
    ) -> Result<Self, BoxError> {
        let mut audience = if let Some(alert) = line.alert(&step.subject_id) {
            let at = Timestamp::from_millisecond(alert.deadline.at_ms).ok();
            Self::of_school(teller, line, step, &alert.school, at, passed).await?
        } else if let Some(enquiry) = line.enquiry(&step.subject_id) {
            let at = Timestamp::from_millisecond(enquiry.until_ms).ok();
            Self::of_school(teller, line, step, &enquiry.school, at, None).await?
        } else if step.subject_id == line.referral_id() {
            Self::of_referral(teller, line).await?
        } else {
            Self::of_desk(teller, line).await?
        };
        audience.leave_out_parties(teller, line).await?;
        Ok(audience)
    }

    async fn of_school(
        teller: &Teller,
        line: &Line,
        step: &PendingStep,
        school: &proto::sealing::Sealed,
        deadline: Option<Timestamp>,
        passed: Option<&str>,
    ) -> Result<Self, BoxError> {
        let mut audience = Self::nobody(RungOutcome::NoContact, deadline);
        let school: Option<SchoolRef> = teller.lines.seals.open(Some(school)).await?;
        let Some(SchoolRef { urn, .. }) = school else {
            return Ok(audience);
        };
        match step.rung() {
            Rung::Telling => audience.tell_school(teller, &urn, passed).await,
            Rung::KeyAdults => {
                let roles = key_adults_today(teller, &urn);
                audience
                    .add(teller, OrganisationKind::School, &urn, roles)
                    .await;
            }
            Rung::Head => {
                audience
                    .add(teller, OrganisationKind::School, &urn, HEAD)
                    .await;
            }
            Rung::HolidayContact => {
                audience
                    .add(teller, OrganisationKind::School, &urn, HOLIDAY)
                    .await;
            }
            Rung::DutyDesk => audience.tell_council(teller, line, &urn).await,
            Rung::Unspecified => {}
        }
        Ok(audience)
    }

    /// At once: all Key Adults and the school's webhook; a colleague alone, where it was passed on.
    async fn tell_school(&mut self, teller: &Teller, urn: &str, passed: Option<&str>) {
        let school = OrganisationKind::School;
        if let Some(colleague) = passed {
            let found = found(teller, school, urn, COLLEAGUES).await;
            self.away = found.away.contains(colleague);
            let mut people = found.people.into_iter();
            self.people
                .extend(people.find(|person| person.contact_id == colleague));
        }
        if self.people.is_empty() && !self.away {
            self.add(teller, school, urn, key_adults_today(teller, urn))
                .await;
        }
        self.add_webhook(teller, school, urn).await;
    }

    async fn tell_council(&mut self, teller: &Teller, line: &Line, urn: &str) {
        let Some(council) = teller.reference.place_of(urn).council else {
            return;
        };
        let roles = if line.hidden { OFFICER } else { DUTY_DESK };
        if line.hidden {
            self.nobody = RungOutcome::HiddenNoOfficer;
        }
        self.add(teller, OrganisationKind::Council, &council, roles)
            .await;
    }

    /// A child waits at a desk: its coordinator, its council, or the officer for hidden locations.
    async fn of_desk(teller: &Teller, line: &Line) -> Result<Self, BoxError> {
        let mut audience = Self::nobody(RungOutcome::NoContact, None);
        let desk = line.desk.map(|(desk, _)| desk);
        let seals = &teller.lines.seals;
        if line.hidden {
            audience.nobody = RungOutcome::HiddenNoOfficer;
            let area: Option<ResidenceArea> = seals.open(line.child.area.as_ref()).await?;
            let council = area.map(|area| area.residence_council).unwrap_or_default();
            let kind = OrganisationKind::Council;
            audience.add(teller, kind, &council, OFFICER).await;
        } else if desk == Some(Desk::Council) {
            let council: Option<CouncilRef> = seals.open(line.desk_area.as_ref()).await?;
            let council = council.map(|council| council.code).unwrap_or_default();
            let kind = OrganisationKind::Council;
            audience.add(teller, kind, &council, DUTY_DESK).await;
        } else {
            let force = &line.child.owner_force;
            audience
                .add(teller, OrganisationKind::Force, force, COORDINATOR)
                .await;
        }
        Ok(audience)
    }

    /// A party holds a position of trust: the council's designated officer and its webhook.
    async fn of_referral(teller: &Teller, line: &Line) -> Result<Self, BoxError> {
        let mut audience = Self::nobody(RungOutcome::NoContact, None);
        let seals = &teller.lines.seals;
        let council: Option<CouncilRef> = seals.open(line.position_of_trust.as_ref()).await?;
        if let Some(CouncilRef { code }) = council {
            let kind = OrganisationKind::Council;
            audience.add(teller, kind, &code, DESIGNATED_OFFICER).await;
            audience.add_webhook(teller, kind, &code).await;
        }
        Ok(audience)
    }

    async fn add(
        &mut self,
        teller: &Teller,
        kind: OrganisationKind,
        code: &str,
        roles: &[ContactRole],
    ) {
        let found = found(teller, kind, code, roles).await;
        self.away |= !found.away.is_empty();
        self.people.extend(found.people);
    }

    async fn add_webhook(&mut self, teller: &Teller, kind: OrganisationKind, code: &str) {
        match teller.contacts.webhook(kind, code).await {
            Ok(target) => self.webhooks.extend(target),
            Err(_) => self.away = true,
        }
    }

    async fn leave_out_parties(&mut self, teller: &Teller, line: &Line) -> Result<(), BoxError> {
        let seals = &teller.lines.seals;
        let shared: Option<SharedContent> = seals.open(line.shared.content.as_ref()).await?;
        let parties = shared.map(|shared| shared.parties).unwrap_or_default();
        let tags: Vec<_> = parties
            .iter()
            .filter_map(|party| seals.party_tag(party))
            .collect();
        self.people.retain(|person| {
            seals
                .person_tag(&person.card.name)
                .is_none_or(|tag| !tags.contains(&tag))
        });
        Ok(())
    }

    fn nobody(nobody: RungOutcome, deadline: Option<Timestamp>) -> Self {
        Self {
            people: Vec::new(),
            webhooks: Vec::new(),
            deadline,
            nobody,
            away: false,
        }
    }
}

async fn found(
    teller: &Teller,
    kind: OrganisationKind,
    code: &str,
    roles: &[ContactRole],
) -> Found {
    let today = london_date(teller.lines.clock.now());
    teller.contacts.reachable(kind, code, roles, today).await
}

/// On a day declared closed the off-site contacts act, where there are any.
fn key_adults_today(teller: &Teller, urn: &str) -> &'static [ContactRole] {
    let today = london_date(teller.lines.clock.now());
    let closed = teller.reference.calendars().is_closed(urn, today);
    let school = OrganisationKind::School;
    if closed && teller.contacts.covers(school, urn, OFF_SITE, today) {
        OFF_SITE
    } else {
        KEY_ADULTS
    }
}

/// The contact that an alert was last passed to.
pub(super) async fn passed_to(
    teller: &Teller,
    step: &PendingStep,
) -> Result<Option<String>, BoxError> {
    let row = teller.view.alert(&step.subject_id)?;
    let sealed = row.and_then(|row| row.passed_to);
    let sealed = sealed.and_then(|bytes| prost::Message::decode(bytes.as_slice()).ok());
    let passed: Option<PassedTo> = teller.lines.seals.open(sealed.as_ref()).await?;
    Ok(passed.map(|passed| passed.contact_id))
}
