//! Every variable that is set is one that its program reads, and every file that one names is there.

use super::{
    composed::{Composed, Container},
    tools::{secrets, text},
};
use host::config::{Config, KEYS};
use std::{collections::BTreeSet, fs, os::unix::fs::PermissionsExt};

#[test]
fn every_setting_of_a_process_is_one_that_it_takes() {
    let composed = Composed::alone();
    for process in composed.processes() {
        let environment = process.environment();
        for variable in environment.keys() {
            let known = KEYS.iter().any(|key| key.variable() == **variable);
            assert!(known, "{}: {variable}", process.name);
        }
        let read = |name: &str| environment.get(name).map(|&value| value.to_owned());
        let config = Config::load(None, read, []);
        assert!(config.is_ok(), "{}: {config:?}", process.name);
    }
}

#[test]
fn every_setting_of_a_unit_is_one_that_the_program_takes() {
    for unit in ["firstbell.service", "firstbell@.service"] {
        let unit = text(unit);
        let set = unit
            .lines()
            .filter_map(|line| line.strip_prefix("Environment="));
        for assignment in set {
            let (variable, _) = assignment.split_once('=').unwrap();
            let known = KEYS.iter().any(|key| key.variable() == variable);
            assert!(known, "{variable}");
        }
    }
}

#[test]
fn every_broker_is_told_what_its_configuration_asks_and_no_more() {
    let asked: BTreeSet<String> = ["nats-cluster.conf", "nats-services.conf"]
        .iter()
        .flat_map(|file| asked(&text(file)))
        .collect();
    let secrets = secrets();
    let composed = Composed::with(secrets.path());
    for broker in composed.brokers() {
        let told = broker.environment();
        let told: BTreeSet<String> = told.keys().map(|&name| name.to_owned()).collect();
        assert_eq!(told, asked, "{}", broker.name);
    }
}

/// Variables outside comments.
fn asked(configuration: &str) -> Vec<String> {
    let lines = configuration.lines();
    let lines = lines.filter(|line| !line.trim_start().starts_with('#'));
    let of_line = |line: &str| {
        let after = line.split("$NATS_").skip(1);
        let name = |rest: &str| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            format!("NATS_{}", &rest[..end.unwrap_or(rest.len())])
        };
        after.map(name).collect::<Vec<_>>()
    };
    lines.flat_map(of_line).collect()
}

#[test]
fn every_file_that_is_mounted_or_named_is_there() {
    let secrets = secrets();
    let composed = Composed::with(secrets.path());
    let mut named = 0;
    for container in composed.containers() {
        for source in container.mounted().values() {
            assert!(source.exists(), "{}: {}", container.name, source.display());
        }
        for (variable, value) in container.environment() {
            if value.starts_with("/run/") {
                is_there(&container, variable, value);
                named += 1;
            }
        }
    }
    assert!(named > 30, "files are named in the settings");
}

/// A secret is its owner's alone.
fn is_there(container: &Container<'_>, variable: &str, path: &str) {
    let name = container.name;
    let file = container.outside(path);
    let file = file.unwrap_or_else(|| panic!("{name}: {variable} names nothing that is mounted"));
    let about = fs::metadata(&file);
    let about = about.unwrap_or_else(|_| panic!("{name}: {variable} names no file"));
    if path.ends_with("key.pem") || path.ends_with("password") {
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{name}: {path}");
    }
}
