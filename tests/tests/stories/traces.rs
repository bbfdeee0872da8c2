//! One trace goes through all processes of a hub, from a force's request to the school's live stream.

use crate::night;
use std::collections::BTreeSet;
use tests::{
    collector::{Collector, Span},
    wait::eventually,
    world::{Shape, World},
};

/// Each step, by the process that takes it.
const STEPS: [(&str, &str); 5] = [
    ("door", "request"),
    ("police", "request"),
    ("police", "relay"),
    ("schools", "consume"),
    ("schools", "show"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_force_sent_is_followed_through_every_process_and_the_broker() {
    let collector = Collector::start().await;
    let world = World::shaped(Shape::Processes, |config| {
        collector
            .endpoint()
            .clone_into(&mut config.telemetry.otlp_endpoint);
    })
    .await;
    night(&world).await;
    eventually("the trace is whole", async || {
        let spans = collector.spans();
        let steps = steps(&spans);
        if STEPS.iter().all(|step| steps.contains(step)) {
            Ok(())
        } else {
            Err(format!("{steps:?}"))
        }
    })
    .await;
    world.finish().await;
}

/// What was done by which process in the trace of the submission at the door.
fn steps(spans: &[Span]) -> BTreeSet<(&str, &str)> {
    let submitted = spans.iter().find(|span| {
        let route = span.about.get("route");
        let route = route.is_some_and(|route| route.ends_with("/SubmitNotification"));
        route && span.service == "door"
    });
    let of_trace = spans.iter().filter(|span| {
        let trace = submitted.map(|submitted| &submitted.trace);
        Some(&span.trace) == trace
    });
    of_trace
        .map(|span| (span.service.as_str(), span.name.as_str()))
        .collect()
}
