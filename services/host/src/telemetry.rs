//! Logs, traces and metrics.
//!
//! Logs go to stderr as text or JSON lines. Every request has a trace id; spans and metrics are sent
//! to a collector only where one is configured. None of them ever holds a request, an answer, or
//! anything about a person: ids, codes and counts only.

pub mod metrics;
mod propagate;

pub use propagate::{current_traceparent, set_remote_parent};

use crate::config::{LogFormat, Telemetry};
use opentelemetry::{KeyValue, trace::TracerProvider as _};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, metrics::SdkMeterProvider, trace::SdkTracerProvider};
use std::io::IsTerminal;
use thiserror::Error;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::FilterFn,
    layer::SubscriberExt,
    util::{SubscriberInitExt, TryInitError},
};

/// Libraries that carry the spans to the collector: their own spans would make more of them.
const CARRIERS: [&str; 6] = [
    "h2",
    "hyper",
    "hyper_util",
    "opentelemetry",
    "tonic",
    "tower",
];

/// Keeps the pipeline alive. Call [`Guard::finish`] before the process ends.
#[derive(Debug)]
pub struct Guard {
    spans: SdkTracerProvider,
    /// None where there is no collector.
    metrics: Option<SdkMeterProvider>,
}

/// Why logs, traces and metrics could not be set up.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The log filter cannot be read.
    #[error("read the log filter `telemetry.log_filter`, e.g. \"info\" or \"info,police=debug\"")]
    Filter(#[source] tracing_subscriber::filter::ParseError),
    /// The collector's address cannot be used.
    #[error("use the collector named by `telemetry.otlp_endpoint`, e.g. \"http://127.0.0.1:4317\"")]
    Collector(#[source] opentelemetry_otlp::ExporterBuildError),
    /// Something else in this process has set up logs before.
    #[error("set up logs a second time")]
    Twice(#[source] TryInitError),
}

/// Sets up logs, traces and metrics of the whole process. Must be called within the runtime, once, and
/// before anybody registers a metric. `service` is what a collector knows the process by, e.g. `police`.
pub fn start(settings: &Telemetry, service: &'static str) -> Result<Guard, TelemetryError> {
    let filter = EnvFilter::try_new(&settings.log_filter).map_err(TelemetryError::Filter)?;
    let resource = resource(service);
    let spans = tracer(settings, resource.clone())?;
    let layer = tracing_opentelemetry::layer()
        .with_tracer(spans.tracer("firstbell"))
        .with_filter(FilterFn::new(|about| !is_carrier(about.target())));
    Registry::default()
        .with(logs(settings.log_format).with_filter(filter))
        .with(layer)
        .try_init()
        .map_err(TelemetryError::Twice)?;
    let metrics = metrics::start(&settings.otlp_endpoint, resource)?;
    Ok(Guard { spans, metrics })
}

fn logs<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    }
}

fn tracer(settings: &Telemetry, resource: Resource) -> Result<SdkTracerProvider, TelemetryError> {
    let builder = SdkTracerProvider::builder().with_resource(resource);
    if settings.otlp_endpoint.is_empty() {
        return Ok(builder.build());
    }
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(&settings.otlp_endpoint)
        .build()
        .map_err(TelemetryError::Collector)?;
    Ok(builder.with_batch_exporter(exporter).build())
}

/// What the collector knows this process by.
fn resource(service: &'static str) -> Resource {
    let namespace = KeyValue::new("service.namespace", "firstbell");
    let builder = Resource::builder().with_service_name(service);
    builder.with_attribute(namespace).build()
}

fn is_carrier(target: &str) -> bool {
    let library = target.split("::").next().unwrap_or(target);
    CARRIERS.contains(&library) || library.starts_with("opentelemetry")
}

// === impl Guard ===

impl Guard {
    /// Collects metrics once more and sends what is left, within some seconds. A collector that cannot
    /// be reached loses its spans and figures, nothing else.
    pub async fn finish(self) {
        let shut_down = move || {
            let _ = self.spans.shutdown();
            if let Some(metrics) = self.metrics {
                let _ = metrics.shutdown();
            }
        };
        // It waits for the runtime that carries them, so it must not hold it up.
        let _ = tokio::task::spawn_blocking(shut_down).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_what_carries_spans_are_left_out() {
        for target in [
            "h2::codec",
            "hyper_util",
            "tonic::transport",
            "opentelemetry_sdk",
        ] {
            assert!(is_carrier(target));
        }
        assert!(!is_carrier("police::api"));
        assert!(!is_carrier("host::server"));
    }
}
