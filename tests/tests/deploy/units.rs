//! The systemd units, as systemd itself reads them where the machine has it.

use super::tools::text;
use std::{collections::BTreeSet, path::Path, process::Command};

/// Each with a name to be installed under.
const UNITS: [(&str, &str); 2] = [
    ("firstbell.service", "firstbell.service"),
    ("firstbell@.service", "firstbell@police.service"),
];
/// Where systemd puts its own.
const ANALYZE: &str = "/usr/bin/systemd-analyze";
/// Of ten, by systemd's own count: what listens and reads its own files needs no more.
const MOST_EXPOSED: &str = "--threshold=15";

#[test]
fn systemd_reads_every_unit_and_finds_it_closed() {
    if !Path::new(ANALYZE).exists() {
        // The other test still reads them.
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (file, name) in UNITS {
        let unit = folder.path().join(name);
        // A machine that tests has no hub installed.
        let there = text(file).replace("/usr/local/bin/firstbell", "/usr/bin/env");
        std::fs::write(&unit, there).unwrap();
        for check in [
            &["verify", "--man=no"][..],
            &["security", "--offline=true", "--no-pager", MOST_EXPOSED],
        ] {
            let checked = Command::new(ANALYZE)
                .args(check)
                .arg(&unit)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&checked.stderr);
            assert!(checked.status.success(), "{file}: {check:?}: {said}");
            assert!(!said.contains("Unknown"), "{file}: {said}");
        }
    }
}

#[test]
fn both_units_are_closed_alike_and_wait_for_no_other() {
    let [one, each] = UNITS.map(|(file, _)| settings(&text(file)));
    let differ = one.symmetric_difference(&each);
    let differ: BTreeSet<_> = differ.map(|setting| key(setting)).collect();
    let known = [
        "Description",
        "DynamicUser",
        "Environment",
        "ExecStart",
        "Group",
        "LoadCredential",
        "StateDirectory",
        "TasksMax",
        "User",
        "WorkingDirectory",
    ];
    assert_eq!(differ, BTreeSet::from(known));
    for setting in one.union(&each) {
        let (key, value) = setting.split_once('=').unwrap();
        let orders = ["After", "Before", "Requires", "BindsTo", "PartOf"].contains(&key);
        assert!(!(orders && value.contains("firstbell")), "{setting}");
    }
}

fn settings(unit: &str) -> BTreeSet<String> {
    let lines = unit.lines().map(str::trim);
    let settings = lines.filter(|line| !line.starts_with('#') && line.contains('='));
    settings.map(str::to_owned).collect()
}

fn key(setting: &str) -> &str {
    setting.split_once('=').map_or("", |(key, _)| key)
}
