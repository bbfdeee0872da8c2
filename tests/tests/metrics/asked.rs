//! What a query asks for, beside what was sent.

use promql_parser::{
    label::MatchOp,
    parser::{self, Expr, LabelModifier, VectorSelector},
    util::{ExprVisitor, walk_expr},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    convert::Infallible,
};
use tests::collector::{Kind, Point};

/// What is there to be asked for: labels with their values, by the name of each series.
pub(super) struct Sent(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

/// Put on every series by the way that it takes.
const ON_ALL: [&str; 4] = ["instance", "job", "le", "service_name"];
/// Sent only once there is enough to compare, which one night is not.
const IN_WEEKS: (&str, [&str; 3]) = (
    "firstbell_matching_drift_ratio",
    ["force", "measure", "field"],
);

// === impl Sent ===

impl Sent {
    pub(super) fn of(points: &[Point]) -> Self {
        let mut sent: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
        for point in points {
            for name in series(point) {
                let labels = sent.entry(name).or_default();
                for (label, value) in &point.labels {
                    let values = labels.entry(label.clone()).or_default();
                    values.insert(value.clone());
                }
            }
        }
        let (name, labels) = IN_WEEKS;
        let labels = labels.map(|label| (label.to_owned(), BTreeSet::new()));
        sent.insert(name.to_owned(), labels.into());
        Self(sent)
    }

    /// What `query` asks for that nobody sends.
    pub(super) fn missing(&self, query: &str) -> Vec<String> {
        let query = match parser::parse(query) {
            Ok(query) => query,
            Err(error) => return vec![error],
        };
        let mut asked = Asked::default();
        let Ok(_) = walk_expr(&mut asked, &query);
        if asked.selectors.is_empty() {
            return vec!["nothing is asked for".to_owned()];
        }
        let known: BTreeSet<&str> = asked
            .selectors
            .iter()
            .filter_map(|selector| self.0.get(selector.name.as_deref()?))
            .flat_map(|labels| labels.keys().map(String::as_str))
            .chain(ON_ALL)
            .collect();
        let grouped = asked.grouped.iter();
        let grouped = grouped.filter(|label| !known.contains(label.as_str()));
        let selectors = asked.selectors.iter();
        selectors
            .flat_map(|selector| self.not_there(selector))
            .chain(grouped.map(|label| format!("by the label {label}")))
            .collect()
    }

    fn not_there(&self, selector: &VectorSelector) -> Vec<String> {
        let name = selector.name.clone().unwrap_or_default();
        let Some(labels) = self.0.get(&name) else {
            return vec![name];
        };
        let matchers = selector.matchers.matchers.iter();
        let missing = matchers.filter(|matcher| {
            let is_sent = |values: &BTreeSet<String>| {
                matcher.op != MatchOp::Equal || values.contains(&matcher.value)
            };
            let is_sent = labels.get(&matcher.name).is_some_and(is_sent);
            !is_sent && !ON_ALL.contains(&matcher.name.as_str())
        });
        missing
            .map(|matcher| format!("{name} with {} {}", matcher.name, matcher.value))
            .collect()
    }
}

/// As Prometheus calls what was sent by OTLP.
fn series(point: &Point) -> Vec<String> {
    let name = point.name.replace('.', "_");
    let name = match (point.unit.as_str(), point.kind) {
        ("s", _) => format!("{name}_seconds"),
        ("1", Kind::Gauge) => format!("{name}_ratio"),
        (unit, _) => {
            assert!(unit.starts_with('{'), "{name} has another unit: {unit}");
            name
        }
    };
    match point.kind {
        Kind::Gauge => vec![name],
        Kind::Total => vec![format!("{name}_total")],
        Kind::Histogram => ["bucket", "sum", "count"]
            .map(|part| format!("{name}_{part}"))
            .into(),
    }
}

#[derive(Default)]
struct Asked {
    selectors: Vec<VectorSelector>,
    grouped: Vec<String>,
}

impl ExprVisitor for Asked {
    type Error = Infallible;

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, Infallible> {
        match expr {
            Expr::VectorSelector(selector) => self.selectors.push(selector.clone()),
            Expr::MatrixSelector(matrix) => self.selectors.push(matrix.vs.clone()),
            Expr::Aggregate(aggregate) => {
                if let Some(LabelModifier::Include(labels)) = &aggregate.modifier {
                    self.grouped.extend(labels.labels.iter().cloned());
                }
            }
            _ => {}
        }
        Ok(true)
    }
}

#[test]
fn what_nobody_sends_is_found_wherever_it_is_asked_for() {
    let point = |name: &str, unit: &str, kind| Point {
        name: name.to_owned(),
        unit: unit.to_owned(),
        kind,
        labels: [("side".to_owned(), "after".to_owned())].into(),
        value: 1.0,
    };
    let sent = Sent::of(&[
        point("made.up", "{thing}", Kind::Total),
        point("made.up.time", "s", Kind::Histogram),
    ]);
    for fine in [
        "made_up_total",
        "sum by (side) (rate(made_up_time_seconds_bucket{side=\"after\"}[1h]))",
        "histogram_quantile(0.5, sum by (le) (made_up_time_seconds_bucket))",
    ] {
        assert_eq!(sent.missing(fine), [""; 0], "{fine}");
    }
    for (wrong, found) in [
        ("made_up", "made_up"),
        ("1", "nothing is asked for"),
        ("rate(made_up_time_total[1h])", "made_up_time_total"),
        ("1 + abs(made_upper_total)", "made_upper_total"),
        (
            "made_up_total{side=\"before\"}",
            "made_up_total with side before",
        ),
        (
            "made_up_total{school=~\".*\"}",
            "made_up_total with school .*",
        ),
        ("sum by (school) (made_up_total)", "by the label school"),
    ] {
        assert_eq!(sent.missing(wrong), [found], "{wrong}");
    }
    assert!(!sent.missing("sum(made_up_total").is_empty());
}
