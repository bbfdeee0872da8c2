//! Checks from history alone that somebody answers for every accepted child, and that what nobody
//! confirmed has climbed.

use super::{HubError, part};
use crate::{broker, journals::Journals};
use bus::{Feed, JournalFeed, PublicEvent};
use clock::SystemClock;
use host::config::Config;
use journal::{Position, SharedJournal, StreamName};
use prost::Message;
use proto::police::v1::{NotificationCorrected, NotificationIssued};
use schools::{domain::Accountable, views::LineFacts};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Where every accepted child stands, by history.
#[derive(Debug, Default)]
pub struct Promises {
    /// Child lines that were accepted.
    pub accepted: u64,
    /// With a coordinator of the submitting force: schools has not answered yet.
    pub in_transit: u64,
    /// With a school.
    pub routed: u64,
    /// With a coordinator.
    pub with_coordinator: u64,
    /// With a council's desk.
    pub with_council_desk: u64,
    /// Closed with a reason.
    pub closed: u64,
    /// With nobody: the promise is broken.
    pub silent: Vec<String>,
    /// Alerts past their deadline, unconfirmed, with a rung that was neither taken nor skipped.
    pub not_climbed: Vec<String>,
}

const PAGE: usize = 1_000;

/// A rung that was due this shortly before the last event was still in hand when the hub ended.
const IN_HAND_MS: i64 = 60_000;

// === impl Promises ===

impl Promises {
    /// Reads the journals of a hub that is not running.
    pub async fn check(config: &Config) -> Result<Self, HubError> {
        let name = broker::name(&config.nats);
        let journals = Journals::new(config, name, Arc::new(SystemClock)).await;
        let journals = journals.map_err(part("what holds its journals"))?;
        let police = journals.open_there("police").await;
        let police = police.map_err(part("a journal"))?;
        let schools = journals.open_there("schools").await;
        let schools = schools.map_err(part("a journal"))?;
        let promises = Self::of(police.shared(), &schools.shared()).await;
        police.close().await;
        schools.close().await;
        promises
    }

    async fn of(police: SharedJournal, schools: &SharedJournal) -> Result<Self, HubError> {
        let mut promises = Self::default();
        let mut lines = lines_of(schools).await?;
        for line_id in accepted(police).await? {
            promises.accepted += 1;
            match lines.remove(&line_id) {
                Some(facts) => promises.count(line_id, &facts),
                None => promises.in_transit += 1,
            }
        }
        Ok(promises)
    }

    /// Whether both promises were kept.
    pub fn is_kept(&self) -> bool {
        self.silent.is_empty() && self.not_climbed.is_empty()
    }

    /// For programs.
    pub fn to_json(&self) -> Value {
        json!({"children": {
            "accepted": self.accepted, "in_transit": self.in_transit, "routed": self.routed,
            "with_coordinator": self.with_coordinator,
            "council_desk": self.with_council_desk, "closed": self.closed,
            "silent": self.silent, "not_climbed": self.not_climbed,
        }})
    }

    /// For people.
    pub fn rows(&self) -> Vec<Vec<String>> {
        let row = |found: String| vec!["children".to_owned(), found];
        let mut rows = vec![row(format!(
            "{} accepted: {} routed, {} with a coordinator, {} with a council desk, {} closed, \
             {} in transit, {} with nobody",
            self.accepted,
            self.routed,
            self.with_coordinator,
            self.with_council_desk,
            self.closed,
            self.in_transit,
            self.silent.len()
        ))];
        let broken = self
            .silent
            .iter()
            .map(|id| format!("line {id} is with nobody"));
        let stuck = self
            .not_climbed
            .iter()
            .map(|id| format!("alert {id} is past its deadline and did not climb"));
        rows.extend(broken.chain(stuck).map(row));
        rows
    }

    fn count(&mut self, line_id: String, facts: &(LineFacts, i64)) {
        use proto::schools::v1::Desk;
        let (facts, last_ms) = facts;
        match facts.accountable() {
            Accountable::School => self.routed += 1,
            Accountable::Desk(Desk::Council, _) => self.with_council_desk += 1,
            Accountable::Desk(..) => self.with_coordinator += 1,
            Accountable::Closed(_) => self.closed += 1,
            Accountable::Nobody => self.silent.push(line_id),
        }
        let line = &facts.line;
        for alert in line.live_alerts().filter(|alert| alert.waits()) {
            let climbed = alert.rungs.iter().all(|rung| {
                rung.due_ms > last_ms.saturating_sub(IN_HAND_MS)
                    || line.step(&alert.id, rung.rung(), rung.due_ms).is_some()
            });
            if !climbed {
                self.not_climbed.push(alert.id.clone());
            }
        }
    }
}

/// Ids of all accepted child lines, from what the police service published.
async fn accepted(journal: SharedJournal) -> Result<BTreeSet<String>, HubError> {
    let feed = JournalFeed::new("police", journal, police::message);
    let mut lines = BTreeSet::new();
    let mut after = 0;
    loop {
        let page = feed.read(after, PAGE).await.map_err(part("a journal"))?;
        let Some(last) = page.last() else {
            return Ok(lines);
        };
        after = last.sequence;
        lines.extend(page.iter().flat_map(line_ids));
    }
}

fn line_ids(event: &PublicEvent) -> Vec<String> {
    let payload = &*event.payload;
    let children = match event.kind.as_str() {
        "firstbell.v1.police.notification.issued" => NotificationIssued::decode(payload)
            .ok()
            .and_then(|issued| issued.notification)
            .map(|notification| notification.children),
        "firstbell.v1.police.notification.corrected" => NotificationCorrected::decode(payload)
            .ok()
            .map(|corrected| corrected.children),
        _ => None,
    };
    let children = children.unwrap_or_default();
    children.into_iter().map(|child| child.line_id).collect()
}

/// Every line's facts, with the time of the journal's last event, milliseconds since 1970 UTC.
async fn lines_of(journal: &SharedJournal) -> Result<BTreeMap<String, (LineFacts, i64)>, HubError> {
    let mut streams = BTreeSet::new();
    let mut after = Position::START;
    let mut last_ms = 0;
    loop {
        let page = journal
            .read_all(after, PAGE)
            .await
            .map_err(part("a journal"))?;
        let Some(last) = page.last() else { break };
        after = last.position;
        for event in &page {
            last_ms = last_ms.max(event.recorded_at().as_millisecond());
            if event.frame.stream.starts_with("line-") {
                streams.insert(event.frame.stream.clone());
            }
        }
    }
    let mut lines = BTreeMap::new();
    for stream in streams {
        let Some(line_id) = stream.strip_prefix("line-").map(str::to_owned) else {
            continue;
        };
        let name = StreamName::parse(stream).map_err(part("a stream name"))?;
        let history = journal.read(&name).await.map_err(part("a journal"))?;
        let facts = LineFacts::fold(&history).map_err(part("a line's history"))?;
        lines.insert(line_id, (facts, last_ms));
    }
    Ok(lines)
}
