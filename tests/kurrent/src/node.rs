//! The server's account of itself: which calls it takes, and that it is its own cluster's leader.

use crate::wire::{
    Uuid,
    gossip::{
        ClusterInfo, EndPoint, MemberInfo,
        gossip_server::{Gossip, GossipServer},
        member_info::State,
    },
    server_features::{
        SupportedMethod, SupportedMethods,
        server_features_server::{ServerFeatures, ServerFeaturesServer},
    },
    uuid,
};
use std::net::SocketAddr;
use tonic::{Request, Response, Status, async_trait};

/// The protocol as it was at this version.
const VERSION: &str = "24.10.0";

struct Node(SocketAddr);

struct Calls;

pub(crate) fn gossip(address: SocketAddr) -> GossipServer<impl Gossip> {
    GossipServer::new(Node(address))
}

pub(crate) fn features() -> ServerFeaturesServer<impl ServerFeatures> {
    ServerFeaturesServer::new(Calls)
}

#[async_trait]
impl Gossip for Node {
    async fn read(&self, _: Request<()>) -> Result<Response<ClusterInfo>, Status> {
        let id = "6b1d3a34-0000-4000-8000-000000000001".to_owned();
        let member = MemberInfo {
            instance_id: Some(Uuid {
                value: Some(uuid::Value::String(id)),
            }),
            time_stamp: 0,
            state: State::Leader.into(),
            is_alive: true,
            http_end_point: Some(EndPoint {
                address: self.0.ip().to_string(),
                port: self.0.port().into(),
            }),
        };
        Ok(Response::new(ClusterInfo {
            members: vec![member],
        }))
    }
}

#[async_trait]
impl ServerFeatures for Calls {
    async fn get_supported_methods(
        &self,
        _: Request<()>,
    ) -> Result<Response<SupportedMethods>, Status> {
        let streams = "event_store.client.streams.streams";
        let gossip = "event_store.client.gossip.gossip";
        let features = "event_store.client.server_features.serverfeatures";
        let methods = [
            ("append", streams),
            ("batchappend", streams),
            ("read", streams),
            ("read", gossip),
            ("getsupportedmethods", features),
        ];
        let methods = methods.map(|(method, service)| SupportedMethod {
            method_name: method.to_owned(),
            service_name: service.to_owned(),
            features: Vec::new(),
        });
        Ok(Response::new(SupportedMethods {
            methods: methods.to_vec(),
            event_store_server_version: VERSION.to_owned(),
        }))
    }
}
