//! Keeps the view up with the journal.

mod decided;
mod figures;
mod forget;
mod known;
mod rows;

use super::{LineFacts, View, ViewError};
use crate::seals::Seals;
use decided::Choice;
use figures::Figures;
use forget::Heard;
use futures::{StreamExt, pin_mut, stream::FuturesUnordered};
use host::{report::report, telemetry};
use journal::{Position, ReadError, Recorded, SharedJournal, StreamName, follow::follow};
use keys::{KeyError, OpenError};
use known::{Known, Shown};
use proto::{
    police::v1::{ChildIdentity, SharedContent},
    schools::v1::{CouncilRef, SchoolRef},
};
use rows::Rows;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::{task::JoinError, time::MissedTickBehavior};
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
    #[error("ask which keys were destroyed")]
    Keys(#[from] KeyError),
    #[error("hear which keys are destroyed")]
    Deaf,
    #[error("write the view")]
    View(#[from] ViewError),
    #[error("finish writing the view")]
    Thread(#[from] JoinError),
}

/// A line with its rows' keys, ready to be written.
struct Prepared {
    /// The last event that touched it.
    position: Position,
    stream: StreamName,
    facts: LineFacts,
    tags: Tags,
    rows: Rows,
    /// As they are in the view, where that is known.
    before: Option<Rows>,
}

/// A line that something happened to, as it was shown before, and what happened.
type Touched<'a> = (StreamName, Option<Shown>, Vec<&'a Recorded>);

#[derive(Default)]
struct Tags {
    child: Option<String>,
    parties: BTreeSet<String>,
    desk_council: Option<String>,
    schools: BTreeMap<String, String>,
    councils: BTreeMap<String, String>,
    residence: Option<String>,
    choices: Vec<Option<Choice>>,
}

const PAUSE: Duration = Duration::from_millis(500);
/// How soon the ledger of destroyed keys is read again, where a line could not be written anew.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// How many changes a school's live stream can be resumed over.
const CHANGES_KEPT: u64 = 1_000_000;
/// After so many positions the changes that are too old are looked for and dropped.
const DROP_EVERY: u64 = 50_000;
/// Lines that are read and opened at the same time.
const SIDE_BY_SIDE: usize = 16;

// === impl Projector ===

impl Projector {
    /// Runs until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let _ended = self.view.ended().clone().drop_guard();
        let mut destroyed = self.seals.sealer().keys().destroyed();
        let mut known = Known::default();
        let figures = Figures::since(*self.journal.head().borrow());
        // Before the start nobody heard what was destroyed.
        let mut missed = true;
        let mut again = tokio::time::interval(LOOK_AGAIN);
        again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !stop.is_cancelled() {
            let from = *self.view.shown().borrow();
            let pages = follow(self.journal.clone(), from);
            pin_mut!(pages);
            loop {
                // Until somebody tells again, the ledger is looked at from time to time.
                missed |= destroyed.is_closed();
                let done = tokio::select! {
                    () = stop.cancelled() => return,
                    _ = again.tick(), if missed => {
                        if destroyed.is_closed() {
                            destroyed = self.seals.sealer().keys().destroyed();
                        }
                        let is_done = self.forget_missed(&mut known).await;
                        missed = !is_done;
                        Ok(())
                    }
                    heard = destroyed.recv(), if !destroyed.is_closed() => {
                        let heard = self.forget_heard(heard, &mut known).await;
                        if !matches!(heard, Ok(Heard::All)) {
                            missed = true;
                            again.reset_immediately();
                        }
                        heard.map(|_| ())
                    }
                    page = pages.next() => match page {
                        Some(Ok(page)) => self.project(&page, &mut known, &figures).await,
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

    async fn project(
        &self,
        page: &[Recorded],
        known: &mut Known,
        figures: &Figures,
    ) -> Result<(), ProjectError> {
        let Some(last) = page.last().map(|event| event.position) else {
            return Ok(());
        };
        let mut touched: BTreeMap<&str, Vec<&Recorded>> = BTreeMap::new();
        for event in page {
            if event.frame.stream.starts_with("line-") {
                touched.entry(&event.frame.stream).or_default().push(event);
            }
        }
        let lines = touched.into_iter().filter_map(|(stream, events)| {
            let before = known.take(stream, &events);
            Some((StreamName::parse(stream).ok()?, before, events))
        });
        let lines: Vec<_> = lines.collect();
        let prepared = self.prepare_all(lines).await?;
        let written = self.write(last, prepared).await?;
        let schools = written.iter().flat_map(|line| line.tags.schools.values());
        self.view.show(last, schools);
        page.iter().for_each(trace);
        figures.tell(page, &written, &self.seals).await;
        for line in written {
            let stream = line.stream.as_str().to_owned();
            known.keep(stream, Shown::new(line.facts, line.rows));
        }
        Ok(())
    }

    /// Some at a time: all of a page, begun before any has come to something, are megabytes.
    async fn prepare_all(&self, lines: Vec<Touched<'_>>) -> Result<Vec<Prepared>, ProjectError> {
        let mut lines = lines.into_iter();
        let mut under_way = FuturesUnordered::new();
        let mut prepared = Vec::with_capacity(lines.len());
        loop {
            let room = SIDE_BY_SIDE - under_way.len();
            let next = lines.by_ref().take(room);
            under_way.extend(
                next.map(|(stream, before, events)| self.prepare_to_show(stream, before, events)),
            );
            match under_way.next().await {
                Some(line) => prepared.extend(line?),
                None => return Ok(prepared),
            }
        }
    }

    /// None where the line cannot be read, which must not keep all others from being shown.
    async fn prepare_to_show(
        &self,
        stream: StreamName,
        before: Option<Shown>,
        events: Vec<&Recorded>,
    ) -> Result<Option<Prepared>, ProjectError> {
        let position = events.last().map_or(Position::START, |last| last.position);
        let (facts, rows) = if let Some(Shown { mut facts, rows }) = before {
            (facts.go_on(events).map(|()| facts), rows)
        } else {
            let history = self.journal.read(&stream).await;
            (history.and_then(|history| LineFacts::fold(&history)), None)
        };
        match facts {
            Ok(facts) => Ok(Some(self.prepare(stream, position, facts, rows).await?)),
            Err(error @ ReadError::Corrupt(_)) => {
                tracing::error!(%error, %stream, "a line cannot be shown");
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn prepare(
        &self,
        stream: StreamName,
        position: Position,
        facts: LineFacts,
        before: Option<Rows>,
    ) -> Result<Prepared, ProjectError> {
        let tags = self.tags(&facts).await?;
        Ok(Prepared {
            position,
            stream,
            rows: Rows::of(&facts, &tags),
            before,
            facts,
            tags,
        })
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
        tags.residence = self.residence(facts).await?;
        tags.choices = self.choices(facts).await?;
        Ok(tags)
    }

    async fn council(
        &self,
        area: Option<&proto::sealing::Sealed>,
    ) -> Result<Option<String>, OpenError> {
        let council: Option<CouncilRef> = self.seals.open_to_show(area).await?;
        Ok(council.map(|council| self.seals.council_tag(&council.code)))
    }

    /// Writes on a thread that may block; gives the lines back once they are shown to readers.
    async fn write(
        &self,
        last: Position,
        lines: Vec<Prepared>,
    ) -> Result<Vec<Prepared>, ProjectError> {
        let view = Arc::clone(&self.view);
        let work = move || write(&view, last, &lines).map(|()| lines);
        Ok(tokio::task::spawn_blocking(work).await??)
    }
}

/// The end of what a notification set off: from here on a school's live stream has the alert.
fn trace(shown: &Recorded) {
    let frame = &shown.frame;
    if frame.r#type == "schools.alert_raised" && !frame.traceparent.is_empty() {
        telemetry::set_remote_parent(&tracing::info_span!("show"), &frame.traceparent);
    }
}

fn write(view: &View, last: Position, lines: &[Prepared]) -> Result<(), ViewError> {
    let mut writer = view.writer();
    let change = writer.transaction()?;
    for line in lines {
        rows::replace(&change, line)?;
    }
    change.execute(
        "INSERT INTO cursor VALUES(1, ?1)
         ON CONFLICT DO UPDATE SET position = excluded.position",
        [last.0],
    )?;
    let before = view.shown().borrow().0;
    if before / DROP_EVERY != last.0 / DROP_EVERY {
        change.execute(
            "DELETE FROM change WHERE position < ?1",
            [last.0.saturating_sub(CHANGES_KEPT)],
        )?;
    }
    Ok(change.commit()?)
}
