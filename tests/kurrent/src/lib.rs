//! A small server of the KurrentDB protocol beside a test, for machines that have no KurrentDB.
//!
//! In reading order: [`log`] is what it keeps, in memory; [`expected`] and [`filter`] read the parts
//! of a request; [`streams`] answers appends, reads and subscriptions, [`batch`] the appends that come
//! many on one call; [`node`] says who it is. [`faults`] lets it behave as servers do on a bad day.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on says where"
)]

mod batch;
mod expected;
mod faults;
mod filter;
mod log;
mod node;
mod recorded;
mod streams;

pub use faults::Fault;

use faults::Faults;
use log::Log;
use std::{net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use tonic::transport::{Server as Tonic, server::TcpIncoming};

/// Generated from the protos.
mod wire {
    #![expect(
        clippy::all,
        clippy::pedantic,
        clippy::allow_attributes,
        unreachable_pub,
        reason = "generated from the protos"
    )]
    pub(crate) mod google {
        pub(crate) mod rpc {
            tonic::include_proto!("google.rpc");
        }
    }
    pub(crate) mod event_store {
        pub(crate) mod client {
            tonic::include_proto!("event_store.client");
            pub(crate) mod gossip {
                tonic::include_proto!("event_store.client.gossip");
            }
            pub(crate) mod server_features {
                tonic::include_proto!("event_store.client.server_features");
            }
            pub(crate) mod streams {
                tonic::include_proto!("event_store.client.streams");
            }
        }
    }
    pub(crate) use event_store::client::*;
}

/// A server on loopback. What it keeps lasts as long as it does, also while it is stopped.
pub struct Server {
    log: Arc<Log>,
    faults: Arc<Faults>,
    address: SocketAddr,
    running: Option<Running>,
}

struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

// === impl Server ===

impl Server {
    /// Starts a server on a free port. Like a real one it keeps some events of its own.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut server = Self {
            log: Arc::new(Log::with_system_events()),
            faults: Arc::default(),
            address: listener.local_addr().unwrap(),
            running: None,
        };
        server.serve(listener);
        server
    }

    /// A connection string for it.
    pub fn url(&self) -> String {
        format!("kurrentdb://{}?tls=false", self.address)
    }

    /// A connection string that has clients look for the leader first.
    pub fn cluster_url(&self) -> String {
        let address = self.address;
        format!(
            "kurrentdb://{address},{address}?tls=false&gossipTimeout=1000&maxDiscoverAttempts=5"
        )
    }

    /// The next appends fare so, one after the other; those after them fare well.
    pub fn next_appends(&self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.add(faults);
    }

    /// Ends every connection and takes no new one.
    pub async fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            // Refused: it has ended already.
            let _ = running.stop.send(());
            running.task.await.unwrap();
        }
    }

    /// Takes connections again, on the same port and with everything that it kept.
    pub async fn restart(&mut self) {
        self.stop().await;
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.serve(listener);
    }

    fn serve(&mut self, listener: TcpListener) {
        let (stop, stopped) = oneshot::channel();
        let serving = Tonic::builder()
            .add_service(streams::service(&self.log, &self.faults))
            .add_service(node::gossip(self.address))
            .add_service(node::features())
            .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)));
        let task = tokio::spawn(async move {
            tokio::select! {
                served = serving => served.unwrap(),
                _ = stopped => {}
            }
        });
        self.running = Some(Running { stop, task });
    }
}
