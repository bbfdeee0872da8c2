//! Quality as metrics: what was decided in the last four weeks, and what changed.
//!
//! They leave the hub, so they tell less than the report: by council only whole days, for a gauge that
//! moves by one within a minute would tell of one child, and no small counts.

use super::{
    Counts, Drift, Period, Quality,
    days::{WEEKS, day_of},
    measure::{Council, Counted, Group, before_and_recent, groups, weeks},
    withheld::without_small,
};
use clock::SharedClock;
use host::{
    report::report,
    telemetry::metrics::{Figure, gauge},
};
use std::sync::{Arc, Weak};

/// What the gauges are read from; nothing once the service has gone.
#[derive(Clone)]
struct Source {
    quality: Weak<Quality>,
    clock: SharedClock,
}

/// Registers the gauges, which are read as long as `quality` is there.
pub fn register(quality: &Arc<Quality>, clock: SharedClock) {
    let source = Source {
        quality: Arc::downgrade(quality),
        clock,
    };
    let (decisions, councils, outcomes) = (source.clone(), source.clone(), source.clone());
    gauge(
        "firstbell.matching.decisions",
        "{decision}",
        "Decisions of the matcher in the last four weeks, by force.",
        move || decisions.read(0, decided),
    );
    gauge(
        "firstbell.matching.decisions.by_council",
        "{decision}",
        "Decisions of the matcher in the four weeks that ended yesterday, by the council of residence.",
        move || councils.read(1, decided_by_council),
    );
    gauge(
        "firstbell.matching.outcomes",
        "{decision}",
        "What became of the matcher's decisions of the last four weeks.",
        move || outcomes.read(0, became),
    );
    gauge(
        "firstbell.matching.drift",
        "1",
        "Change of a share since the four weeks before, in standard errors; from 3 on it is told.",
        move || source.read(0, drifted),
    );
}

// === impl Source ===

impl Source {
    fn read(&self, days_ago: i64, tell: fn(&[Counted], &Period) -> Vec<Figure>) -> Vec<Figure> {
        let Some(quality) = self.quality.upgrade() else {
            return Vec::new();
        };
        let day = day_of(self.clock.now()).saturating_sub(days_ago);
        let period = Period::ending_with(day, WEEKS);
        match quality.count_again(&period) {
            Ok(counted) => tell(&counted, &period),
            Err(error) => {
                tracing::warn!(error = %report(&error), "quality cannot be counted now");
                Vec::new()
            }
        }
    }
}

fn decided(counted: &[Counted], period: &Period) -> Vec<Figure> {
    let mut by_force: Vec<Group> = Vec::new();
    let mut groups = groups(counted, period);
    groups.sort_by(|one, other| (&one.force, &one.model).cmp(&(&other.force, &other.model)));
    for group in groups {
        match by_force.last_mut() {
            Some(last) if (&last.force, &last.model) == (&group.force, &group.model) => {
                last.counts.add(&group.counts);
            }
            _ => by_force.push(group),
        }
    }
    let figures = |group: &Group| {
        by_identity(&group.counts).map(|figure| {
            figure
                .code("force", &group.force)
                .version("model", &group.model)
        })
    };
    by_force.iter().flat_map(figures).collect()
}

fn decided_by_council(counted: &[Counted], period: &Period) -> Vec<Figure> {
    let figures = |group: Group| {
        by_identity(&group.counts).map(|figure| {
            let figure = figure
                .code("force", &group.force)
                .version("model", &group.model);
            match &group.council {
                Council::NotKnown => figure.word("council", "not_known"),
                Council::Withheld => figure.word("council", "withheld"),
                Council::Code(code) => figure.code("council", code),
            }
        })
    };
    let groups = without_small(groups(counted, period));
    groups.into_iter().flat_map(figures).collect()
}

fn by_identity(counts: &Counts) -> [Figure; 3] {
    [
        ("sure", counts.sure),
        ("unsure", counts.unsure),
        ("none", counts.none),
    ]
    .map(|(identity, count)| Figure::of(count.into()).word("identity", identity))
}

fn became(counted: &[Counted], period: &Period) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (force, weeks) in weeks(counted) {
        let [_, counts] = before_and_recent(&weeks, period);
        let outcomes = [
            ("asked", counts.asked),
            ("asked_no", counts.asked_no),
            ("conflicting", counts.conflicting),
            ("overturned", counts.overturned),
            ("overturned_left", counts.overturned_left),
            ("misdirected", counts.misdirected),
            ("restored", counts.restored),
            ("chose_first", counts.chose_first),
            ("chose_other", counts.chose_other),
            ("chose_elsewhere", counts.chose_elsewhere),
            ("chose_no_school", counts.chose_no_school),
        ];
        figures.extend(outcomes.map(|(outcome, count)| {
            let figure = Figure::of(count.into()).code("force", &force);
            figure.word("outcome", outcome)
        }));
    }
    figures
}

/// Only where there is enough to count.
fn drifted(counted: &[Counted], period: &Period) -> Vec<Figure> {
    let mut figures = Vec::new();
    for (force, weeks) in weeks(counted) {
        let [before, recent] = before_and_recent(&weeks, period);
        for drift in Drift::between(&before, &recent).filter(Drift::is_enough) {
            let (measure, field) = drift.measure.words();
            let figure = Figure::of(drift.z())
                .code("force", &force)
                .word("measure", measure);
            figures.push(match field {
                Some(field) => figure.word("field", field),
                None => figure,
            });
        }
    }
    figures
}
