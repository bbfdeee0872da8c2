//! The Dockerfile: hadolint finds nothing, and what it copies is there.

use super::tools::{deploy, text, tool};
use std::process::Command;

#[test]
fn hadolint_finds_nothing() {
    let found = Command::new(tool("hadolint"))
        .arg("--no-color")
        .arg(deploy().join("Dockerfile"))
        .output()
        .unwrap();
    assert!(
        found.status.success(),
        "{}",
        String::from_utf8_lossy(&found.stdout)
    );
}

#[test]
fn the_image_holds_the_program_and_runs_it_as_nobody_in_particular() {
    let file = text("Dockerfile");
    let instructions = |name: &str| -> Vec<String> {
        let lines = file.lines().filter_map(|line| line.strip_prefix(name));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    let bases = instructions("FROM ");
    assert_eq!(bases.len(), 2, "one to build in, one to run");
    for base in &bases {
        let (_, tag) = base.split_once(':').unwrap();
        assert!(!tag.starts_with("latest"), "{base}");
    }
    assert!(bases[1].contains("distroless"), "no shell: {}", bases[1]);
    assert_eq!(instructions("USER "), ["65532:65532"]);
    let built_on: f32 = number_after(&bases[0], "rust:");
    let needed = std::fs::read_to_string(deploy().join("../Cargo.toml")).unwrap();
    let needed: f32 = number_after(&needed, "rust-version = \"");
    assert!(built_on >= needed, "the compiler is too old");
}

fn number_after(text: &str, mark: &str) -> f32 {
    let (_, rest) = text.split_once(mark).unwrap();
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    rest[..end.unwrap()].parse().unwrap()
}

#[test]
fn what_the_image_is_built_from_is_let_through() {
    let ignored = text("Dockerfile.dockerignore");
    let root = deploy().join("..");
    let let_through: Vec<_> = ignored
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    for path in &let_through {
        assert!(root.join(path).exists(), "{path}");
    }
    // cargo reads the manifest of every member, and of nothing that is ignored.
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let members = manifest.lines().find(|line| line.starts_with("members"));
    for member in members.unwrap().split('"').skip(1).step_by(2) {
        let folder = member.trim_end_matches("/*");
        let own = format!("{folder}/Cargo.toml");
        let through = |path: &str| folder.starts_with(path) || own == path;
        assert!(let_through.iter().any(|path| through(path)), "{member}");
    }
}
