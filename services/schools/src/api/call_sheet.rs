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
        let mut schools: BTreeMap<String, (SchoolRef, Vec<AlertRow>)> = BTreeMap::new();
        for row in self.sheet_rows(&principal, &council)? {
            if self.is_party(&principal, &row.line_id)? {
                continue;
            }
            let line = self.lines.load(&row.line_id).await.map_err(unavailable)?;
            let Some(alert) = line.alert(&row.alert_id) else {
                continue;
            };
            let seals = &self.lines.seals;
            let school: Option<SchoolRef> =
                seals.open(Some(&alert.school)).await.map_err(unavailable)?;
            if let Some(school) = school {
                let known = schools.entry(school.urn.clone());
                known.or_insert((school, Vec::new())).1.push(row);
            }
        }
        let mut entries = Vec::with_capacity(schools.len());
        for (school, rows) in schools.into_values() {
            entries.push(self.sheet_entry(school, &rows).await?);
        }
        entries.sort_by_key(|entry| entry.deadline.map(|at| (at.seconds, at.nanos)));
        Ok(CallSheetResponse { schools: entries })
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

    /// The number rung is the directory's, never one given by a caller. Nobody asks for a party.
    async fn sheet_entry(
        &self,
        school: SchoolRef,
        rows: &[AlertRow],
    ) -> Result<CallSheetEntry, Problem> {
        let today = self.router.today();
        let kind = OrganisationKind::School;
        let found = self
            .contacts
            .reachable(kind, &school.urn, ASK_FOR, today)
            .await;
        let mut ask_for = String::new();
        for person in found.people {
            let tag = self.lines.seals.person_tag(&person.card.name);
            if !self.is_party_to_any(tag.as_deref(), rows)? {
                ask_for = person.card.name;
                break;
            }
        }
        let directory = self.reference.directory();
        let known = school.urn.parse().ok().and_then(|urn| directory.get(urn));
        Ok(CallSheetEntry {
            phone: known.map(|known| known.phone.clone()).unwrap_or_default(),
            school: school.urn,
            school_name: school.name,
            deadline: rows
                .iter()
                .map(|row| row.deadline_ms)
                .min()
                .and_then(timestamp),
            alerts: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            ask_for,
        })
    }

    fn is_party_to_any(&self, tag: Option<&str>, rows: &[AlertRow]) -> Result<bool, Problem> {
        let Some(tag) = tag else {
            return Ok(false);
        };
        for row in rows {
            if self.view.is_party(&row.line_id, tag).map_err(view_failed)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
