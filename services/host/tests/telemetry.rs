//! Spans and metrics reach a real collector, and the spans of the carrier itself do not.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use host::{
    config::{LogFormat, Telemetry},
    telemetry::{
        self, TelemetryError, current_traceparent,
        metrics::{Figure, gauge},
    },
};
use opentelemetry_proto::tonic::{
    collector::{
        metrics::v1::{
            ExportMetricsServiceRequest, ExportMetricsServiceResponse,
            metrics_service_server::{MetricsService, MetricsServiceServer},
        },
        trace::v1::{
            ExportTraceServiceRequest, ExportTraceServiceResponse,
            trace_service_server::{TraceService, TraceServiceServer},
        },
    },
    metrics::v1::{Metric, metric::Data, number_data_point::Value},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

#[derive(Clone, Default)]
struct Collector {
    names: Arc<Mutex<Vec<String>>>,
    metrics: Arc<Mutex<Vec<Metric>>>,
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let resources = request.into_inner().resource_spans.into_iter();
        let scopes = resources.flat_map(|resource| resource.scope_spans);
        let names = scopes.flat_map(|scope| scope.spans).map(|span| span.name);
        self.names.lock().unwrap().extend(names);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let resources = request.into_inner().resource_metrics.into_iter();
        let scopes = resources.flat_map(|resource| resource.scope_metrics);
        let metrics = scopes.flat_map(|scope| scope.metrics);
        self.metrics.lock().unwrap().extend(metrics);
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

/// The value and the labels' keys of each point of each gauge.
fn points(metrics: &[Metric]) -> Vec<(&str, f64, BTreeSet<&str>)> {
    let mut points = Vec::new();
    for metric in metrics {
        let Some(Data::Gauge(gauge)) = &metric.data else {
            continue;
        };
        for point in &gauge.data_points {
            let Some(Value::AsDouble(value)) = point.value else {
                continue;
            };
            let labels = point.attributes.iter().map(|label| label.key.as_str());
            points.push((metric.name.as_str(), value, labels.collect()));
        }
    }
    points
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_and_figures_are_sent_once_and_make_no_more_of_themselves() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = Telemetry {
        otlp_endpoint: format!("http://{}", listener.local_addr().unwrap()),
        log_format: LogFormat::Json,
        log_filter: "info".to_owned(),
    };
    let collector = Collector::default();
    let incoming = TcpListenerStream::new(listener);
    let server = tonic::transport::Server::builder()
        .add_service(TraceServiceServer::new(collector.clone()))
        .add_service(MetricsServiceServer::new(collector.clone()));
    tokio::spawn(server.serve_with_incoming(incoming));

    let guard = telemetry::start(&settings, "firstbell").unwrap();
    assert!(matches!(
        telemetry::start(&settings, "firstbell"),
        Err(TelemetryError::Twice(_))
    ));
    let traced = tracing::info_span!("work").in_scope(current_traceparent);
    assert!(traced.unwrap().ends_with("-01"));
    drop(tracing::info_span!(target: "h2::client", "carrier"));
    drop(tracing::info_span!(target: "tonic::transport", "carrier"));
    gauge("made.up", "{child}", "Made-up children.", || {
        vec![Figure::of(3.0).word("state", "well").code("force", "43")]
    });
    guard.finish().await;
    assert_eq!(*collector.names.lock().unwrap(), ["work"]);
    let metrics = collector.metrics.lock().unwrap();
    let labels = BTreeSet::from(["state", "force"]);
    assert_eq!(points(&metrics), [("made.up", 3.0, labels)]);
}
