//! Three servers that keep everything together, as `deploy/nats-cluster.conf` has them.

use super::Broker;
use std::net::{Ipv4Addr, TcpListener};

/// Three real servers on loopback. What a client was told is kept, is on two of their disks.
pub struct Cluster {
    nodes: [Broker; 3],
}

/// What is acknowledged outlives the loss of all three at once.
const DURABLY: &str = "sync_interval: always";

// === impl Cluster ===

impl Cluster {
    /// Starts all three; a little later one of them leads.
    pub fn start() -> Self {
        let held = [(); 3].map(|()| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap());
        let routes = held
            .each_ref()
            .map(|held| held.local_addr().unwrap().to_string());
        drop(held);
        let all = routes
            .each_ref()
            .map(|route| format!("\"nats://{route}\""))
            .join(", ");
        let mut number = 0;
        let nodes = routes.map(|own| {
            number += 1;
            let more = format!(
                "server_name: n{number}\n\
                 cluster {{ name: tests, listen: \"{own}\", routes: [{all}] }}"
            );
            let mut node = Broker::new(&more, DURABLY);
            node.restart();
            node
        });
        Self { nodes }
    }

    /// Where clients connect to: every one of them.
    pub fn url(&self) -> String {
        self.nodes.each_ref().map(Broker::url).join(",")
    }

    /// The servers, to be killed and started again.
    pub fn nodes(&mut self) -> &mut [Broker; 3] {
        &mut self.nodes
    }
}
