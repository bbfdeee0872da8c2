//! Which service of the hub is calling, as its certificate says.

use std::sync::Arc;
use tonic::{Extensions, Status};

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
