//! A feed that is read at its producer, in another process.

use crate::site::{Site, eventually};
use authority::Authority;
use bus::{Feed, FeedDoor, FeedError, RemoteFeed};
use host::{
    config::Tls,
    readiness::Readiness,
    server::{Server, Services},
    tls::Badge,
};
use std::{net::SocketAddr, sync::Arc};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

/// A producer's door, and the authority of its hub.
struct Producer {
    _folder: TempDir,
    authority: Authority,
    address: SocketAddr,
    running: Option<(CancellationToken, JoinHandle<()>)>,
}

impl Producer {
    async fn start(site: &Site) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut producer = Self {
            authority: Authority::make(folder.path()),
            _folder: folder,
            address: listener.local_addr().unwrap(),
            running: None,
        };
        drop(listener);
        producer.begin(site).await;
        producer
    }

    async fn begin(&mut self, site: &Site) {
        let stop = CancellationToken::new();
        let door = FeedDoor::service(site.feed(), &["schools"], stop.clone());
        let (services, badge) = (Services::new().with(door), self.badge("police"));
        let server = Server::internal(services, badge, Readiness::new(), stop.clone());
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.running = Some((stop, tokio::spawn(server.serve(listener))));
    }

    async fn end(&mut self) {
        let (stop, served) = self.running.take().unwrap();
        stop.cancel();
        served.await.unwrap();
    }

    fn badge(&self, service: &'static str) -> Badge {
        let signed = self.authority.sign_service(service);
        let tls = Tls {
            certificate_file: Some(signed.certificate),
            key_file: Some(signed.key),
            ca_file: Some(self.authority.file()),
        };
        Badge::load(&tls, service).unwrap()
    }

    /// As this service sees it.
    fn feed(&self, reader: &'static str) -> Arc<RemoteFeed> {
        let address = format!("https://{}", self.address);
        let channel = self.badge(reader).channel("police", &address).unwrap();
        let feed = Arc::new(RemoteFeed::new("police", channel));
        tokio::spawn(feed.clone().run(CancellationToken::new()));
        feed
    }
}

async fn knows(feed: &RemoteFeed, last: u64) {
    eventually("the feed's end is known", async || {
        feed.life().is_ok() && *feed.head().borrow() == last
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_is_the_same_in_another_process_and_goes_on_after_its_producer_was_away() {
    let site = Site::start().await;
    site.produce(1_500).await;
    let mut producer = Producer::start(&site).await;
    let feed = producer.feed("schools");
    assert!(matches!(feed.life(), Err(FeedError::Unreached)));
    knows(&feed, 1_500).await;
    assert_eq!(feed.life().unwrap(), site.feed().life().unwrap());
    let here = site.feed().read(3, 1_000).await.unwrap();
    assert!(feed.read(3, 1_000).await.unwrap() == here);
    assert_eq!(feed.read(3, usize::MAX).await.unwrap().len(), 1_000);
    producer.end().await;
    assert!(matches!(feed.read(0, 1).await, Err(FeedError::Away(_))));
    site.produce(2).await;
    producer.begin(&site).await;
    knows(&feed, 1_502).await;
    assert_eq!(feed.read(1_500, 10).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_events_come_in_pages_that_fit() {
    let site = Site::start().await;
    for _ in 0..4 {
        site.produce_sized(1_500_000).await;
    }
    let producer = Producer::start(&site).await;
    let feed = producer.feed("schools");
    knows(&feed, 4).await;
    let first = feed.read(0, 4).await.unwrap();
    assert_eq!(first.len(), 2);
    assert_eq!(feed.read(2, 4).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_no_reader_reads_nothing() {
    let site = Site::start().await;
    site.produce(1).await;
    let producer = Producer::start(&site).await;
    knows(&producer.feed("schools"), 1).await;
    let curious = producer.feed("door");
    assert!(matches!(curious.read(0, 1).await, Err(FeedError::Away(_))));
    assert!(curious.life().is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_producer_in_another_life_is_heard_from_its_beginning_though_less_has_happened_in_it() {
    let mut site = Site::start().await;
    site.relay();
    site.produce(9).await;
    let mut producer = Producer::start(&site).await;
    let consumer = site.consumer_of("one", producer.feed("schools"));
    consumer.has_heard(1..=9).await;
    producer.end().await;
    site.restore_journal().await;
    site.produce(4).await;
    producer.begin(&site).await;
    eventually("the new life is heard too", async || consumer.count() == 13).await;
    consumer.stop().await;
}
