//! Learns how the matcher should weigh: from the reports of this hub, its rolls, and what people
//! decided. Nothing changes by it; what comes of it is numbers, and nothing is kept of the reports.
//!
//! In reading order: [`said`] hears people in a line's history; this file collects the reports and
//! has them learnt from; [`report`] says what the learnt weights would change.

pub mod report;
mod said;

use crate::{
    domain::{Line, LineDecider, LineEvent},
    lines::Lines,
    reference::Reference,
    routing::{RouteError, Router},
    views::{View, ViewError},
};
use journal::{
    ReadError,
    decider::{EventSet, fold},
};
use matching::{Chance, Lessons, Model, Query, Roll, Settings, Told};
use proto::schools::v1::{ClosedReason, SchoolRef};
use report::Report;
use said::Said;
use std::sync::Arc;

/// Most reports that are learnt from: those of the children who came last.
const MOST_REPORTS: usize = 5_000;

/// Collects the reports that can be learnt from.
pub struct Collector<'a> {
    /// Opens what a report says of a child.
    pub router: &'a Router,
    /// Has every line's history.
    pub lines: &'a Lines,
    /// Knows which lines there are.
    pub view: &'a View,
}

/// One report, with what people said of it since.
pub struct Lesson {
    query: Query,
    told: Told,
}

/// What was learnt.
pub struct Learnt {
    /// The weights.
    pub model: Model,
    /// What they would change.
    pub report: Report,
}

/// Why reports could not be collected now.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Which lines there are is not known.
    #[error("list the reports to learn from")]
    View(#[from] ViewError),
    /// A line's history could not be read.
    #[error("read what was decided of a report")]
    Read(#[from] ReadError),
    /// What a report says could not be opened.
    #[error("open a report to learn from")]
    Open(#[from] RouteError),
}

// === impl Collector ===

impl Collector<'_> {
    /// The latest reports: neither withdrawn nor erased.
    pub async fn collect(&self) -> Result<Vec<Lesson>, CollectError> {
        let mut lessons = Vec::new();
        for line_id in self.view.latest_lines(MOST_REPORTS)? {
            lessons.extend(self.lesson(&line_id).await?);
        }
        Ok(lessons)
    }

    async fn lesson(&self, line_id: &str) -> Result<Option<Lesson>, CollectError> {
        let Some(stream) = Lines::stream(line_id) else {
            return Ok(None);
        };
        let history = self.lines.journal.read(&stream).await?;
        let line = fold::<LineDecider>(&history)?;
        if line.closed == Some(ClosedReason::Withdrawn) {
            return Ok(None);
        }
        let events = history.iter().filter_map(|recorded| {
            let frame = &recorded.frame;
            let event = LineEvent::decode(&frame.r#type, frame.version, &frame.payload)?;
            Some((event, recorded.causation()))
        });
        let said = events.fold(Said::default(), |said, (event, cause)| {
            said.hear(&event, cause)
        });
        self.opened(&line, said).await
    }

    async fn opened(&self, line: &Line, said: Said) -> Result<Option<Lesson>, CollectError> {
        let Some(query) = self.router.report(line).await? else {
            return Ok(None);
        };
        let mut told = Told {
            nowhere: said.nowhere,
            ..Told::default()
        };
        for (school, has_child) in said.schools {
            let opened = self.lines.seals.open(Some(&school)).await;
            let school: Option<SchoolRef> = opened.map_err(RouteError::Open)?;
            let urn = school.and_then(|school| school.urn.parse().ok());
            if let Some(urn) = urn {
                // Whoever spoke last of a school is right.
                told.at.retain(|at| *at != urn);
                told.never_at.retain(|never| *never != urn);
                if has_child {
                    told.at.push(urn);
                } else {
                    told.never_at.push(urn);
                }
            }
        }
        Ok(Some(Lesson { query, told }))
    }
}

/// Learns weights, and compares them with those in use. Takes seconds to minutes; the rolls are never
/// held for longer than one report takes.
pub fn learn(reference: &Arc<Reference>, lessons: &[Lesson], in_use: &Settings) -> Learnt {
    let standard = Model::default();
    let mut chance = Chance::new(&standard);
    for lesson in lessons {
        chance.count(&reference.roll(), &lesson.query);
    }
    let mut read = Lessons::after(chance);
    for lesson in lessons {
        read.read(&reference.roll(), &lesson.query, &lesson.told);
    }
    let rows = reference.roll().len();
    let model = read.learn(rows).no_bolder_than(&standard);
    let learnt = Settings {
        model: model.clone(),
        ..in_use.clone()
    };
    let mut report = Report::between(in_use, &learnt, rows);
    for lesson in lessons {
        let roll: &Roll = &reference.roll();
        report.compare(roll, &lesson.query, &lesson.told, in_use, &learnt);
    }
    Learnt { model, report }
}
