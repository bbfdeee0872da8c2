//! Live streams: resumed after an interruption without loss, by gRPC and by server-sent events.

use crate::{Night, night};
use proto::schools::v1::{InboxChange, WatchInboxRequest};
use std::time::Duration;
use tests::{
    people::{PRIMARY, incident, pippa, pupil},
    world::World,
};
use tonic::Streaming;

/// Nothing that is on its way takes longer.
const LONGEST: Duration = Duration::from_secs(30);

async fn watch(night: &Night, after: &str) -> Streaming<InboxChange> {
    let request = WatchInboxRequest {
        after: after.to_owned(),
    };
    night
        .lead
        .inbox()
        .watch_inbox(request)
        .await
        .unwrap()
        .into_inner()
}

async fn next(stream: &mut Streaming<InboxChange>) -> InboxChange {
    let next = tokio::time::timeout(LONGEST, stream.message()).await;
    next.expect("a change in time").unwrap().expect("a change")
}

/// Submits an incident with another child of the school, for a card of its own.
async fn another(world: &World, night: &Night, nth: usize) -> String {
    let child = pupil(&format!("Child{nth}"), "Streamer", "2016-05-06");
    world.roll("2026-11-19", &[pippa(), child.clone()]).await;
    let one = incident(&format!("43-s{nth}"), vec![child.child()]);
    let id = night.force.submit(one).await.notification_id;
    world.settled().await;
    id
}

/// Changes until one is of this card: a card changes more than once as it is told of.
async fn until_card(stream: &mut Streaming<InboxChange>, card_id: &str) -> InboxChange {
    loop {
        let change = next(stream).await;
        if change.card.as_ref().unwrap().card_id == card_id {
            return change;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grpc_stream_is_resumed_where_it_broke_off() {
    let world = World::start().await;
    let night = night(&world).await;
    let mut stream = watch(&night, "").await;
    let first = another(&world, &night, 1).await;
    let seen = until_card(&mut stream, &first).await;
    drop(stream);
    let second = another(&world, &night, 2).await;
    let third = another(&world, &night, 3).await;
    let mut stream = watch(&night, &seen.at).await;
    until_card(&mut stream, &second).await;
    let last = until_card(&mut stream, &third).await;
    assert_ne!(last.at, seen.at);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grpc_stream_is_resumed_after_the_hub_was_started_again() {
    let mut world = World::start().await;
    let night = night(&world).await;
    let mut stream = watch(&night, "").await;
    let first = another(&world, &night, 1).await;
    let seen = until_card(&mut stream, &first).await;
    drop(stream);
    let second = another(&world, &night, 2).await;
    world.restart(|_| {}).await;
    let mut stream = watch(&night, &seen.at).await;
    until_card(&mut stream, &second).await;
    drop(stream);
    world.finish().await;
}

/// Reads server-sent events until one names `card_id`; gives its id and everything read.
async fn read_until(request: reqwest::RequestBuilder, card_id: &str) -> (String, String) {
    let mut answer = request.send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    let mut read = String::new();
    loop {
        let chunk = tokio::time::timeout(LONGEST, answer.chunk()).await;
        let chunk = chunk.expect("an event in time").unwrap().expect("more");
        read.push_str(std::str::from_utf8(&chunk).unwrap());
        let event = read
            .split_inclusive("\n\n")
            .find(|event| event.ends_with("\n\n") && event.contains(card_id));
        if let Some(event) = event {
            let id = event.lines().find_map(|line| line.strip_prefix("id:"));
            let id = id.expect("an id to resume with").trim().to_owned();
            return (id, read);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn server_sent_events_are_resumed_by_last_event_id_and_tell_no_content() {
    let world = World::start().await;
    let night = night(&world).await;
    let first = night.notification_id.clone();
    let path = "/v1/schools/watch";
    let begun = night.lead.get(path).header("last-event-id", "schools-1.0");
    let (seen, text) = read_until(begun, &first).await;
    for told in ["Pippa", "Quillfeather", "shouting", "43-1"] {
        assert!(!text.contains(told), "the stream tells {told}");
    }
    let second = another(&world, &night, 1).await;
    let third = another(&world, &night, 2).await;
    let resumed = || night.lead.get(path).header("last-event-id", &seen);
    let (_, text) = read_until(resumed(), &third).await;
    assert!(text.contains(&second));
    let stranger = night
        .other_lead
        .get(path)
        .header("last-event-id", "schools-1.0");
    let heard = tokio::time::timeout(Duration::from_millis(300), read_until(stranger, &third));
    assert!(
        heard.await.is_err(),
        "another school hears nothing of {PRIMARY}"
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_stops_ends_every_stream_in_good_order() {
    let mut world = World::start().await;
    let night = night(&world).await;
    let mut stream = watch(&night, "").await;
    world.restart(|_| {}).await;
    loop {
        let next = tokio::time::timeout(LONGEST, stream.message()).await;
        if next.expect("an end in time").unwrap().is_none() {
            break;
        }
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_is_told_of_only_where_it_shows_something_new() {
    let world = World::start().await;
    let night = night(&world).await;
    let mut stream = watch(&night, "").await;
    let first = another(&world, &night, 1).await;
    let seen = until_card(&mut stream, &first).await;
    // The ladder climbs, which no card shows.
    world.turn_to("2026-11-20T08:30").await;
    let last = another(&world, &night, 2).await;
    let mut stream = watch(&night, &seen.at).await;
    let told = next(&mut stream).await;
    assert_eq!(told.card.unwrap().card_id, last);
    world.finish().await;
}
