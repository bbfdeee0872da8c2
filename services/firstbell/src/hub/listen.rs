//! The address that both doors are open on.

use super::{HubError, part};
use std::{io, net::SocketAddr};
use tokio::net::TcpListener;

/// The address could not be had.
#[derive(Debug, thiserror::Error)]
#[error("listen on {address}: end what has that address, or name another with --listen")]
struct NotHad {
    address: SocketAddr,
    #[source]
    source: io::Error,
}

/// Listens on `address`, and says which it is where the machine was to choose one.
pub(crate) async fn on(address: SocketAddr) -> Result<(TcpListener, SocketAddr), HubError> {
    let not_had = |source| part("its address")(NotHad { address, source });
    let listener = TcpListener::bind(address).await.map_err(not_had)?;
    let address = listener.local_addr().map_err(not_had)?;
    Ok((listener, address))
}

#[cfg(test)]
mod tests {
    use super::*;
    use host::report::report;

    #[tokio::test]
    async fn an_address_that_is_taken_is_named_with_what_to_do() {
        let (_taken, address) = on(([127, 0, 0, 1], 0).into()).await.unwrap();
        let said = report(&on(address).await.err().unwrap());
        assert!(said.contains(&address.to_string()), "{said}");
        assert!(said.contains("--listen"), "{said}");
    }
}
