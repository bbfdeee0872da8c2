//! Spans reach a real collector, and those of the carrier itself do not.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use host::{
    config::{LogFormat, Telemetry},
    telemetry::{self, TelemetryError, current_traceparent},
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
    trace_service_server::{TraceService, TraceServiceServer},
};
use std::sync::{Arc, Mutex};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

#[derive(Clone, Default)]
struct Collector {
    names: Arc<Mutex<Vec<String>>>,
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_are_sent_once_and_make_no_more_of_themselves() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = Telemetry {
        otlp_endpoint: format!("http://{}", listener.local_addr().unwrap()),
        log_format: LogFormat::Json,
        log_filter: "info".to_owned(),
    };
    let collector = Collector::default();
    let service = TraceServiceServer::new(collector.clone());
    let incoming = TcpListenerStream::new(listener);
    let server = tonic::transport::Server::builder().add_service(service);
    tokio::spawn(server.serve_with_incoming(incoming));

    let guard = telemetry::start(&settings).unwrap();
    assert!(matches!(
        telemetry::start(&settings),
        Err(TelemetryError::Twice(_))
    ));
    let traced = tracing::info_span!("work").in_scope(current_traceparent);
    assert!(traced.unwrap().ends_with("-01"));
    drop(tracing::info_span!(target: "h2::client", "carrier"));
    drop(tracing::info_span!(target: "tonic::transport", "carrier"));
    guard.finish().await;
    assert_eq!(*collector.names.lock().unwrap(), ["work"]);
}
