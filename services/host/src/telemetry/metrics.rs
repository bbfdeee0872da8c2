//! Figures of the running process: most are read, by whoever knows them, when they are collected.
//!
//! What is kept anyway is read from there ([`gauge`], [`total`]), so that nothing that is heard or
//! replayed a second time counts twice. What happens and is not kept ([`counter`], [`histogram`]) is
//! told once, as it happens. Without a collector nothing is ever read or sent. Figures leave the hub,
//! so what a figure is about is said in words of our own and in codes of forces and councils:
//! [`Figure`] takes nothing else.

use super::TelemetryError;
use opentelemetry::{KeyValue, global, metrics::AsyncInstrument};
use opentelemetry_otlp::{MetricExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider};

/// A value with what it is about.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    value: f64,
    labels: Vec<KeyValue>,
}

/// Counts what happens.
#[derive(Clone, Debug)]
pub struct Counter(opentelemetry::metrics::Counter<f64>);

/// Tells how values spread.
#[derive(Clone, Debug)]
pub struct Histogram(opentelemetry::metrics::Histogram<f64>);

/// Who says all of them.
const METER: &str = "firstbell";
/// The longest version of anything that is a label.
const LONGEST_VERSION: usize = 32;
/// Stands for what must not be a label.
const OTHER: &str = "other";

/// Registers a gauge for the life of the process. `read` is called on a thread of its own, once a
/// minute (or as often as `OTEL_METRIC_EXPORT_INTERVAL` says), and may block; what it leaves out is
/// not sent.
pub fn gauge(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    read: impl Fn() -> Vec<Figure> + Send + Sync + 'static,
) {
    let _ = global::meter(METER)
        .f64_observable_gauge(name)
        .with_unit(unit)
        .with_description(about)
        .with_callback(move |gauge| observe(gauge, read()))
        .build();
}

/// As [`gauge`], for what only ever grows: `read` gives how much there has been altogether.
pub fn total(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    read: impl Fn() -> Vec<Figure> + Send + Sync + 'static,
) {
    let _ = global::meter(METER)
        .f64_observable_counter(name)
        .with_unit(unit)
        .with_description(about)
        .with_callback(move |total| observe(total, read()))
        .build();
}

/// Counts what happens from now on.
pub fn counter(name: &'static str, unit: &'static str, about: &'static str) -> Counter {
    let meter = global::meter(METER);
    let counter = meter.f64_counter(name).with_unit(unit);
    Counter(counter.with_description(about).build())
}

/// Tells how what happens from now on spreads over values up to each of `bounds`, which increase.
pub fn histogram(
    name: &'static str,
    unit: &'static str,
    about: &'static str,
    bounds: &[f64],
) -> Histogram {
    let meter = global::meter(METER);
    let histogram = meter.f64_histogram(name).with_unit(unit);
    let histogram = histogram.with_description(about);
    Histogram(histogram.with_boundaries(bounds.to_vec()).build())
}

fn observe(instrument: &dyn AsyncInstrument<f64>, figures: Vec<Figure>) {
    for figure in figures {
        instrument.observe(figure.value, &figure.labels);
    }
}

pub(super) fn start(
    endpoint: &str,
    resource: Resource,
) -> Result<Option<SdkMeterProvider>, TelemetryError> {
    if endpoint.is_empty() {
        return Ok(None);
    }
    let exporter = MetricExporter::builder()
        .with_tonic()
        .with_endpoint(endpoint)
        .build()
        .map_err(TelemetryError::Collector)?;
    let provider = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_periodic_exporter(exporter)
        .build();
    global::set_meter_provider(provider.clone());
    Ok(Some(provider))
}

// === impl Counter ===

impl Counter {
    /// It happened so many more times.
    pub fn add(&self, figure: Figure) {
        self.0.add(figure.value, &figure.labels);
    }
}

// === impl Histogram ===

impl Histogram {
    /// It came to this value, once.
    pub fn record(&self, figure: Figure) {
        self.0.record(figure.value, &figure.labels);
    }
}

// === impl Figure ===

impl Figure {
    /// A value about nothing in particular yet.
    pub fn of(value: f64) -> Self {
        Self {
            value,
            labels: Vec::new(),
        }
    }

    /// So many of something.
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact up to 2^53, which is more than there will be of anything"
    )]
    pub fn count(count: u64) -> Self {
        Self::of(count as f64)
    }

    /// About what a word of our own names.
    #[must_use]
    pub fn word(self, label: &'static str, word: &'static str) -> Self {
        self.with(KeyValue::new(label, word))
    }

    /// About a force or council, by its code of two or three digits. Anything else, such as a school's
    /// number, is sent as `other`.
    #[must_use]
    pub fn code(self, label: &'static str, code: &str) -> Self {
        let is_code = matches!(code.len(), 2 | 3) && code.bytes().all(|c| c.is_ascii_digit());
        let code = if is_code { code } else { OTHER };
        self.with(KeyValue::new(label, code.to_owned()))
    }

    /// About a version such as `standard-2`: a small letter, then up to 31 of `a-z`, `0-9`, `.` and
    /// `-`. Anything else is sent as `other`.
    #[must_use]
    pub fn version(self, label: &'static str, version: &str) -> Self {
        let allowed = |c: u8| matches!(c, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
        let is_version = version.starts_with(|c: char| c.is_ascii_lowercase())
            && version.len() <= LONGEST_VERSION
            && version.bytes().all(allowed);
        let version = if is_version { version } else { OTHER };
        self.with(KeyValue::new(label, version.to_owned()))
    }

    fn with(mut self, label: KeyValue) -> Self {
        self.labels.push(label);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_an_organisations_code_or_a_version_or_other() {
        let figure = Figure::of(1.0)
            .code("force", "43")
            .code("council", "825")
            .code("school", "900001")
            .code("name", "Testy McTestface")
            .version("model", "standard-2")
            .version("number", "900001")
            .version("upn", "Testy McTestface");
        let labels = [
            ("force", "43"),
            ("council", "825"),
            ("school", OTHER),
            ("name", OTHER),
            ("model", "standard-2"),
            ("number", OTHER),
            ("upn", OTHER),
        ];
        let labels = labels.map(|(label, value)| KeyValue::new(label, value));
        assert_eq!(figure.labels, labels);
    }
}
