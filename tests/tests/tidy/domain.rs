//! `domain/` is pure: no input or output, no clock, no chance.

use super::tree::{Text, demand, has_word, rust};

/// What would let the world in.
const IMPURE: [&str; 12] = [
    "async",
    "await",
    "tokio",
    "rusqlite",
    "rand",
    "std::fs",
    "std::net",
    "std::env",
    "Timestamp::now",
    "Zoned::now",
    "SystemTime",
    "Instant",
];

#[test]
fn the_domain_knows_nothing_of_the_world() {
    let files = rust();
    let domain: Vec<_> = files.iter().filter(|file| is_domain(&file.path)).collect();
    assert!(!domain.is_empty(), "some service has a domain");
    let offenders: Vec<_> = domain.into_iter().flat_map(impure).collect();
    demand(
        "Decide and evolve from what is passed in; do this outside `domain/`:",
        &offenders,
    );
}

fn is_domain(path: &str) -> bool {
    path.contains("/src/domain/") || path.ends_with("/src/domain.rs")
}

fn impure(file: &Text) -> Vec<String> {
    file.offences(|line| {
        let code = line.split("//").next().unwrap_or_default();
        let found = IMPURE.iter().find(|word| has_word(code, word))?;
        Some(format!("`{found}`"))
    })
}

#[test]
fn what_lets_the_world_in_is_found_in_code_and_not_in_prose() {
    let file = Text::new(
        "services/x/src/domain/decide.rs",
        "// never async\npub async fn decide() {}\nlet now = jiff::Timestamp::now();\nlet operand = 1;",
    );
    assert!(is_domain(&file.path));
    let found = impure(&file);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with(":2: `async`"));
    assert!(found[1].ends_with(":3: `Timestamp::now`"));
    assert!(!is_domain("services/x/src/api/domain_name.rs"));
}
