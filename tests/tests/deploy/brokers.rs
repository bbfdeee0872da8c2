//! The brokers' files, as nats-server itself reads them.

use super::{
    composed::Composed,
    tools::{deploy, secrets, tool},
};
use std::{collections::BTreeMap, path::Path, process::Command};

#[test]
fn nats_server_takes_the_configuration_of_each_node_of_the_cluster() {
    let secrets = secrets();
    let store = tempfile::tempdir().unwrap();
    let composed = Composed::with(secrets.path());
    for broker in composed.brokers() {
        let here = |value: &str| match broker.outside(value) {
            Some(path) => path.display().to_string(),
            None if value == "/data" => store.path().display().to_string(),
            None => value.to_owned(),
        };
        let environment = broker.environment();
        let environment = environment
            .into_iter()
            .map(|(variable, value)| (variable, here(value)))
            .collect();
        let command = broker.words("/command");
        assert_eq!(command[0], "-c");
        let configuration = broker.outside(command[1]).unwrap();
        taken(&configuration, &environment);
    }
}

#[test]
fn nats_server_takes_the_configuration_of_a_pilot() {
    let secrets = secrets();
    let store = tempfile::tempdir().unwrap();
    let file = |name: &str| secrets.path().join(name).display().to_string();
    let passwords = std::fs::read_to_string(file("nats-passwords.env")).unwrap();
    let passwords = passwords.lines().filter_map(|line| line.split_once('='));
    let mut environment: BTreeMap<_, _> = passwords
        .map(|(variable, value)| (variable, value.to_owned()))
        .collect();
    environment.extend([
        ("NATS_STORE", store.path().display().to_string()),
        ("NATS_CERTIFICATE", file("nats-1/certificate.pem")),
        ("NATS_KEY", file("nats-1/key.pem")),
        ("NATS_AUTHORITY", file("authority.pem")),
    ]);
    taken(&deploy().join("nats.conf"), &environment);
    environment.remove("NATS_KEY");
    assert!(!is_taken(&deploy().join("nats.conf"), &environment).0);
}

fn taken(configuration: &Path, environment: &BTreeMap<&str, String>) {
    let (taken, said) = is_taken(configuration, environment);
    assert!(taken, "{}: {said}", configuration.display());
}

fn is_taken(configuration: &Path, environment: &BTreeMap<&str, String>) -> (bool, String) {
    let read = Command::new(tool("nats-server"))
        .arg("-t")
        .arg("-c")
        .arg(configuration)
        .envs(environment)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&read.stderr).into_owned();
    (read.status.success(), said)
}
