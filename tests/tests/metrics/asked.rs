//! What a query asks for, beside what was sent.

use rusty_promql_parser::{Expr, GroupingAction, LabelMatchOp, VectorSelector, expr};
use std::collections::{BTreeMap, BTreeSet};
use tests::collector::{Kind, Point};

/// What is there to be asked for: labels with their values, by the name of each series.
pub(super) struct Sent(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

/// Put on every series by the way that it takes.
const ON_ALL: [&str; 4] = ["instance", "job", "le", "service_name"];
/// Those of Prometheus that are used.
const FUNCTIONS: [&str; 7] = [
    "abs",
    "absent",
    "histogram_quantile",
    "increase",
    "max_over_time",
    "min_over_time",
    "rate",
];
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
        let mut asked = Asked::default();
        match expr(query) {
            Ok((rest, query)) if rest.trim().is_empty() => asked.of(&query),
            Ok((rest, _)) => return vec![format!("{rest} is no query")],
            Err(error) => return vec![error.to_string()],
        }
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
        let functions = asked.functions.iter();
        let functions = functions.filter(|name| !FUNCTIONS.contains(&name.as_str()));
        selectors
            .flat_map(|selector| self.not_there(selector))
            .chain(grouped.map(|label| format!("by the label {label}")))
            .chain(functions.map(|name| format!("the function {name}")))
            .collect()
    }

    fn not_there(&self, selector: &VectorSelector) -> Vec<String> {
        let name = selector.name.clone().unwrap_or_default();
        let Some(labels) = self.0.get(&name) else {
            return vec![name];
        };
        let matchers = selector.matchers.iter();
        let missing = matchers.filter(|matcher| {
            let is_sent = |values: &BTreeSet<String>| {
                matcher.op != LabelMatchOp::Equal || values.contains(&matcher.value)
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
    functions: Vec<String>,
}

// === impl Asked ===

impl Asked {
    fn of(&mut self, query: &Expr) {
        match query {
            Expr::Number(_) | Expr::String(_) => {}
            Expr::VectorSelector(selector) => self.selectors.push(selector.clone()),
            Expr::MatrixSelector(matrix) => self.selectors.push(matrix.selector.clone()),
            Expr::Call(call) => {
                self.functions.push(call.name.clone());
                call.args.iter().for_each(|inner| self.of(inner));
            }
            Expr::Aggregation(aggregation) => {
                let grouping = aggregation.grouping.as_ref();
                let by = grouping.filter(|one| one.action == GroupingAction::By);
                self.grouped
                    .extend(by.into_iter().flat_map(|one| one.labels.clone()));
                aggregation.param.iter().for_each(|inner| self.of(inner));
                self.of(&aggregation.expr);
            }
            Expr::Binary(binary) => {
                self.of(&binary.lhs);
                self.of(&binary.rhs);
            }
            Expr::Unary(unary) => self.of(&unary.expr),
            Expr::Paren(inner) => self.of(inner),
            Expr::Subquery(subquery) => self.of(&subquery.expr),
        }
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
        ("rat(made_up_total[1h])", "the function rat"),
        ("made_up_total }", "} is no query"),
    ] {
        assert_eq!(sent.missing(wrong), [found], "{wrong}");
    }
    assert!(!sent.missing("sum(made_up_total").is_empty());
}
