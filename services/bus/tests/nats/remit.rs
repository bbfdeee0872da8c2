//! The broker's own rules, as they ship: each service publishes what is its own and reads what it needs.

use crate::site::Site;
use async_nats::{
    Client, ConnectOptions,
    jetstream::{self, context::PublishErrorKind},
};
use broker::Broker;
use std::time::Duration;

const USERS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../deploy/nats-services.conf"
);
const USER_NAMES: [&str; 5] = ["access", "police", "schools", "firstbell", "journals"];
/// That no answer comes is what some of these look for.
pub(crate) const A_WHILE: Duration = Duration::from_secs(2);
/// For an answer that does come, on the slowest machine.
pub(crate) const LONGEST: Duration = Duration::from_secs(30);

/// The users as they ship, each with its own name as password.
pub(crate) fn users() -> String {
    let mut users = std::fs::read_to_string(USERS).unwrap();
    for service in USER_NAMES {
        let variable = format!("$NATS_PASSWORD_{}", service.to_uppercase());
        assert!(users.contains(&variable), "{service} is not let in");
        users = users.replace(&variable, &format!("\"{service}\""));
    }
    users
}

pub(crate) async fn connect(broker: &Broker, service: &str) -> Client {
    ConnectOptions::with_user_and_password(service.to_owned(), service.to_owned())
        .custom_inbox_prefix(format!("_INBOX_{service}"))
        .connect(broker.url())
        .await
        .unwrap()
}

async fn is_taken(broker: &Broker, service: &str, patience: Duration) -> bool {
    let client = connect(broker, service).await;
    let context = jetstream::ContextBuilder::new().ack_timeout(patience);
    // Kept until the answer is there: without its context nobody waits for one.
    let context = context.build(client);
    let subject = "firstbell.v1.police.notification.issued";
    let sent = context.publish(subject, "x".into()).await;
    match sent.unwrap().await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.kind(), PublishErrorKind::TimedOut, "{service}");
            false
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ships_is_enough_to_relay_and_to_listen() {
    let site = Site::guarded(&users(), ("police", "police"), ("schools", "schools")).await;
    site.relay();
    let consumer = site.consumer("one");
    site.produce(20).await;
    site.relayed(20).await;
    consumer.has_heard(1..=20).await;
    // Whoever may not listen hears all the same, from the producer, and slowly.
    let said = site.broker.log();
    assert!(!said.contains("Violation"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_publishes_what_is_not_its_own() {
    let site = Site::guarded(&users(), ("police", "police"), ("schools", "schools")).await;
    site.relay();
    site.produce(1).await;
    site.relayed(1).await;
    assert!(!is_taken(&site.broker, "schools", A_WHILE).await);
    assert!(!is_taken(&site.broker, "access", A_WHILE).await);
    assert!(is_taken(&site.broker, "police", LONGEST).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reads_what_it_does_not_need_or_deletes_anything() {
    let site = Site::guarded(&users(), ("police", "police"), ("schools", "schools")).await;
    site.relay();
    site.produce(1).await;
    site.relayed(1).await;
    let as_access = jetstream::ContextBuilder::new()
        .timeout(A_WHILE)
        .build(connect(&site.broker, "access").await);
    assert!(as_access.get_stream("FIRSTBELL_POLICE").await.is_err());
    let as_police = jetstream::ContextBuilder::new()
        .timeout(LONGEST)
        .build(connect(&site.broker, "police").await);
    assert!(as_police.get_stream("FIRSTBELL_POLICE").await.is_ok());
    let hasty = jetstream::ContextBuilder::new()
        .timeout(A_WHILE)
        .build(connect(&site.broker, "police").await);
    assert!(hasty.delete_stream("FIRSTBELL_POLICE").await.is_err());
    assert!(as_police.get_stream("FIRSTBELL_POLICE").await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_unknown_is_not_let_in() {
    let broker = Broker::start_with(&users());
    for options in [
        ConnectOptions::new(),
        ConnectOptions::with_user_and_password("police".to_owned(), "guess".to_owned()),
    ] {
        assert!(options.connect(broker.url()).await.is_err());
    }
}
