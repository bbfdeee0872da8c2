//! What leaves the hub for a collector: how well matching does, and nothing of any child.
//!
//! In a program of its own, since a process has one collector.

use host::{config::Telemetry, telemetry};
use std::collections::BTreeSet;
use tests::{
    collector::{Collector, Point},
    people::{COUNCIL, FORCE, PRIMARY, Pupil, incident, pupil},
    world::World,
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

fn value(points: &[Point], name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let labels = labels.iter();
    let labels = labels.map(|(label, value)| ((*label).to_owned(), (*value).to_owned()));
    let labels = labels.collect();
    let mut points = points.iter().filter(|point| point.name == name);
    let point = points.find(|point| point.labels == labels);
    point.map(|point| point.value)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_hears_how_well_matching_does_and_nothing_of_any_child() {
    let collector = Collector::start().await;
    let settings = Telemetry {
        otlp_endpoint: collector.endpoint().to_owned(),
        ..Telemetry::default()
    };
    let telemetry = telemetry::start(&settings).unwrap();
    let world = World::start().await;
    world.roll("2026-11-18", &pupils()).await;
    let force = world.force(FORCE).await;
    let lead = world.key_adult(PRIMARY, "lead", "Testy McTestface").await;
    let nobody = pupil("Nobody", "Onroll", "2014-04-04");
    let children = pupils().into_iter().chain([nobody]);
    let children = children.map(|pupil| pupil.child()).collect();
    force.submit(incident("43-1", children)).await;
    world.settled().await;
    let card = lead.card().await;
    lead.open(&card.card_id).await.unwrap();
    lead.disown(&card.alerts[0].alert_id).await;
    world.settled().await;
    // Councils are told of only by whole days.
    world.turn_to("2026-11-21T01:00").await;
    telemetry.finish().await;

    let points = collector.points();
    let force = ("force", FORCE);
    let model = ("model", "standard-2");
    for (identity, count) in [("sure", 12.0), ("unsure", 0.0), ("none", 1.0)] {
        let identity = ("identity", identity);
        let labels = [force, model, identity];
        let all = value(&points, "firstbell.matching.decisions", &labels);
        assert_eq!(all, Some(count), "{identity:?} {points:?}");
        let labels = [force, model, identity, ("council", COUNCIL)];
        let here = value(&points, "firstbell.matching.decisions.by_council", &labels);
        assert_eq!(here, Some(count), "{identity:?}");
    }
    for (outcome, count) in [("overturned", 1.0), ("misdirected", 1.0), ("restored", 0.0)] {
        let labels = [force, ("outcome", outcome)];
        let became = value(&points, "firstbell.matching.outcomes", &labels);
        assert_eq!(became, Some(count), "{outcome}");
    }
    only_words(&points);
    let sent = String::from_utf8_lossy(&collector.bytes()).into_owned();
    assert!(sent.contains("firstbell.matching"));
    for told in FORENAMES
        .iter()
        .chain(&[PRIMARY, "Madeup", "43-1", "McTestface"])
    {
        assert!(!sent.contains(told), "{told}");
    }
    world.finish().await;
}

/// Every label is of a kind that is about nobody.
fn only_words(points: &[Point]) {
    let labels: BTreeSet<_> = points
        .iter()
        .flat_map(|point| point.labels.keys().map(String::as_str))
        .collect();
    let known = [
        "council", "field", "force", "identity", "measure", "model", "outcome",
    ];
    assert!(labels.is_subset(&known.into()), "{labels:?}");
}
