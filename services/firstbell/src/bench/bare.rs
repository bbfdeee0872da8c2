//! Bare servers that take the same message and answer at once: what the doors themselves can do.

use super::BoxError;
use axum::{
    Router,
    body::Bytes,
    http::{self, uri::PathAndQuery},
    routing::post,
};
use futures::future::{BoxFuture, FutureExt};

use proto::police::v1::{AcceptedChild, SubmitNotificationRequest, SubmitNotificationResponse};
use std::{
    convert::Infallible,
    net::SocketAddr,
    task::{Context, Poll},
};
use tokio::{net::TcpListener, runtime::Handle};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Request, Response, Status,
    body::Body,
    client::Grpc,
    server::{NamedService, UnaryService},
    service::Routes,
    transport::{Channel, Endpoint, Server},
};
use tonic_prost::ProstCodec;

/// Answers every notification with the same ids.
#[derive(Clone)]
struct Echo;

const PATH: &str = "/bench.Echo/Submit";
/// Where the bare REST door takes a notification.
pub(super) const REST_PATH: &str = "/v1/police/notifications";

/// Starts both bare servers on `threads`, on one port.
pub(super) async fn serve(threads: &Handle) -> Result<SocketAddr, BoxError> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let rest = Router::new().route(REST_PATH, post(|_: Bytes| async { r#"{"position":"1"}"# }));
    let both = Routes::from(rest).add_service(Echo);
    let incoming = TcpListenerStream::new(listener);
    let server = Server::builder().accept_http1(true).add_routes(both);
    // Ends with the threads.
    threads.spawn(server.serve_with_incoming(incoming));
    Ok(address)
}

/// A connection of its own to the bare gRPC server.
pub(super) fn connect(address: SocketAddr) -> Result<Channel, BoxError> {
    Ok(Endpoint::from_shared(format!("http://{address}"))?.connect_lazy())
}

/// Sends one notification to the bare gRPC server.
pub(super) async fn echo(
    channel: &Channel,
    request: SubmitNotificationRequest,
) -> Result<(), BoxError> {
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await?;
    let codec = ProstCodec::<SubmitNotificationRequest, SubmitNotificationResponse>::default();
    grpc.unary(
        Request::new(request),
        PathAndQuery::from_static(PATH),
        codec,
    )
    .await?;
    Ok(())
}

// === impl Echo ===

impl NamedService for Echo {
    const NAME: &'static str = "bench.Echo";
}

impl UnaryService<SubmitNotificationRequest> for Echo {
    type Response = SubmitNotificationResponse;
    type Future = BoxFuture<'static, Result<Response<Self::Response>, Status>>;

    fn call(&mut self, _: Request<SubmitNotificationRequest>) -> Self::Future {
        let id = "0".repeat(32);
        let child = |line| AcceptedChild {
            line,
            line_id: id.clone(),
            held: Vec::new(),
        };
        let answer = SubmitNotificationResponse {
            children: vec![child(1), child(2)],
            notification_id: id.clone(),
            already_known: false,
            position: id.clone(),
        };
        async { Ok(Response::new(answer)) }.boxed()
    }
}

impl tower::Service<http::Request<Body>> for Echo {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        async {
            let codec =
                ProstCodec::<SubmitNotificationResponse, SubmitNotificationRequest>::default();
            Ok(tonic::server::Grpc::new(codec).unary(Echo, request).await)
        }
        .boxed()
    }
}
