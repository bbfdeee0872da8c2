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
    metrics::v1::{Metric, metric::Data, number_data_point::Value},
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
    bytes: Vec<u8>,
}

/// One value of a gauge.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Of which gauge.
    pub name: String,
    /// What it is about.
    pub labels: BTreeMap<String, String>,
    /// How much.
    pub value: f64,
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

    /// The values of every gauge that was sent.
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
    let Some(Data::Gauge(gauge)) = &metric.data else {
        return Vec::new();
    };
    let point = |point: &opentelemetry_proto::tonic::metrics::v1::NumberDataPoint| Point {
        name: metric.name.clone(),
        labels: point.attributes.iter().map(label).collect(),
        value: match point.value {
            Some(Value::AsDouble(value)) => value,
            other => panic!("a gauge of another kind: {other:?}"),
        },
    };
    gauge.data_points.iter().map(point).collect()
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
        let bytes = request.into_inner().encode_to_vec();
        self.received.lock().unwrap().bytes.extend(bytes);
        Ok(Response::new(ExportTraceServiceResponse::default()))
    }
}
