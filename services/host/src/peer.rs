//! Which service of the hub is calling, as its certificate says.

use crate::{method, rest};
use axum::{body::Body, extract::Request, middleware::Next, response::Response};
use std::sync::Arc;
use tonic::{Extensions, Status};

/// The process that callers reach.
const DOOR: &str = "door";

/// The service at the other end of a connection, e.g. `police`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer(pub Arc<str>);

/// Who calls; refuses a call that came over no connection between services.
pub fn of(extensions: &Extensions) -> Result<&str, Status> {
    let peer = extensions.get::<Peer>().map(|peer| &*peer.0);
    peer.ok_or_else(|| Status::permission_denied("this is for the services of the hub only"))
}

/// Refuses everybody but these services.
pub fn among(extensions: &Extensions, allowed: &[&str]) -> Result<(), Status> {
    if allowed.contains(&of(extensions)?) {
        Ok(())
    } else {
        Err(Status::permission_denied("this is for another service"))
    }
}

/// What callers may ask comes by the door, which says who they are: no other process of the hub may
/// come with what it heard of a caller. What services ask each other has no door.
pub(crate) async fn by_the_door(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<Peer>();
    let is_by_door = peer.is_some_and(|peer| &*peer.0 == DOOR);
    let method = method::named_by(request.uri().path());
    if is_by_door || !method.is_some_and(|method| rest::has_door(&method)) {
        return next.run(request).await;
    }
    Status::permission_denied("this is asked by the door").into_http::<Body>()
}
