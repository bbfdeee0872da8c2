//! Keeps the view up with the journal.

use super::{LineFacts, View, ViewError};
use crate::{
    domain::{Accountable, Alert, AlertStatus, Line},
    seals::Seals,
};
use futures::{StreamExt, pin_mut};
use host::report::report;
use journal::{
    Position, ReadError, Recorded, SharedJournal, StreamName, follow::follow, id::unhex16,
};
use keys::{KeyId, KeyKind, OpenError};
use prost::Message;
use proto::{
    police::v1::{ChildIdentity, SharedContent},
    schools::v1::{CardState, CouncilRef, Rung, SchoolRef},
};
use rusqlite::{Transaction, params};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Follows the journal into the view.
pub struct Projector {
    /// Read from here.
    pub journal: SharedJournal,
    /// Into here.
    pub view: Arc<View>,
    /// Opens what rows are keyed by.
    pub seals: Seals,
}

/// Why the view could not be brought up to date now.
#[derive(Debug, thiserror::Error)]
enum ProjectError {
    #[error("read the journal for the view")]
    Read(#[from] ReadError),
    #[error("open what a view's rows are keyed by")]
    Open(#[from] OpenError),
    #[error("write the view")]
    View(#[from] ViewError),
}

/// A line with its rows' keys, ready to be written.
struct Prepared {
    facts: LineFacts,
    tags: Tags,
}

#[derive(Default)]
struct Tags {
    child: Option<String>,
    parties: BTreeSet<String>,
    desk_council: Option<String>,
    schools: BTreeMap<String, String>,
    councils: BTreeMap<String, String>,
}

const PAUSE: Duration = Duration::from_millis(500);
/// How many changes a school's live stream can be resumed over.
const CHANGES_KEPT: u64 = 1_000_000;

// === impl Projector ===

impl Projector {
    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut destroyed = self.seals.sealer().keys().destroyed();
        while !stop.is_cancelled() {
            let from = *self.view.shown().borrow();
            let pages = follow(self.journal.clone(), from);
            pin_mut!(pages);
            loop {
                let done = tokio::select! {
                    () = stop.cancelled() => return,
                    Ok(key) = destroyed.recv() => self.forget(&key).await,
                    page = pages.next() => match page {
                        Some(Ok(page)) => self.project(&page).await,
                        Some(Err(error)) => Err(error.into()),
                        None => break,
                    },
                };
                if let Err(error) = done {
                    tracing::warn!(error = %report(&error), "the schools view waits and tries again");
                    break;
                }
            }
            let _ = tokio::time::timeout(PAUSE, stop.cancelled()).await;
        }
    }

    /// The rows of a line go when its key goes.
    async fn forget(&self, key: &KeyId) -> Result<(), ProjectError> {
        let line = key.as_str().split('.').next_back().and_then(unhex16);
        let Some(line) = line.filter(|_| key.kind() == Some(KeyKind::ChildLine)) else {
            return Ok(());
        };
        let shown = *self.view.shown().borrow();
        let line = self.prepare(&StreamName::of("line", line)).await?;
        Ok(self.write(shown, &[(shown, line)])?)
    }

    async fn project(&self, page: &[Recorded]) -> Result<(), ProjectError> {
        let Some(last) = page.last().map(|event| event.position) else {
            return Ok(());
        };
        let mut touched: BTreeMap<&str, Position> = BTreeMap::new();
        for event in page {
            if event.frame.stream.starts_with("line-") {
                touched.insert(&event.frame.stream, event.position);
            }
        }
        let mut prepared = Vec::with_capacity(touched.len());
        for (stream, position) in touched {
            let Ok(stream) = StreamName::parse(stream) else {
                continue;
            };
            match self.prepare(&stream).await {
                Ok(line) => prepared.push((position, line)),
                // A line that cannot be read must not keep all others from being shown.
                Err(ProjectError::Read(error @ ReadError::Corrupt(_))) => {
                    tracing::error!(%error, %stream, "a line cannot be shown");
                }
                Err(error) => return Err(error),
            }
        }
        self.write(last, &prepared)?;
        self.view.show(last);
        Ok(())
    }

    async fn prepare(&self, stream: &StreamName) -> Result<Prepared, ProjectError> {
        let facts = LineFacts::fold(&self.journal.read(stream).await?)?;
        let tags = self.tags(&facts).await?;
        Ok(Prepared { facts, tags })
    }

    async fn tags(&self, facts: &LineFacts) -> Result<Tags, OpenError> {
        let line = &facts.line;
        let mut tags = Tags::default();
        let child: Option<ChildIdentity> = self
            .seals
            .open_to_show(line.child.identity.as_ref())
            .await?;
        tags.child = child.and_then(|child| self.seals.child_tag(&child));
        let shared: Option<SharedContent> = self
            .seals
            .open_to_show(line.shared.content.as_ref())
            .await?;
        let parties = shared.map(|shared| shared.parties).unwrap_or_default();
        tags.parties = parties
            .iter()
            .filter_map(|party| self.seals.party_tag(party))
            .collect();
        tags.desk_council = self.council(line.desk_area.as_ref()).await?;
        let held = line.alerts.iter().map(|alert| (&alert.id, &alert.school));
        let asked = line.enquiries.iter().map(|ask| (&ask.id, &ask.school));
        for (id, school) in held.chain(asked) {
            let school: Option<SchoolRef> = self.seals.open_to_show(Some(school)).await?;
            if let Some(school) = school {
                tags.schools
                    .insert(id.clone(), self.seals.school_tag(&school.urn));
            }
        }
        for (id, alert) in &facts.alerts {
            if let Some(council) = self.council(alert.area.as_ref()).await? {
                tags.councils.insert(id.clone(), council);
            }
        }
        Ok(tags)
    }

    async fn council(
        &self,
        area: Option<&proto::sealing::Sealed>,
    ) -> Result<Option<String>, OpenError> {
        let council: Option<CouncilRef> = self.seals.open_to_show(area).await?;
        Ok(council.map(|council| self.seals.council_tag(&council.code)))
    }

    fn write(&self, last: Position, lines: &[(Position, Prepared)]) -> Result<(), ViewError> {
        let mut writer = self.view.writer();
        let change = writer.transaction()?;
        for (position, prepared) in lines {
            replace(&change, *position, prepared)?;
        }
        change.execute(
            "INSERT INTO cursor VALUES(1, ?1)
             ON CONFLICT DO UPDATE SET position = excluded.position",
            [last.0],
        )?;
        change.execute(
            "DELETE FROM change WHERE position < ?1",
            [last.0.saturating_sub(CHANGES_KEPT)],
        )?;
        Ok(change.commit()?)
    }
}

fn replace(change: &Transaction<'_>, position: Position, line: &Prepared) -> rusqlite::Result<()> {
    let id = &line.facts.line.line_id;
    for table in ["line", "alert", "enquiry", "party", "timer", "step"] {
        change
            .prepare_cached(&format!("DELETE FROM {table} WHERE line_id = ?1"))?
            .execute([id])?;
    }
    if !line.facts.line.is_known() {
        return Ok(());
    }
    put_line(change, line)?;
    for alert in &line.facts.line.alerts {
        put_alert(change, position, line, alert)?;
    }
    put_enquiries(change, line)?;
    put_work(change, &line.facts.line)?;
    for tag in &line.tags.parties {
        change
            .prepare_cached("INSERT INTO party VALUES(?1, ?2)")?
            .execute([id, tag])?;
    }
    Ok(())
}

fn put_line(change: &Transaction<'_>, prepared: &Prepared) -> rusqlite::Result<()> {
    let facts = &prepared.facts;
    let line = &facts.line;
    let (place, desk, queue) = match line.accountable() {
        Accountable::Desk(desk, queue) => ("desk", i32::from(desk), i32::from(queue)),
        Accountable::School => ("school", 0, 0),
        Accountable::Closed(_) => ("closed", 0, 0),
        Accountable::Nobody => ("nobody", 0, 0),
    };
    change
        .prepare_cached(
            "INSERT INTO line VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            line.line_id,
            line.notification_id,
            line.force,
            line.child.owner_force,
            place,
            desk,
            queue,
            prepared.tags.desk_council,
            facts.since_ms,
            facts.desk_deadline_ms,
            line.shared.urgent,
            line.hidden,
            i64::try_from(facts.candidates).unwrap_or(i64::MAX),
        ])?;
    Ok(())
}

fn put_alert(
    change: &Transaction<'_>,
    position: Position,
    prepared: &Prepared,
    alert: &Alert,
) -> rusqlite::Result<()> {
    // The line's key is destroyed: the row goes with it.
    let Some(school) = prepared.tags.schools.get(&alert.id) else {
        return Ok(());
    };
    let line = &prepared.facts.line;
    let around = prepared
        .facts
        .alerts
        .get(&alert.id)
        .cloned()
        .unwrap_or_default();
    let sealed = |value: Option<proto::sealing::Sealed>| value.map(|value| value.encode_to_vec());
    change
        .prepare_cached(
            "INSERT INTO alert VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
                 ?14, ?15, ?16, ?17, ?18)",
        )?
        .execute(params![
            alert.id,
            line.line_id,
            line.notification_id,
            school,
            prepared.tags.councils.get(&alert.id),
            i32::from(card_state(alert.status)),
            alert.deadline.at_ms,
            around.raised_ms,
            alert.deadline.late_on_arrival,
            line.shared.urgent,
            alert.opened,
            around.confirmed_ms,
            sealed(around.by),
            sealed(around.passed_to),
            prepared.tags.child,
            line.shared.incident_date,
            is_on_call_sheet(line, alert),
            line.hidden,
        ])?;
    change
        .prepare_cached("INSERT OR IGNORE INTO change VALUES(?1, ?2, ?3)")?
        .execute(params![position.0, school, line.notification_id])?;
    Ok(())
}

fn put_enquiries(change: &Transaction<'_>, prepared: &Prepared) -> rusqlite::Result<()> {
    let line = &prepared.facts.line;
    if line.closed.is_some() {
        return Ok(());
    }
    for enquiry in line.enquiries.iter().filter(|enquiry| enquiry.open) {
        if let Some(school) = prepared.tags.schools.get(&enquiry.id) {
            let asked = prepared.facts.asked_ms.get(&enquiry.id);
            change
                .prepare_cached("INSERT OR REPLACE INTO enquiry VALUES(?1, ?2, ?3, ?4, ?5)")?
                .execute(params![
                    enquiry.id,
                    line.line_id,
                    school,
                    asked.copied().unwrap_or_default(),
                    enquiry.deadline_ms
                ])?;
        }
    }
    Ok(())
}

/// What the clock and the post room still have to do for this line.
fn put_work(change: &Transaction<'_>, line: &Line) -> rusqlite::Result<()> {
    let rungs = line
        .live_alerts()
        .filter(|alert| alert.waits())
        .flat_map(|alert| {
            let uncalled = |rung: &&crate::wire::stored::PlannedRung| {
                line.step(&alert.id, rung.rung(), rung.due_ms).is_none()
            };
            alert.rungs.iter().filter(uncalled).map(|rung| rung.due_ms)
        });
    let routed = line.live_alerts().next().is_some();
    let asked = line
        .enquiries
        .iter()
        .filter(|enquiry| enquiry.open && !routed && line.closed.is_none())
        .map(|enquiry| enquiry.until_ms);
    for due_ms in rungs.chain(asked).collect::<BTreeSet<_>>() {
        change
            .prepare_cached("INSERT INTO timer VALUES(?1, ?2)")?
            .execute(params![line.line_id, due_ms])?;
    }
    for step in line.steps.iter().filter(|step| step.outcome.is_none()) {
        change
            .prepare_cached("INSERT OR IGNORE INTO step VALUES(?1, ?2, ?3, ?4)")?
            .execute(params![
                line.line_id,
                step.subject_id,
                i32::from(step.rung),
                step.due_ms
            ])?;
    }
    Ok(())
}

/// An alert that waits and whose ladder has reached the last rung.
fn is_on_call_sheet(line: &Line, alert: &Alert) -> bool {
    let called = |rung| {
        line.steps
            .iter()
            .any(|step| step.subject_id == alert.id && step.rung == rung)
    };
    alert.waits() && called(Rung::DutyDesk)
}

fn card_state(status: AlertStatus) -> CardState {
    match status {
        AlertStatus::Unconfirmed => CardState::Unconfirmed,
        AlertStatus::Confirmed => CardState::Confirmed,
        AlertStatus::Reopened => CardState::Reopened,
        AlertStatus::NotOurs { .. } => CardState::NotOurs,
        AlertStatus::Withdrawn => CardState::Withdrawn,
    }
}
