//! A producer, a real broker and a consumer: whatever the broker forgets, nothing is lost or doubled.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod journals;
mod remit;
mod remote;
mod site;
mod tls;

use bus::nats::RelayState;
use site::{Site, copy_folder, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_arrive_in_order_once_and_stand_dense_in_the_stream() {
    let site = Site::start().await;
    site.produce(700).await;
    site.relay();
    let consumer = site.consumer("one");
    site.produce(300).await;
    consumer.has_heard(1..=1000).await;
    let state = site.stream_state().await;
    assert_eq!(
        (state.first_sequence, state.last_sequence, state.messages),
        (1, 1000, 1000)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_killed_and_comes_back_loses_and_doubles_nothing() {
    let mut site = Site::start().await;
    site.relay();
    let consumer = site.consumer("one");
    for _ in 0..3 {
        site.produce(200).await;
        site.broker.kill();
        site.produce(50).await;
        site.broker.restart();
    }
    consumer.has_heard(1..=750).await;
    eventually("the stream is whole", async || {
        site.stream_state().await.messages == 750
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_was_wiped_is_filled_again_from_the_journal() {
    let mut site = Site::start().await;
    site.relay();
    let consumer = site.consumer("one");
    site.produce(120).await;
    consumer.has_heard(1..=120).await;
    site.broker.stop();
    std::fs::remove_dir_all(site.broker.store()).unwrap();
    site.produce(30).await;
    site.broker.restart();
    site.produce(30).await;
    consumer.has_heard(1..=180).await;
    eventually("the stream is whole", async || {
        site.stream_state().await.messages == 180
    })
    .await;
    // Somebody new finds all of it.
    let late = site.consumer("late");
    late.has_heard(1..=180).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_rolled_back_to_an_earlier_copy_gets_what_it_forgot_again() {
    let mut site = Site::start().await;
    site.relay();
    site.produce(80).await;
    site.relayed(80).await;
    site.broker.stop();
    let earlier = tempfile::tempdir().unwrap();
    copy_folder(&site.broker.store(), earlier.path());
    site.broker.restart();
    site.produce(80).await;
    site.relayed(160).await;
    let consumer = site.consumer("one");
    consumer.has_heard(1..=160).await;
    site.broker.kill();
    std::fs::remove_dir_all(site.broker.store()).unwrap();
    copy_folder(earlier.path(), &site.broker.store());
    site.broker.restart();
    site.produce(10).await;
    consumer.has_heard(1..=170).await;
    eventually("the stream is whole", async || {
        site.stream_state().await.messages == 170
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_ahead_of_its_journal_stops_the_relay_but_not_the_consumer() {
    let mut site = Site::start().await;
    site.relay();
    site.produce(50).await;
    site.relayed(50).await;
    // An older copy of the journal: another life of it, with fewer events.
    site.restore_journal().await;
    site.produce(10).await;
    let consumer = site.consumer("one");
    site.relay();
    eventually("the relay has stopped", async || {
        site.relay_state() == RelayState::Stopped
    })
    .await;
    consumer.has_heard(1..=10).await;
    // The remedy that the error names: the loss is accepted, the stream deleted.
    site.delete_stream().await;
    site.relayed(10).await;
    site.produce(5).await;
    consumer.has_heard(1..=15).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_of_another_journal_is_not_written_to() {
    let mut site = Site::start().await;
    site.relay();
    site.produce(5).await;
    site.relayed(5).await;
    site.restore_journal().await;
    site.produce(20).await;
    site.relay();
    eventually("the relay has stopped", async || {
        site.relay_state() == RelayState::Stopped
    })
    .await;
    assert_eq!(site.stream_state().await.messages, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_too_large_for_the_broker_arrives_all_the_same() {
    let site = Site::with("max_payload: 64KB").await;
    site.relay();
    let consumer = site.consumer("one");
    site.produce(2).await;
    site.produce_sized(100_000).await;
    site.produce(2).await;
    consumer.has_heard(1..=5).await;
    assert_eq!(consumer.largest(), 100_000);
    assert_eq!(site.stream_state().await.messages, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_none_of_ours_is_never_applied() {
    let site = Site::start().await;
    site.relay();
    let consumer = site.consumer("one");
    site.produce(3).await;
    consumer.has_heard(1..=3).await;
    site.publish_rubbish().await;
    site.produce(3).await;
    consumer.has_heard(1..=6).await;
    eventually("somebody is told that the stream is not ours", async || {
        site.relay_state() == RelayState::Stopped
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_relays_at_once_make_one_stream() {
    let site = Site::start().await;
    site.relay();
    site.relay();
    for _ in 0..10 {
        site.produce(60).await;
    }
    let consumer = site.consumer("one");
    consumer.has_heard(1..=600).await;
    let state = site.stream_state().await;
    assert_eq!((state.last_sequence, state.messages), (600, 600));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_broker_events_still_arrive() {
    let mut site = Site::start().await;
    site.broker.stop();
    site.relay();
    let consumer = site.consumer("one");
    site.produce(40).await;
    consumer.has_heard(1..=40).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_that_starts_again_goes_on_where_it_stood() {
    let site = Site::start().await;
    site.relay();
    let consumer = site.consumer("one");
    site.produce(40).await;
    consumer.has_heard(1..=40).await;
    consumer.stop().await;
    site.produce(40).await;
    let again = site.consumer("one");
    again.has_heard(41..=80).await;
}
