//! Keys for services in processes of their own: over real sockets, each known by its certificate.

use crate::{Place, line};
use authority::{Authority, Signed};
use host::{
    config::Tls,
    readiness::Readiness,
    server::{Server, Services},
    tls::Badge,
};
use keys::{
    EnterError, KeyDoor, KeyError, KeyId, KeyKind, KeyStore, Keys, Opened, Purpose, RemoteKeys,
    Sealer, Service,
};
use proto::sealing::{FieldClass, Sealed};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

/// A key holder that is reached over the network.
struct Holder {
    place: Place,
    folder: TempDir,
    authority: Authority,
    address: SocketAddr,
    running: Option<Running>,
}

struct Running {
    store: Arc<KeyStore>,
    stop: CancellationToken,
    served: JoinHandle<()>,
}

impl Holder {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut holder = Self {
            place: Place::new(),
            authority: Authority::make(folder.path()),
            folder,
            address: listener.local_addr().unwrap(),
            running: None,
        };
        drop(listener);
        holder.begin().await;
        holder
    }

    async fn begin(&mut self) {
        let store = self.place.open();
        let stop = CancellationToken::new();
        let door = KeyDoor::service(store.clone(), stop.clone());
        let badge = self.badge("keys");
        let services = Services::new().with(door);
        let server = Server::internal(services, badge, Readiness::new(), stop.clone());
        let listener = TcpListener::bind(self.address).await.unwrap();
        let served = tokio::spawn(server.serve(listener));
        self.running = Some(Running {
            store,
            stop,
            served,
        });
    }

    async fn end(&mut self) {
        let running = self.running.take().unwrap();
        running.stop.cancel();
        running.served.await.unwrap();
    }

    fn store(&self) -> &KeyStore {
        &self.running.as_ref().unwrap().store
    }

    fn badge(&self, service: &'static str) -> Badge {
        badge(
            &self.authority,
            &self.authority.sign_service(service),
            service,
        )
    }

    fn channel(&self, service: &'static str) -> Channel {
        self.badge(service)
            .channel("keys", &format!("https://{}", self.address))
            .unwrap()
    }

    async fn enter(&self, service: Service) -> Arc<RemoteKeys> {
        let channel = self.channel(service.name());
        RemoteKeys::enter(channel, service).await.unwrap()
    }
}

fn badge(believed: &Authority, shown: &Signed, service: &'static str) -> Badge {
    let tls = Tls {
        certificate_file: Some(shown.certificate.clone()),
        key_file: Some(shown.key.clone()),
        ca_file: Some(believed.file()),
    };
    Badge::load(&tls, service).unwrap()
}

async fn sealed(keys: &Arc<RemoteKeys>, id: &KeyId) -> (Sealer, Sealed) {
    keys.create(Service::Police, std::slice::from_ref(id))
        .await
        .unwrap();
    let police = Sealer::new(keys.clone(), Service::Police);
    let plain = "Testy McTestface".to_owned();
    let value = police.seal(id, FieldClass::Content, &plain).await.unwrap();
    (police, value)
}

/// Only a test that fails waits as long as this.
async fn eventually(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..1_500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("waited in vain: {what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_service_seals_another_opens_and_names_are_as_in_one_process() {
    let holder = Holder::start().await;
    let police = holder.enter(Service::Police).await;
    let schools = holder.enter(Service::Schools).await;
    let (_, value) = sealed(&police, &line(1)).await;
    let opened = Sealer::new(schools, Service::Schools)
        .open::<String>(&value)
        .await;
    assert!(matches!(opened.unwrap(), Opened::Plain(name) if name == "Testy McTestface"));
    let name = |keys: &dyn Keys| keys.names(Service::Police).opaque("stream", &[b"x"]);
    assert_eq!(name(&*police), name(holder.store()));
    let signed = police.checkpoints().sign(b"root");
    for key in holder.store().verifying_keys() {
        let is_its_own = key.purpose == Purpose::Checkpoints(Service::Police);
        assert_eq!(key.verifies(b"root", &signed), is_its_own, "{}", key.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_gets_what_it_is_granted_and_no_more() {
    let holder = Holder::start().await;
    let police = holder.enter(Service::Police).await;
    let schools = holder.enter(Service::Schools).await;
    let access = holder.enter(Service::Access).await;
    let line = line(1);
    police
        .create(Service::Police, std::slice::from_ref(&line))
        .await
        .unwrap();
    let place = schools.subkey(Service::Schools, &line, FieldClass::Location);
    assert!(place.await.is_ok());
    let contact = KeyId::of(KeyKind::Contact, [1; 16]);
    let made_elsewhere = police
        .create(Service::Police, std::slice::from_ref(&contact))
        .await;
    assert!(matches!(made_elsewhere, Err(KeyError::NotGranted)));
    access
        .create(Service::Access, std::slice::from_ref(&contact))
        .await
        .unwrap();
    let stolen = police.subkey(Service::Police, &contact, FieldClass::Identity);
    assert!(matches!(stolen.await, Err(KeyError::NotGranted)));
    let as_another = police.subkey(Service::Schools, &line, FieldClass::Location);
    assert!(matches!(as_another.await, Err(KeyError::NotGranted)));
    assert!(access.assertions().is_some());
    assert!(police.assertions().is_none() && schools.assertions().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_services_without_keys_are_not_let_in() {
    let holder = Holder::start().await;
    let door = RemoteKeys::enter(holder.channel("door"), Service::Police).await;
    assert!(matches!(door, Err(EnterError::Refused)));
    let elsewhere = tempfile::tempdir().unwrap();
    let strange = Authority::make(elsewhere.path()).sign_service("police");
    let shown = badge(&holder.authority, &strange, "police");
    let address = format!("https://{}", holder.address);
    let stranger = shown.channel("keys", &address).unwrap();
    let stranger = RemoteKeys::enter(stranger, Service::Police).await;
    assert!(matches!(stranger, Err(EnterError::Unavailable(_))));
    // Nor is a holder believed that is another service.
    let misled = holder.badge("police").channel("access", &address).unwrap();
    let misled = RemoteKeys::enter(misled, Service::Police).await;
    assert!(matches!(misled, Err(EnterError::Unavailable(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_destroyed_key_is_heard_of_by_who_was_there_and_by_who_was_cut_off() {
    let mut holder = Holder::start().await;
    let police = holder.enter(Service::Police).await;
    let (sealer, one) = sealed(&police, &line(1)).await;
    let two = {
        police.create(Service::Police, &[line(2)]).await.unwrap();
        let plain = "Testina McTestface".to_owned();
        let sealed = sealer.seal(&line(2), FieldClass::Content, &plain).await;
        sealed.unwrap()
    };
    eventually("destructions are told", async || {
        !police.destroyed().is_closed()
    })
    .await;
    let is_gone =
        async |value: &Sealed| matches!(sealer.open::<String>(value).await, Ok(Opened::Destroyed));
    holder.store().destroy(&[line(1)]).await.unwrap();
    eventually("the first is gone", async || is_gone(&one).await).await;
    assert!(!is_gone(&two).await);
    holder.end().await;
    eventually("the feed is lost", async || police.destroyed().is_closed()).await;
    holder.begin().await;
    holder.store().destroy(&[line(2)]).await.unwrap();
    eventually("the second is gone", async || is_gone(&two).await).await;
    assert_eq!(police.all_destroyed().await.unwrap().len(), 2);
    assert!(police.is_destroyed(&line(2)).await.unwrap());
    assert!(!police.is_destroyed(&line(3)).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_that_is_away_is_unavailable_and_everything_goes_on_when_it_is_back() {
    let mut holder = Holder::start().await;
    let police = holder.enter(Service::Police).await;
    holder.end().await;
    let away = police.create(Service::Police, &[line(1)]).await;
    assert!(matches!(away, Err(KeyError::Unavailable(_))));
    holder.begin().await;
    eventually("it is back", async || {
        police.create(Service::Police, &[line(1)]).await.is_ok()
    })
    .await;
    assert!(holder.folder.path().exists());
}
