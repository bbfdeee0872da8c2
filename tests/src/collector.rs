//! A real collector of metrics and spans, as dashboards are fed by.

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
    common::v1::{KeyValue, any_value},
    metrics::v1::{
        HistogramDataPoint, Metric, NumberDataPoint, metric::Data, number_data_point::Value,
    },
};
use prost::Message;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status, transport::Server};

/// A collector that runs until the story ends.
#[derive(Clone)]
pub struct Collector {
    endpoint: String,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
struct Received {
    metrics: Vec<Metric>,
    spans: Vec<Span>,
    bytes: Vec<u8>,
}

/// One value of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Of which metric.
    pub name: String,
    /// Its unit, e.g. `s` or `{event}`.
    pub unit: String,
    /// What kind of metric it is.
    pub kind: Kind,
    /// What it is about.
    pub labels: BTreeMap<String, String>,
    /// How much; of a histogram, how many.
    pub value: f64,
}

/// What kind of metric something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Goes up and down.
    Gauge,
    /// Only ever grows.
    Total,
    /// Tells how values spread.
    Histogram,
}

/// One span.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Which process did it.
    pub service: String,
    /// What was done.
    pub name: String,
    /// Of which trace, 32 hexadecimal digits.
    pub trace: String,
    /// Its attributes as texts.
    pub about: BTreeMap<String, String>,
}

// === impl Collector ===

impl Collector {
    /// Listens on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let collector = Self {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            received: Arc::default(),
        };
        let server = Server::builder()
            .add_service(MetricsServiceServer::new(collector.clone()))
            .add_service(TraceServiceServer::new(collector.clone()));
        let incoming = TcpListenerStream::new(listener);
        tokio::spawn(server.serve_with_incoming(incoming));
        collector
    }

    /// Where it listens.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Every span that was sent.
    pub fn spans(&self) -> Vec<Span> {
        self.received.lock().unwrap().spans.clone()
    }

    /// Every value that was sent.
    pub fn points(&self) -> Vec<Point> {
        let received = self.received.lock().unwrap();
        received.metrics.iter().flat_map(points).collect()
    }

    /// Everything that was sent, byte for byte.
    pub fn bytes(&self) -> Vec<u8> {
        self.received.lock().unwrap().bytes.clone()
    }
}

fn points(metric: &Metric) -> Vec<Point> {
    let point = |kind, labels: &[KeyValue], value| Point {
        name: metric.name.clone(),
        unit: metric.unit.clone(),
        kind,
        labels: labels.iter().map(label).collect(),
        value,
    };
    let number = |kind, number: &NumberDataPoint| match number.value {
        Some(Value::AsDouble(value)) => point(kind, &number.attributes, value),
        other => panic!("a number of another kind: {other:?}"),
    };
    match &metric.data {
        Some(Data::Gauge(gauge)) => {
            let all = gauge.data_points.iter();
            all.map(|one| number(Kind::Gauge, one)).collect()
        }
        Some(Data::Sum(sum)) => {
            assert!(sum.is_monotonic, "{} may shrink", metric.name);
            let all = sum.data_points.iter();
            all.map(|one| number(Kind::Total, one)).collect()
        }
        Some(Data::Histogram(histogram)) => {
            let all = histogram.data_points.iter();
            let point = |one: &HistogramDataPoint| {
                let count = u32::try_from(one.count).unwrap();
                point(Kind::Histogram, &one.attributes, count.into())
            };
            all.map(point).collect()
        }
        other => panic!("a metric of another kind: {other:?}"),
    }
}

fn span(service: &str, span: opentelemetry_proto::tonic::trace::v1::Span) -> Span {
    let about = |one: &KeyValue| {
        let value = one.value.as_ref().and_then(|value| value.value.clone());
        let text = match value {
            Some(any_value::Value::StringValue(text)) => text,
            other => format!("{other:?}"),
        };
        (one.key.clone(), text)
    };
    Span {
        service: service.to_owned(),
        trace: journal::id::hex(&span.trace_id),
        about: span.attributes.iter().map(about).collect(),
        name: span.name,
    }
}

fn label(label: &KeyValue) -> (String, String) {
    let value = label.value.as_ref().and_then(|value| value.value.as_ref());
    match value {
        Some(any_value::Value::StringValue(value)) => (label.key.clone(), value.clone()),
        other => panic!("a label of another kind: {other:?}"),
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        let request = request.into_inner();
        let mut received = self.received.lock().unwrap();
        received.bytes.extend(request.encode_to_vec());
        let resources = request.resource_metrics.into_iter();
        let scopes = resources.flat_map(|resource| resource.scope_metrics);
        let metrics = scopes.flat_map(|scope| scope.metrics);
        received.metrics.extend(metrics);
        Ok(Response::new(ExportMetricsServiceResponse::default()))
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        let request = request.into_inner();
        let mut received = self.received.lock().unwrap();
        received.bytes.extend(request.encode_to_vec());
        for resource in request.resource_spans {
            let about = resource.resource.unwrap_or_default().attributes;
            let name = about.iter().find(|one| one.key == "service.name");
            let service = name.map(|name| label(name).1).unwrap_or_default();
            let scopes = resource.scope_spans.into_iter();
            let spans = scopes.flat_map(|scope| scope.spans);
            received.spans.extend(spans.map(|one| span(&service, one)));
        }
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
