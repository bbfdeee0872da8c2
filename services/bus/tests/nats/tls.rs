//! Both sides show a certificate, as in `deploy/nats.conf`.

use crate::site::Site;
use broker::Broker;
use bus::nats::NatsSettings;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, PKCS_ECDSA_P256_SHA256,
};
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// An authority made up for the test; what it signs is for 127.0.0.1.
struct Authority {
    folder: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let issuer = CertifiedIssuer::self_signed(params, key).unwrap();
        fs::write(folder.path().join("authority.pem"), issuer.pem()).unwrap();
        Self { folder, issuer }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// Files with a certificate and its key.
    fn sign(&self, name: &str) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let file = |what: &str| self.folder.path().join(format!("{name}.{what}.pem"));
        fs::write(file("certificate"), certificate.pem()).unwrap();
        fs::write(file("key"), key.serialize_pem()).unwrap();
        (file("certificate"), file("key"))
    }
}

fn guarded_by(authority: &Authority) -> Broker {
    let (certificate, key) = authority.sign("broker");
    let quoted = |path: &Path| format!("\"{}\"", path.display());
    Broker::start_with(&format!(
        "tls {{ cert_file: {}, key_file: {}, ca_file: {}, verify: true }}",
        quoted(&certificate),
        quoted(&key),
        quoted(&authority.file())
    ))
}

fn settings(broker: &Broker, shown: &Authority, believed: &Authority) -> [NatsSettings; 2] {
    ["police", "schools"].map(|name| NatsSettings {
        url: broker.url(),
        name: name.to_owned(),
        login: None,
        ca_file: Some(believed.file()),
        certificate: Some(shown.sign(name)),
        replicas: 1,
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_travel_between_those_who_know_each_other() {
    let authority = Authority::make();
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
    let (ours, strange) = (Authority::make(), Authority::make());
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
