//! The REST door: the same handlers as gRPC, reached with JSON.
//!
//! Nothing here knows a message by name. For every method of the contract that names a verb and a
//! path there is one route: what comes in is read into the method's request by its descriptor, the
//! very same gRPC service answers it in-process, and the answer is written as proto3 JSON.
//! Server streams become server-sent events; uploads are streamed through in chunks.

mod answer;
mod body;
mod call;
mod door;
mod events;
mod params;
mod upload;

pub(crate) use door::{Door, Shape, Verb, doors, has_door};
pub(crate) use params::fits_query;

use crate::problem::{Code, Problem};
use axum::{Router, extract::Request, routing::MethodFilter};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tonic::client::Grpc;

/// Routes for every method of `doors`, answered by the services behind `grpc`.
///
/// Live streams end when `shutdown` is cancelled.
pub(crate) fn router(doors: &[Arc<Door>], grpc: &Router, shutdown: &CancellationToken) -> Router {
    let routes = doors.iter().fold(Router::new(), |router, door| {
        let way = answer::Way {
            door: Arc::clone(door),
            grpc: Grpc::new(grpc.clone()).max_decoding_message_size(usize::MAX),
            shutdown: shutdown.clone(),
        };
        let handler = move |request: Request| answer::answer(way.clone(), request);
        let filter = match door.verb {
            Verb::Get => MethodFilter::GET,
            Verb::Post => MethodFilter::POST,
        };
        router.route(&door.path, axum::routing::on(filter, handler))
    });
    routes.method_not_allowed_fallback(async || Problem::of(Code::MethodNotAllowed))
}
