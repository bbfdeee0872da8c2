//! The call sheet: which schools the duty desk rings now.

use super::{Desk, allow, timestamp, unavailable, view_failed};
use crate::views::AlertRow;
use host::problem::Problem;
use policy::{Action, Object, OrganisationKind, Principal};
use proto::{
    access::v1::ContactRole,
    schools::v1::{CallSheetEntry, CallSheetRequest, CallSheetResponse, SchoolRef},
};
use std::collections::BTreeMap;
use tonic::Request;

const ASK_FOR: &[ContactRole] = &[ContactRole::KeyAdult, ContactRole::Deputy];

impl Desk {
    pub(super) async fn call_sheet(
        &self,
        request: Request<CallSheetRequest>,
    ) -> Result<CallSheetResponse, Problem> {
        let principal = self.caller(&request, Action::CallSheetRead)?;
        let CallSheetRequest { council } = request.into_inner();
        let own = || match principal.organisation.kind {
            OrganisationKind::Council => principal.organisation.code.clone(),
            _ => String::new(),
        };
        let council = if council.is_empty() { own() } else { council };
        let mut schools: BTreeMap<String, CallSheetEntry> = BTreeMap::new();
        for row in self.sheet_rows(&principal, &council)? {
            let line = self.lines.load(&row.line_id).await.map_err(unavailable)?;
            let Some(alert) = line.alert(&row.alert_id) else {
                continue;
            };
            let seals = &self.lines.seals;
            let school: Option<SchoolRef> =
                seals.open(Some(&alert.school)).await.map_err(unavailable)?;
            let Some(school) = school else { continue };
            if let Some(entry) = schools.get_mut(&school.urn) {
                entry.alerts = entry.alerts.saturating_add(1);
            } else {
                let entry = self.sheet_entry(&school, row.deadline_ms).await;
                schools.insert(school.urn, entry);
            }
        }
        let mut schools: Vec<_> = schools.into_values().collect();
        schools.sort_by_key(|entry| entry.deadline.map(|at| (at.seconds, at.nanos)));
        Ok(CallSheetResponse { schools })
    }

    /// A duty desk's rows, an officer's, or both; whoever is neither finds nothing.
    fn sheet_rows(&self, principal: &Principal, council: &str) -> Result<Vec<AlertRow>, Problem> {
        let tag = self.lines.seals.council_tag(council);
        let desk = allow(principal, Action::CallSheetRead, &Object::Council(council));
        let officer = Object::HiddenChild { council };
        let officer = allow(principal, Action::CallSheetRead, &officer);
        if desk.is_err() && officer.is_err() {
            return Err(Problem::not_found());
        }
        let mut rows = Vec::new();
        for (allowed, hidden) in [(desk, false), (officer, true)] {
            if allowed.is_ok() {
                rows.extend(self.view.call_sheet(&tag, hidden).map_err(view_failed)?);
            }
        }
        Ok(rows)
    }

    /// The number rung is the directory's, never one given by a caller.
    async fn sheet_entry(&self, school: &SchoolRef, deadline_ms: i64) -> CallSheetEntry {
        let today = self.router.today();
        let kind = OrganisationKind::School;
        let people = self
            .contacts
            .reachable(kind, &school.urn, ASK_FOR, today)
            .await;
        let directory = self.reference.directory();
        let urn = school.urn.parse().ok();
        let phone = urn
            .and_then(|urn| directory.get(urn))
            .map(|known| known.phone.clone());
        CallSheetEntry {
            school: school.urn.clone(),
            school_name: school.name.clone(),
            phone: phone.unwrap_or_default(),
            deadline: timestamp(deadline_ms),
            alerts: 1,
            ask_for: people
                .into_iter()
                .next()
                .map(|person| person.card.name)
                .unwrap_or_default(),
        }
    }
}
