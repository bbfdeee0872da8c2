//! Both doors on one port: gRPC and REST, with health, readiness and the documents of both contracts.
//!
//! HTTP/1.1 and HTTP/2 without TLS are told apart by their first bytes; TLS belongs to whatever
//! stands in front. Everything but `/healthz`, `/readyz`, `/openapi.json` and `/asyncapi.json` needs a
//! token.
//!
//! Between processes of one hub there is gRPC only, over mutual TLS: who calls shows a certificate, and
//! brings the assertion that the border made of the token.

mod connections;
mod forward;
mod health;
mod spans;

use crate::{
    asyncapi, openapi, peer,
    principal::{self, Authenticate},
    problem::Problem,
    readiness::Readiness,
    rest,
    tls::Badge,
};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{any, get},
};
use prost::bytes::Bytes;
use std::{convert::Infallible, fmt, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{Status, server::NamedService, service::RoutesBuilder, transport::Channel};

pub use forward::is_ready;
pub(crate) use forward::patient;

/// The gRPC services that one process serves; their REST form comes by itself.
#[derive(Clone, Default)]
pub struct Services {
    grpc: RoutesBuilder,
    elsewhere: Vec<(&'static str, Channel)>,
    names: Vec<&'static str>,
}

/// Everything that answers on one port.
pub struct Server {
    services: Services,
    callers: Callers,
    readiness: Readiness,
    shutdown: CancellationToken,
}

/// How those who call are known.
enum Callers {
    ByToken(Arc<dyn Authenticate>),
    ByCertificate(Badge),
}

// === impl Services ===

impl Services {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One more service, as tonic generates it. Limits of its gRPC messages are the service's own
    /// (tonic's default: 4 MiB in); JSON bodies are taken up to 1 MiB.
    #[must_use]
    pub fn with<S>(mut self, service: S) -> Self
    where
        S: tower::Service<axum::http::Request<tonic::body::Body>, Error = Infallible>
            + NamedService
            + Clone
            + Send
            + Sync
            + 'static,
        S::Response: IntoResponse,
        S::Future: Send + 'static,
    {
        self.grpc.add_service(service);
        self.names.push(S::NAME);
        self
    }

    /// One more service by its full name, e.g. `firstbell.police.v1.PoliceService`, that another
    /// process serves at the end of `channel`.
    #[must_use]
    pub fn with_elsewhere(mut self, name: &'static str, channel: Channel) -> Self {
        self.elsewhere.push((name, channel));
        self.names.push(name);
        self
    }

    /// Live streams from elsewhere end when `shutdown` is cancelled.
    fn grpc(&self, shutdown: &CancellationToken) -> Router {
        let here = self.grpc.clone().routes().prepare().into_axum_router();
        let elsewhere = self.elsewhere.iter();
        elsewhere.fold(here.reset_fallback(), |router, (name, channel)| {
            let (channel, shutdown) = (channel.clone(), shutdown.clone());
            let forward =
                move |request| forward::forward(channel.clone(), request, shutdown.clone());
            router.route(&format!("/{name}/{{*rest}}"), any(forward))
        })
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Services").field(&self.names).finish()
    }
}

// === impl Server ===

impl Server {
    /// A server that lets in whom `authenticate` knows, and ends when `shutdown` is cancelled.
    pub fn new(
        services: Services,
        authenticate: Arc<dyn Authenticate>,
        readiness: Readiness,
        shutdown: CancellationToken,
    ) -> Self {
        Self {
            services,
            callers: Callers::ByToken(authenticate),
            readiness,
            shutdown,
        }
    }

    /// A server for the other processes of the hub: gRPC only, to whom shows a certificate of the hub.
    pub fn internal(
        services: Services,
        badge: Badge,
        readiness: Readiness,
        shutdown: CancellationToken,
    ) -> Self {
        Self {
            services,
            callers: Callers::ByCertificate(badge),
            readiness,
            shutdown,
        }
    }

    /// Serves until shut down; what was begun is finished, for at most ten seconds.
    pub async fn serve(self, listener: TcpListener) {
        let router = self.router();
        let acceptor = match &self.callers {
            Callers::ByToken(_) => None,
            Callers::ByCertificate(badge) => Some(badge.acceptor()),
        };
        connections::serve(listener, acceptor, router, self.shutdown).await;
    }

    /// Everything that answers, for calls within the process.
    pub fn router(&self) -> Router {
        let routes = match &self.callers {
            Callers::ByToken(authenticate) => self.doors(authenticate),
            Callers::ByCertificate(_) => {
                let services = self.services.grpc(&self.shutdown);
                services.layer(middleware::from_fn(peer::by_the_door))
            }
        };
        routes
            .fallback(nothing_here)
            .layer(middleware::from_fn(spans::in_span))
            .merge(health::routes(
                self.readiness.clone(),
                self.shutdown.clone(),
            ))
    }

    fn doors(&self, authenticate: &Arc<dyn Authenticate>) -> Router {
        let doors: Vec<_> = rest::doors(self.services.names.iter().copied())
            .into_iter()
            .map(Arc::new)
            .collect();
        let grpc = self.services.grpc(&self.shutdown);
        rest::router(&doors, &grpc, &self.shutdown)
            .merge(grpc)
            .layer(middleware::from_fn_with_state(
                Arc::clone(authenticate),
                principal::exchange,
            ))
            .merge(document("/openapi.json", &openapi::document(&doors)))
            .merge(document("/asyncapi.json", &asyncapi::document()))
    }
}

/// `/healthz` and `/readyz` alone, for whoever looks after the process and has no certificate.
pub async fn serve_health(
    listener: TcpListener,
    readiness: Readiness,
    shutdown: CancellationToken,
) {
    let routes = health::routes(readiness, shutdown.clone());
    connections::serve(listener, None, routes, shutdown).await;
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("services", &self.services)
            .field("readiness", &self.readiness)
            .finish_non_exhaustive()
    }
}

fn document(path: &str, document: &serde_json::Value) -> Router {
    let text = Bytes::from(document.to_string());
    let json = HeaderValue::from_static("application/json");
    Router::new().route(
        path,
        get(move || async move { ([(header::CONTENT_TYPE, json)], text) }),
    )
}

async fn nothing_here(request: Request) -> Response {
    if principal::is_grpc(request.headers()) {
        Status::unimplemented("there is no such service here").into_http::<Body>()
    } else {
        Problem::not_found().into_response()
    }
}
