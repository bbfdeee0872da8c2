//! Every host and port that one part names is another's, on a network that both are in.

use super::{
    composed::{Composed, Container},
    tools::text,
    yaml,
};
use std::collections::BTreeMap;

/// Who speaks to which address.
struct Call {
    from: String,
    to: String,
    port: u16,
}

/// Ports of programs that are not ours, and that no file of ours sets.
const THEIRS: [(&str, &[u16]); 4] = [
    ("prometheus", &[9090]),
    ("jaeger", &[4317, 16686]),
    ("grafana", &[3000]),
    ("kurrentdb", &[2113]),
];

#[test]
fn every_address_is_anothers_on_a_network_of_both() {
    let composed = Composed::alone();
    let containers = composed.containers();
    let calls = calls(&containers);
    assert!(calls.len() > 25, "addresses are found in the settings");
    for Call { from, to, port } in calls {
        let caller = containers.iter().find(|one| one.name == from).unwrap();
        let called = containers.iter().find(|one| one.is_called(&to));
        let called = called.unwrap_or_else(|| panic!("{from} names {to}, which nobody is called"));
        let ports = ports(called);
        assert!(ports.contains(&port), "{from} names {to}:{port}: {ports:?}");
        let networks = called.networks();
        let mut shared = caller.networks().into_iter();
        assert!(shared.any(|one| networks.contains(&one)), "{from} to {to}");
    }
}

#[test]
fn a_process_is_called_by_the_name_in_its_certificate() {
    let composed = Composed::alone();
    let all = composed.processes().into_iter().chain(composed.brokers());
    for container in all {
        let name = container.name;
        assert!(container.is_called(&format!("{name}.firstbell.internal")));
        let mounted = container.mounted();
        let mut sources = mounted.values();
        assert!(sources.any(|source| source.ends_with(name)), "{name}");
    }
}

#[test]
fn nothing_but_the_door_and_the_dashboards_can_be_reached_from_outside() {
    let composed = Composed::alone();
    for container in composed.containers() {
        let published = container.about["ports"].as_array();
        let published = published.map(Vec::as_slice).unwrap_or_default();
        let may = ["door", "grafana"].contains(&container.name);
        assert_eq!(!published.is_empty(), may, "{}", container.name);
        for port in published {
            assert_eq!(port["host_ip"], "127.0.0.1", "{}", container.name);
            let inside = u16::try_from(port["target"].as_u64().unwrap()).unwrap();
            assert!(ports(&container).contains(&inside), "{}", container.name);
        }
    }
    let keys = composed.processes().into_iter();
    for process in keys.filter(|one| ["keys", "access", "police"].contains(&one.name)) {
        let mut networks = process.networks().into_iter();
        assert!(networks.all(|one| composed.is_internal(one)));
    }
}

fn calls(containers: &[Container<'_>]) -> Vec<Call> {
    let mut calls = Vec::new();
    for container in containers {
        for value in container.environment().values() {
            let own = value.contains("127.0.0.1") || value.contains("0.0.0.0");
            if !own {
                calls.extend(addresses(container.name, value));
            }
        }
    }
    for (from, file) in [
        ("collector", "collector.yaml"),
        ("prometheus", "prometheus.yaml"),
        ("grafana", "grafana/provisioning/datasources/firstbell.yaml"),
    ] {
        for value in yaml::texts(&yaml::read(file)) {
            if !value.starts_with("0.0.0.0") {
                calls.extend(addresses(from, &value));
            }
        }
    }
    calls
}

/// `host:port`, alone, in an address or in several separated by commas.
fn addresses(from: &str, value: &str) -> Vec<Call> {
    let one = |text: &str| {
        let address = text.split_once("://").map_or(text, |(_, rest)| rest);
        let (host, port) = address.rsplit_once(':')?;
        Some(Call {
            from: from.to_owned(),
            to: host.to_owned(),
            port: port.parse().ok()?,
        })
    };
    value
        .split(',')
        .filter_map(|text| one(text.trim()))
        .collect()
}

/// Where a container listens for others.
fn ports(container: &Container<'_>) -> Vec<u16> {
    let theirs = BTreeMap::from(THEIRS);
    if let Some(ports) = theirs.get(container.name) {
        return ports.to_vec();
    }
    let listens = match container.environment().get("FIRSTBELL_LISTEN") {
        Some(&address) => vec![address.to_owned()],
        None if container.image().starts_with("nats:") => quoted(&text("nats-cluster.conf")),
        None => yaml::texts(&yaml::read("collector.yaml")),
    };
    let everywhere = listens.iter().filter(|text| text.starts_with("0.0.0.0:"));
    let port = |text: &String| text.rsplit(':').next().and_then(|port| port.parse().ok());
    everywhere.filter_map(port).collect()
}

fn quoted(text: &str) -> Vec<String> {
    text.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
