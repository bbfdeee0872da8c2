//! The process that holds the keys.

use super::{Begun, ground::Ground};
use crate::{
    hours,
    hub::{
        Folders, HubError, master_key, operator::Operator, part, restore, standing::Records,
        tasks::Tasks, trusting,
    },
};
use clock::SystemClock;
use host::server::{Server, Services};
use keys::{KeyDoor, KeyStore, Purpose};
use proto::operator::v1::operator_service_server::OperatorServiceServer;
use std::sync::Arc;

pub(super) async fn begin(ground: Ground<'_>) -> Result<Begun, HubError> {
    let folders = Folders::below(&ground.config.data);
    restore::check_finished(&folders).map_err(part("its data folder"))?;
    let master = master_key(ground.config, &folders)?;
    // What the ledger says is dated by the machine, whoever turns the hub's clock.
    let store = KeyStore::open(&folders.keys, &master, Arc::new(SystemClock));
    let store = Arc::new(store.map_err(part("its keys"))?);
    let operator = Operator {
        keys: Some(store.clone()),
        copies: None,
        records: Records::default(),
        verifier: trusting(store.signing_key(Purpose::Assertions).verifying())?,
        clock: hours::clock(ground.config, store.made_for())?,
    };
    let stop = ground.stop.clone();
    let services = Services::new()
        .with(KeyDoor::service(store, stop))
        .with(OperatorServiceServer::new(operator));
    let tasks = Tasks::new().map_err(part("its threads"))?;
    let server = |badge, readiness, stop| Server::internal(services, badge, readiness, stop);
    ground.begin_with(tasks, server).await
}
