//! What we depend on: said once, with a reason, and really used.

use super::{
    crates::{Crate, crates},
    tree::{Text, demand, has_word, root, texts},
};
use std::{collections::BTreeSet, fs};

/// Named by generated code only, in crates that generate some.
const FOR_GENERATED: [&str; 4] = ["prost", "prost-types", "tonic", "tonic-prost"];

/// One line of `[workspace.dependencies]`.
struct Shared {
    name: String,
    /// Whether a comment says why it is there.
    reasoned: bool,
}

#[test]
fn every_dependency_says_why_it_is_there() {
    let offenders = unreasoned(&shared(&manifest("Cargo.toml")));
    demand(
        "Write one comment line above it in the root Cargo.toml:",
        &offenders,
    );
}

#[test]
fn every_dependency_of_the_workspace_is_used_by_some_crate() {
    let offenders = idle(&shared(&manifest("Cargo.toml")), &crates());
    demand("Take it out of the root Cargo.toml:", &offenders);
}

#[test]
fn versions_are_said_once() {
    let manifests = crates().into_iter();
    let offenders: Vec<_> = manifests
        .flat_map(|each| said_again(&manifest(&format!("{}/Cargo.toml", each.folder))))
        .collect();
    demand(
        "Declare it in the root Cargo.toml and write `workspace = true` here:",
        &offenders,
    );
}

#[test]
fn every_crate_uses_what_it_depends_on() {
    let texts = texts();
    let offenders: Vec<_> = crates()
        .iter()
        .flat_map(|each| unused(each, &texts))
        .collect();
    demand("Take it out of the crate's Cargo.toml:", &offenders);
}

fn manifest(path: &str) -> Text {
    let text = fs::read_to_string(root().join(path)).expect("every crate has a manifest");
    Text::new(path, &text)
}

fn shared(manifest: &Text) -> Vec<Shared> {
    let mut shared = Vec::new();
    let (mut inside, mut reasoned) = (false, false);
    for (_, line) in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[workspace.dependencies]";
        } else if line.starts_with('#') {
            reasoned = true;
        } else if let Some((name, what)) = line.split_once('=').filter(|_| inside) {
            shared.push(Shared {
                name: name.trim().to_owned(),
                reasoned,
            });
            // Our own crates share one comment.
            reasoned &= what.contains("path =");
        } else {
            reasoned = false;
        }
    }
    shared
}

fn unreasoned(shared: &[Shared]) -> Vec<String> {
    let offenders = shared.iter().filter(|each| !each.reasoned);
    offenders.map(|each| each.name.clone()).collect()
}

fn idle(shared: &[Shared], crates: &[Crate]) -> Vec<String> {
    let used: BTreeSet<_> = crates.iter().flat_map(|each| &each.dependencies).collect();
    let idle = shared.iter().filter(|each| !used.contains(&each.name));
    idle.map(|each| each.name.clone()).collect()
}

fn said_again(manifest: &Text) -> Vec<String> {
    let mut inside = false;
    let mut offenders = Vec::new();
    for (at, line) in manifest.lines() {
        if line.starts_with('[') {
            inside = line.ends_with("dependencies]");
        } else if inside && line.contains('=') && !declared_above(line) {
            offenders.push(format!("{}:{at}: {line}", manifest.path));
        }
    }
    offenders
}

fn declared_above(line: &str) -> bool {
    line.contains(".workspace = true") || line.contains("workspace = true,")
}

fn unused(of: &Crate, texts: &[Text]) -> Vec<String> {
    let folder = format!("{}/", of.folder);
    let own = texts.iter().filter(|text| text.is_rust());
    let own: Vec<_> = own.filter(|text| text.path.starts_with(&folder)).collect();
    let generates = own
        .iter()
        .any(|text| text.path == format!("{folder}build.rs"));
    let is_named = |name: &str| {
        let name = name.replace('-', "_");
        own.iter().any(|file| has_word(&file.text, &name))
    };
    let idle = of.dependencies.iter().filter(|name| {
        let for_generated = generates && FOR_GENERATED.contains(&name.as_str());
        **name != of.name && !for_generated && !is_named(name)
    });
    idle.map(|name| format!("{} -> {name}", of.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "\
[workspace.dependencies]
# Our own.
access = { path = \"services/access\" }
bus = { path = \"services/bus\" }

silent = \"1\"
# It has a reason.
spoken = \"1\"
second = \"1\"

[profile.dev]
debug = 1
";

    #[test]
    fn a_dependency_without_a_reason_is_found() {
        let shared = shared(&Text::new("Cargo.toml", ROOT));
        assert_eq!(shared.len(), 5);
        assert_eq!(unreasoned(&shared), ["silent", "second"]);
    }

    #[test]
    fn a_dependency_that_no_crate_takes_is_found() {
        let shared = shared(&Text::new("Cargo.toml", ROOT));
        let dependencies = ["access", "bus", "second", "silent"]
            .map(String::from)
            .into();
        let crates = [made_up(dependencies)];
        assert_eq!(idle(&shared, &crates), ["spoken"]);
    }

    #[test]
    fn a_version_said_again_is_found() {
        let manifest = Text::new(
            "services/x/Cargo.toml",
            "[package]\nname = \"x\"\n[dev-dependencies]\na.workspace = true\nb = \"1\"\n\
             c = { workspace = true, features = [] }\n",
        );
        assert_eq!(
            said_again(&manifest),
            ["services/x/Cargo.toml:5: b = \"1\""]
        );
    }

    #[test]
    fn a_dependency_that_the_sources_never_name_is_found() {
        let crates = made_up(["csv-core", "prost", "jiff", "x"].map(String::from).into());
        let mut texts = vec![
            Text::new("services/x/src/lib.rs", "use csv_core::Reader;"),
            Text::new("services/y/src/lib.rs", "use jiff::Timestamp;"),
        ];
        assert_eq!(unused(&crates, &texts), ["x -> jiff", "x -> prost"]);
        texts.push(Text::new("services/x/build.rs", ""));
        assert_eq!(unused(&crates, &texts), ["x -> jiff"]);
    }

    fn made_up(dependencies: BTreeSet<String>) -> Crate {
        Crate {
            name: "x".to_owned(),
            folder: "services/x".to_owned(),
            dependencies,
        }
    }
}
