//! What leaves the hub for a collector: how a night goes, how well matching does, and nothing of any
//! child; and that the dashboards and alert rules that ship ask for nothing else.
//!
//! In a program of its own, since a process has one collector.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[cfg(test)]
mod metrics {
    mod asked;
    mod dashboards;
    mod rules;

    pub(super) use dashboards::dashboards_ask_only_for;
    pub(super) use rules::rules_ask_only_for;
}

use host::{config::Telemetry, telemetry};
use proto::{
    operator::v1::{GetStandingRequest, Standing},
    schools::v1::{CardAlert, CardState},
};
use std::collections::BTreeSet;
use tests::{
    caller::Caller,
    collector::{Collector, Point, Span},
    people::{COUNCIL, FORCE, PRIMARY, Pupil, incident, pupil},
    wait::eventually,
    world::{Shape, World},
};

const FORENAMES: [&str; 12] = [
    "Pippa", "Orlo", "Wren", "Juno", "Caspian", "Ottilie", "Barnaby", "Xanthe", "Quentin",
    "Delphi", "Ignatius", "Mabel",
];

/// Twelve children of twelve families.
fn pupils() -> Vec<Pupil> {
    const SURNAMES: [&str; 12] = [
        "Quillfeather",
        "Marshwiggle",
        "Thistledown",
        "Oakenshaw",
        "Bramblewick",
        "Fennimore",
        "Grizzlewood",
        "Harkaway",
        "Inkpenner",
        "Jollife",
        "Kettlewell",
        "Larkspurrow",
    ];
    (1..)
        .zip(FORENAMES.iter().zip(SURNAMES))
        .map(|(month, (forename, surname))| {
            pupil(
                forename,
                surname,
                &format!("2016-{month:02}-{:02}", month + 9),
            )
        })
        .collect()
}

/// As it was sent last.
fn value(points: &[Point], name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let labels = labels.iter();
    let labels = labels.map(|(label, value)| ((*label).to_owned(), (*value).to_owned()));
    let labels = labels.collect();
    let mut points = points.iter().filter(|point| point.name == name);
    let last = points.rfind(|point| point.labels == labels);
    last.map(|point| point.value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_hears_how_a_night_goes_and_nothing_of_any_child() {
    let collector = Collector::start().await;
    let settings = Telemetry {
        otlp_endpoint: collector.endpoint().to_owned(),
        ..Telemetry::default()
    };
    let telemetry = telemetry::start(&settings, "firstbell").unwrap();
    let mut world = World::shaped(Shape::OverNats, |_| {}).await;
    world.roll("2026-11-18", &pupils()).await;
    let force = world.force(FORCE).await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    night(&world, &force, &lead).await;
    // What is made anew from the journals is not counted anew.
    world
        .restart(|folders| {
            for view in ["police-view.sqlite3", "schools-view.sqlite3"] {
                std::fs::remove_file(folders.views.join(view)).unwrap();
            }
        })
        .await;
    // Councils are told of only by whole days.
    world.turn_to("2026-11-21T01:00").await;
    relayed(&world).await;
    telemetry.finish().await;

    let points = collector.points();
    accountable(&points);
    confirmed(&points);
    carried(&points);
    matched(&points);
    one_trace(&collector.spans());
    only_words(&points);
    nobody_is_named(&collector);
    metrics::dashboards_ask_only_for(&points);
    metrics::rules_ask_only_for(&points);
    world.finish().await;
}

/// Thirteen children, one on no roll; nobody can be reached by mail, the lead gives one child up in
/// the morning, confirms ten others 50 minutes before the bell, and the last ten minutes after it.
async fn night(world: &World, force: &Caller, lead: &Caller) {
    let nobody = pupil("Nobody", "Onroll", "2014-04-04");
    let children = pupils().into_iter().chain([nobody]);
    let children = children.map(|pupil| pupil.child()).collect();
    force.submit(incident("43-1", children)).await;
    world.turn_to("2026-11-20T08:00").await;
    let card = lead.card().await;
    lead.open(&card.card_id).await.unwrap();
    lead.disown(&card.alerts[0].alert_id).await;
    world.settled().await;
    let mut card = lead.card().await;
    let waits = |alert: &CardAlert| alert.state() == CardState::Unconfirmed;
    card.alerts.retain(waits);
    let late = card.alerts.split_off(10);
    lead.confirm(&card).await;
    world.turn_to("2026-11-20T09:00").await;
    card.alerts = late;
    lead.confirm(&card).await;
    world.settled().await;
}

/// Events reach everybody without the broker too, so a hub that has settled may still relay.
async fn relayed(world: &World) {
    let mut operator = world.operator().operator();
    eventually("every event is at the broker", async || {
        let asked = operator.get_standing(GetStandingRequest {}).await;
        let services = asked.unwrap().into_inner().services;
        let behind = |service: &Standing| {
            let relaying = service.relaying.as_ref();
            relaying.is_none_or(|relaying| relaying.published < service.published)
        };
        match services.iter().find(|service| behind(service)) {
            Some(service) => Err(format!("{service:?}")),
            None => Ok(()),
        }
    })
    .await;
}

fn accountable(points: &[Point]) {
    let force = ("force", FORCE);
    let accepted = value(points, "firstbell.notifications.accepted", &[force]);
    assert_eq!(accepted, Some(1.0), "{points:?}");
    for (state, count) in [
        ("routed", 11.0),
        ("with_coordinator", 2.0),
        ("in_transit", 0.0),
        ("closed", 0.0),
    ] {
        let children = value(points, "firstbell.children", &[force, ("state", state)]);
        assert_eq!(children, Some(count), "{state}");
    }
}

fn confirmed(points: &[Point]) {
    let force = ("force", FORCE);
    let duration = value(points, "firstbell.confirmation.duration", &[force]);
    assert_eq!(duration, Some(11.0));
    for part in ["police", "hub", "school"] {
        let labels = [force, ("part", part)];
        let part = value(points, "firstbell.confirmation.part.duration", &labels);
        assert_eq!(part, Some(11.0));
    }
    for (side, count) in [("before", Some(10.0)), ("after", Some(1.0))] {
        let labels = [force, ("side", side)];
        let bell = value(points, "firstbell.confirmation.bell.distance", &labels);
        assert_eq!(bell, count, "{side}");
    }
    for side in ["before", "after"] {
        let waiting = value(points, "firstbell.alerts.waiting", &[("side", side)]);
        assert_eq!(waiting, Some(0.0), "{side}");
    }
    let labels = [force, ("rung", "key_adults"), ("outcome", "refused")];
    let climbed = value(points, "firstbell.alerts.escalated", &labels);
    assert_eq!(climbed, Some(12.0), "{points:?}");
}

fn carried(points: &[Point]) {
    for producer in ["access", "police", "schools"] {
        let producer = [("producer", producer)];
        assert_eq!(value(points, "firstbell.relay.lag", &producer), Some(0.0));
        let stopped = value(points, "firstbell.relay.stopped", &producer);
        assert_eq!(stopped, Some(0.0));
    }
    for (consumer, producer) in [
        ("police", "schools"),
        ("schools", "police"),
        ("schools", "access"),
    ] {
        let labels = [("consumer", consumer), ("producer", producer)];
        let lag = value(points, "firstbell.consumer.lag", &labels);
        assert_eq!(lag, Some(0.0), "{labels:?}");
        let aside = value(points, "firstbell.consumer.set_aside", &labels);
        assert_eq!(aside, Some(0.0), "{labels:?}");
    }
    for service in ["access", "police", "schools"] {
        let service = [("service", service)];
        let appends = value(points, "firstbell.journal.append.duration", &service);
        assert!(appends.is_some_and(|appends| appends >= 1.0), "{service:?}");
    }
    assert_eq!(value(points, "firstbell.broker.connected", &[]), Some(1.0));
    assert_eq!(value(points, "firstbell.ready", &[]), Some(1.0));
}

fn matched(points: &[Point]) {
    let force = ("force", FORCE);
    let model = ("model", "standard-2");
    for (identity, count) in [("sure", 12.0), ("unsure", 0.0), ("none", 1.0)] {
        let identity = ("identity", identity);
        let labels = [force, model, identity];
        let all = value(points, "firstbell.matching.decisions", &labels);
        assert_eq!(all, Some(count), "{identity:?} {points:?}");
        let labels = [force, model, identity, ("council", COUNCIL)];
        let here = value(points, "firstbell.matching.decisions.by_council", &labels);
        assert_eq!(here, Some(count), "{identity:?}");
    }
    for (outcome, count) in [("overturned", 1.0), ("misdirected", 1.0), ("restored", 0.0)] {
        let labels = [force, ("outcome", outcome)];
        let became = value(points, "firstbell.matching.outcomes", &labels);
        assert_eq!(became, Some(count), "{outcome}");
    }
}

/// From the police's request to where the school's live stream has the alert, across the broker.
fn one_trace(spans: &[Span]) {
    let submitted = spans.iter().find(|span| {
        let route = span.about.get("route");
        route.is_some_and(|route| route.ends_with("/SubmitNotification"))
    });
    let trace = &submitted.unwrap().trace;
    let of_trace = spans.iter().filter(|span| span.trace == *trace);
    let of_trace: BTreeSet<_> = of_trace.map(|span| span.name.as_str()).collect();
    for name in ["request", "relay", "consume", "show"] {
        assert!(of_trace.contains(name), "{name}: {of_trace:?}");
    }
}

/// Every label is of a kind that is about nobody.
fn only_words(points: &[Point]) {
    let labels: BTreeSet<_> = points
        .iter()
        .flat_map(|point| point.labels.keys().map(String::as_str))
        .collect();
    let known = [
        "consumer", "council", "field", "force", "identity", "measure", "model", "outcome", "part",
        "producer", "rung", "service", "side", "state",
    ];
    assert!(labels.is_subset(&known.into()), "{labels:?}");
}

fn nobody_is_named(collector: &Collector) {
    let sent = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert!(sent.contains("firstbell.matching"));
    for told in FORENAMES
        .iter()
        .chain(&[PRIMARY, "Madeup", "43-1", "McTestface"])
    {
        assert!(!sent.contains(told), "{told}");
    }
}
