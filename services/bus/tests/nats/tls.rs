//! Both sides show a certificate, as in `deploy/nats.conf`.

use crate::site::Site;
use authority::{Authority, Signed};
use broker::Broker;
use bus::nats::NatsSettings;
use std::{path::Path, time::Duration};

/// Where the broker is.
const HOST: &str = "127.0.0.1";

fn guarded_by(authority: &Authority) -> Broker {
    let Signed { certificate, key } = authority.sign("broker", HOST);
    let quoted = |path: &Path| format!("\"{}\"", path.display());
    Broker::start_with(&format!(
        "tls {{ cert_file: {}, key_file: {}, ca_file: {}, verify: true }}",
        quoted(&certificate),
        quoted(&key),
        quoted(&authority.file())
    ))
}

fn settings(broker: &Broker, shown: &Authority, believed: &Authority) -> [NatsSettings; 2] {
    ["police", "schools"].map(|name| {
        let Signed { certificate, key } = shown.sign(name, HOST);
        NatsSettings {
            url: broker.url(),
            name: name.to_owned(),
            login: None,
            ca_file: Some(believed.file()),
            certificate: Some((certificate, key)),
            replicas: 1,
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_travel_between_those_who_know_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::make(folder.path());
    let broker = guarded_by(&authority);
    let settings = settings(&broker, &authority, &authority);
    let site = Site::connected(broker, settings).await;
    site.relay();
    let consumer = site.consumer("one");
    site.produce(20).await;
    site.relayed(20).await;
    consumer.has_heard(1..=20).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_is_not_let_in_and_a_strange_broker_not_believed() {
    let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let [ours, strange] = folders
        .each_ref()
        .map(|folder| Authority::make(folder.path()));
    for (shown, believed) in [(&strange, &ours), (&ours, &strange)] {
        let broker = guarded_by(&ours);
        let settings = settings(&broker, shown, believed);
        let site = Site::connected(broker, settings).await;
        site.relay();
        site.produce(1).await;
        // Nothing tells that a connection never comes: it is tried again and again meanwhile.
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(!site.is_connected());
        assert_eq!(site.relay_state(), bus::nats::RelayState::Waiting);
    }
}
