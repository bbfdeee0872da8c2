//! Which crate may know which: services never know each other, foundations know no one.

use super::tree::{demand, root};
use serde_json::Value;
use std::{collections::BTreeSet, process::Command};

/// Services with a journal of their own; they speak over the bus.
const SERVICES: [&str; 6] = ["access", "history", "mash", "outcomes", "police", "schools"];
/// Where services are put together.
const COMPOSE: [&str; 2] = ["firstbell", "tests"];
/// Plain rules and the contract: they depend on no other crate of ours.
const FOUNDATIONS: [&str; 5] = ["calendar", "clock", "matching", "proto", "textfile"];

/// A crate of the workspace.
pub(super) struct Crate {
    pub(super) name: String,
    /// Folder from the root.
    pub(super) folder: String,
    /// Names of what it depends on in any way.
    pub(super) dependencies: BTreeSet<String>,
}

/// All crates of the workspace, as cargo sees them.
pub(super) fn crates() -> Vec<Crate> {
    let answer = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--format-version",
            "1",
            "--offline",
        ])
        .current_dir(root())
        .output()
        .expect("cargo runs this test, so it can be started");
    assert!(answer.status.success(), "cargo describes the workspace");
    let metadata: Value = serde_json::from_slice(&answer.stdout).unwrap();
    let base = text(&metadata["workspace_root"]);
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| Crate::read(package, base))
        .collect()
}

#[test]
fn services_are_known_only_where_they_are_put_together() {
    demand(
        "Speak over the bus and share `proto`; services meet only in `firstbell` and `tests`:",
        &acquainted(&crates()),
    );
}

#[test]
fn foundations_depend_on_no_other_crate_of_ours() {
    demand(
        "Pass in what is needed, or move this out of the foundation:",
        &leaning(&crates()),
    );
}

fn acquainted(crates: &[Crate]) -> Vec<String> {
    let strangers = crates
        .iter()
        .filter(|from| !COMPOSE.contains(&from.name.as_str()));
    strangers
        .flat_map(|from| from.edges(|to| to != from.name && SERVICES.contains(&to)))
        .collect()
}

fn leaning(crates: &[Crate]) -> Vec<String> {
    let ours: BTreeSet<_> = crates.iter().map(|each| each.name.as_str()).collect();
    let foundations = crates
        .iter()
        .filter(|from| FOUNDATIONS.contains(&from.name.as_str()));
    foundations
        .flat_map(|from| from.edges(|to| to != from.name && ours.contains(to)))
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

// === impl Crate ===

impl Crate {
    fn read(package: &Value, base: &str) -> Self {
        let manifest = text(&package["manifest_path"]);
        let folder = manifest.strip_prefix(base).unwrap_or(manifest);
        let dependencies = package["dependencies"].as_array().unwrap();
        Self {
            name: text(&package["name"]).to_owned(),
            folder: folder.trim_matches('/').replace("/Cargo.toml", ""),
            dependencies: dependencies
                .iter()
                .map(|dependency| {
                    let renamed = dependency["rename"].as_str();
                    renamed.unwrap_or(text(&dependency["name"])).to_owned()
                })
                .collect(),
        }
    }

    fn edges(&self, wrong: impl Fn(&str) -> bool) -> Vec<String> {
        let wrong = self.dependencies.iter().filter(|to| wrong(to));
        wrong.map(|to| format!("{} -> {to}", self.name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_up(name: &str, dependencies: &[&str]) -> Crate {
        Crate {
            name: name.to_owned(),
            folder: format!("services/{name}"),
            dependencies: dependencies.iter().map(|&d| d.to_owned()).collect(),
        }
    }

    #[test]
    fn a_service_that_knows_another_is_found() {
        let crates = [
            made_up("police", &["schools", "proto", "police"]),
            made_up("schools", &["proto"]),
            made_up("portal", &["access"]),
            made_up("firstbell", &["police", "schools"]),
            made_up("tests", &["police", "schools"]),
        ];
        assert_eq!(
            acquainted(&crates),
            ["police -> schools", "portal -> access"]
        );
    }

    #[test]
    fn a_foundation_that_leans_on_a_crate_of_ours_is_found() {
        let crates = [
            made_up("matching", &["strsim", "clock"]),
            made_up("clock", &["jiff"]),
        ];
        assert_eq!(leaning(&crates), ["matching -> clock"]);
    }

    #[test]
    fn the_whole_workspace_is_seen() {
        let crates = crates();
        let police = crates.iter().find(|each| each.name == "police").unwrap();
        assert_eq!(police.folder, "services/police");
        assert!(police.dependencies.contains("proto"));
        assert!(crates.iter().any(|each| each.name == "tests"));
    }
}
