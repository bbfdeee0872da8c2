//! Two processes of one hub: callers reach the door, and the door the services over mutual TLS.

use super::hub::{Answer, Hub, PRINCIPAL, Seen, TOKEN, services};
use authority::{Authority, Signed};
use host::{
    config::Tls,
    readiness::{Check, Readiness},
    server::{Server, Services, is_ready},
    tls::{Badge, BadgeError},
};
use proto::{
    police::v1::{
        GetNotificationRequest, WatchNotificationsRequest,
        police_service_client::PoliceServiceClient, police_service_server,
    },
    schools::v1::directory_service_server,
};
use std::{net::SocketAddr, path::PathBuf};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

/// A process that holds the services, and a door before it.
struct Split {
    folder: TempDir,
    authority: Authority,
    address: SocketAddr,
    check: Check,
    shutdown: CancellationToken,
    served: JoinHandle<()>,
    door: Hub,
}

impl Split {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let authority = Authority::make(folder.path());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (readiness, shutdown, seen) =
            (Readiness::new(), CancellationToken::new(), Seen::default());
        let check = readiness.check("view");
        let badge = badge(&authority, "police");
        let server = Server::internal(services(&seen), badge, readiness, shutdown.clone());
        let served = tokio::spawn(server.serve(listener));
        let channel = channel(&authority, "door", address);
        let elsewhere = Services::new()
            .with_elsewhere(police_service_server::SERVICE_NAME, channel.clone())
            .with_elsewhere(directory_service_server::SERVICE_NAME, channel);
        Self {
            door: Hub::of(elsewhere, seen).await,
            folder,
            authority,
            address,
            check,
            shutdown,
            served,
        }
    }
}

fn badge(authority: &Authority, service: &'static str) -> Badge {
    let signed = authority.sign_service(service);
    Badge::load(&tls(signed, authority), service).unwrap()
}

fn tls(shown: Signed, believed: &Authority) -> Tls {
    Tls {
        certificate_file: Some(shown.certificate),
        key_file: Some(shown.key),
        ca_file: Some(believed.file()),
    }
}

/// Whatever calls the process as this service.
fn channel(authority: &Authority, service: &'static str, address: SocketAddr) -> Channel {
    let badge = badge(authority, service);
    badge
        .channel("police", &format!("https://{address}"))
        .unwrap()
}

#[tokio::test]
async fn calls_go_through_the_door_with_who_the_caller_is_and_answers_come_back_as_they_are() {
    let split = Split::start().await;
    let taken = split.door.post(
        "/v1/police/notifications",
        r#"{"notification":{"force":"43"}}"#,
    );
    assert_eq!(taken.await.json()["position"], PRINCIPAL);
    let seen = split.door.seen.lock().unwrap().clone();
    assert!(!seen.iter().any(|key| key == "authorization"), "{seen:?}");
    let missing = split.door.get("/v1/police/notifications/missing").await;
    assert_eq!(
        (missing.status, missing.json()["code"].as_str()),
        (404, Some("not_found"))
    );
    let refused = split
        .door
        .post("/v1/police/notifications", r#"{"notification":{}}"#)
        .await;
    assert_eq!(refused.json()["fields"][0]["path"], "notification.force");
}

#[tokio::test]
async fn a_stream_goes_through_the_door_as_it_comes_and_says_why_it_ends() {
    let split = Split::start().await;
    let url = split.door.at("/v1/police/watch?after=9");
    let request = reqwest::Client::new().get(url).bearer_auth(TOKEN);
    let text = Answer::of(request).await.text;
    assert!(text.contains("id: 12\n"), "{text}");
    assert!(
        text.contains("event: problem\ndata: {\"code\":\"unavailable\""),
        "{text}"
    );
}

#[tokio::test]
async fn a_live_stream_ends_in_good_order_with_the_door_that_passes_it_on() {
    let split = Split::start().await;
    let url = split.door.at("/").trim_end_matches('/').to_owned();
    let mut client = PoliceServiceClient::connect(url).await.unwrap();
    let mut request = tonic::Request::new(WatchNotificationsRequest::default());
    let token = format!("Bearer {TOKEN}").parse().unwrap();
    request.metadata_mut().insert("authorization", token);
    let mut changes = client
        .watch_notifications(request)
        .await
        .unwrap()
        .into_inner();
    assert!(changes.message().await.unwrap().is_some());
    split.door.shutdown.cancel();
    while changes.message().await.unwrap().is_some() {}
    split.door.served.await.unwrap();
}

#[tokio::test]
async fn a_process_that_is_gone_is_try_again_later() {
    let split = Split::start().await;
    split.shutdown.cancel();
    split.served.await.unwrap();
    let answer = split.door.get("/v1/police/notifications/any").await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (503, Some("unavailable"))
    );
}

#[tokio::test]
async fn nobody_without_a_certificate_of_the_hub_gets_in() {
    let split = Split::start().await;
    let bare = reqwest::Client::new().get(format!("http://{}/healthz", split.address));
    assert!(bare.send().await.is_err());
    let elsewhere = tempfile::tempdir().unwrap();
    let strange = Authority::make(elsewhere.path()).sign_service("door");
    let stranger = Badge::load(&tls(strange, &split.authority), "door");
    let address = format!("https://{}", split.address);
    let stranger = stranger.unwrap().channel("police", &address).unwrap();
    split.check.ready();
    assert!(!is_ready(stranger).await);
    assert!(is_ready(channel(&split.authority, "door", split.address)).await);
    // One of the hub's, but of no service.
    let other = split.authority.sign("other", "www.example.org");
    let refused = Badge::load(&tls(other, &split.authority), "door");
    assert!(matches!(refused, Err(BadgeError::AnotherName("door"))));
}

#[tokio::test]
async fn what_a_caller_may_ask_comes_by_the_door_only() {
    let split = Split::start().await;
    let mut through_another =
        PoliceServiceClient::new(channel(&split.authority, "schools", split.address));
    let asked = through_another
        .get_notification(GetNotificationRequest::default())
        .await;
    assert_eq!(asked.unwrap_err().code(), tonic::Code::PermissionDenied);
}

#[tokio::test]
async fn a_process_is_as_ready_as_its_checks() {
    let split = Split::start().await;
    let channel = channel(&split.authority, "door", split.address);
    assert!(!is_ready(channel.clone()).await);
    split.check.ready();
    assert!(is_ready(channel).await);
}

#[tokio::test]
async fn a_certificate_that_cannot_be_used_is_named_by_its_key() {
    let split = Split::start().await;
    let signed = split.authority.sign_service("police");
    let other = split.authority.sign_service("schools");
    let load = |certificate: Option<PathBuf>, key: PathBuf, authority: PathBuf| {
        let tls = Tls {
            certificate_file: certificate,
            key_file: Some(key),
            ca_file: Some(authority),
        };
        Badge::load(&tls, "police")
            .err()
            .map(|error| error.to_string())
    };
    let said = load(None, signed.key.clone(), split.authority.file());
    assert!(said.unwrap().contains("`tls.certificate_file`"));
    let certificate = Some(signed.certificate);
    let said = load(certificate.clone(), other.key, split.authority.file());
    assert!(said.unwrap().contains("`tls.key_file`"));
    let nothing = split.folder.path().join("nothing.pem");
    let said = load(certificate.clone(), signed.key.clone(), nothing.clone());
    assert!(said.unwrap().contains("`tls.ca_file`"));
    std::fs::write(&nothing, "no certificate").unwrap();
    let said = load(certificate, signed.key, nothing);
    assert!(said.unwrap().contains("`tls.ca_file`"));
    let wrong = badge(&split.authority, "police").channel("keys", "no address");
    assert!(matches!(wrong, Err(BadgeError::Address(..))));
}
