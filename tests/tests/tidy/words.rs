//! What no text of the project says: what is unfinished, which machine it was on, how it was made.
//!
//! Forbidden words are written here in two parts, so that this file can keep its own rules.

use super::tree::{Text, demand, has_word, texts};

const UNFINISHED: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
];

/// Folders of one person's machine.
const FOLDERS: [&str; 3] = [
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("/ho", "me/"),
];

/// Where packages come from is each machine's own business.
const REGISTRIES: [&str; 7] = [
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("pypi", ".org"),
    concat!("python", "hosted.org"),
    concat!("registry.", "npmjs"),
    concat!("deb.", "debian.org"),
    concat!("proxy.", "golang.org"),
];

/// Papers and tools that are not part of the project.
const MAKING: [&str; 14] = [
    concat!("design", ".md"),
    concat!("domain", ".md"),
    concat!("tech", ".md"),
    concat!("style", ".md"),
    concat!("design", " section"),
    concat!("design", " page"),
    concat!("chat", "gpt"),
    concat!("clau", "de"),
    concat!("anth", "ropic"),
    concat!("co", "pilot"),
    concat!("open", "ai"),
    concat!("language", " model"),
    concat!("ai", "-generated"),
    concat!("coding", " agent"),
];

#[test]
fn nothing_is_left_for_later() {
    let offenders = scan(&texts(), unfinished);
    demand(
        "Do it now, or file it as an issue and take the mark out:",
        &offenders,
    );
}

#[test]
fn no_text_knows_the_machine_it_was_written_on() {
    let offenders = scan(&texts(), of_a_machine);
    demand("Say it without this folder or host:", &offenders);
}

#[test]
fn no_text_speaks_of_how_it_was_made() {
    let offenders = scan(&texts(), of_the_making);
    demand(
        "Say why here, in the project's own words, instead of pointing elsewhere:",
        &offenders,
    );
}

fn scan(files: &[Text], find: fn(&str) -> Option<&'static str>) -> Vec<String> {
    let quoted = |line: &str| find(line).map(|found| format!("`{found}`"));
    files
        .iter()
        .flat_map(|file| file.offences(quoted))
        .collect()
}

fn unfinished(line: &str) -> Option<&'static str> {
    UNFINISHED.into_iter().find(|word| has_word(line, word))
}

fn of_a_machine(line: &str) -> Option<&'static str> {
    let folder = FOLDERS.into_iter().find(|folder| {
        line.match_indices(folder).any(|(at, _)| {
            !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}*".contains(c))
        })
    });
    folder.or_else(|| REGISTRIES.into_iter().find(|host| line.contains(host)))
}

fn of_the_making(line: &str) -> Option<&'static str> {
    let line = line.to_lowercase();
    let named = MAKING.into_iter().find(|word| has_word(&line, word));
    named.or_else(|| numbered_issue(&line).then_some("issue with a number"))
}

fn numbered_issue(line: &str) -> bool {
    let mut after = line.split("issue ").skip(1);
    after.any(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '#'))
}

#[test]
fn each_kind_of_forbidden_word_is_found() {
    for word in UNFINISHED {
        assert_eq!(unfinished(&format!("// {word}: later")), Some(word));
    }
    for folder in FOLDERS {
        assert_eq!(of_a_machine(&format!("see {folder}main")), Some(folder));
    }
    for host in REGISTRIES {
        assert_eq!(of_a_machine(&format!("https://{host}/x")), Some(host));
    }
    for word in MAKING {
        assert_eq!(
            of_the_making(&format!("As {} says", word.to_uppercase())),
            Some(word)
        );
    }
    assert!(of_the_making(concat!("as Issue", " 7 asks")).is_some());
}

#[test]
fn words_that_only_look_alike_are_let_through() {
    assert_eq!(unfinished("ring 01632 960xxx, MATERIALXXXL"), None);
    assert_eq!(
        of_a_machine(concat!("https://www.gov.uk/", "work/pay and /workspace")),
        None
    );
    assert_eq!(
        of_the_making("the OpenAPI document; this issue is urgent"),
        None
    );
}
