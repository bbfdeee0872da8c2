//! What every source file looks like: it says what it is for, is short, and has a telling name.

use super::tree::{Text, demand, rust};
use std::path::Path;

const LINES: usize = 400;
/// Names that say nothing of what is inside, so that everything ends up there.
const NAMES: [&str; 8] = [
    "common", "core", "helper", "helpers", "misc", "shared", "util", "utils",
];

#[test]
fn every_file_says_first_what_it_is_for() {
    let offenders = named(&rust(), |file| !file.text.starts_with("//!"));
    demand(
        "Begin the file with `//!` and one sentence on what it is for:",
        &offenders,
    );
}

#[test]
fn no_file_is_too_long_to_be_read_in_one_go() {
    let offenders = too_long(&rust());
    demand(
        "Split these along what they do; 120 lines is usual, 400 the end:",
        &offenders,
    );
}

#[test]
fn a_module_with_children_is_a_file_beside_their_folder() {
    let offenders = named(&rust(), |file| stem(file) == "mod");
    demand("Rename `x/mod.rs` to `x.rs`:", &offenders);
}

#[test]
fn no_name_says_nothing() {
    let offenders = nondescript(&rust());
    demand("Name these after what they do:", &offenders);
}

fn named(files: &[Text], wrong: impl Fn(&Text) -> bool) -> Vec<String> {
    let wrong = files.iter().filter(|file| wrong(file));
    wrong.map(|file| file.path.clone()).collect()
}

fn too_long(files: &[Text]) -> Vec<String> {
    let mut long: Vec<_> = files
        .iter()
        .map(|file| (file.lines().count(), &file.path))
        .filter(|(lines, _)| *lines > LINES)
        .collect();
    long.sort();
    let long = long.into_iter().rev();
    long.map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect()
}

fn stem(file: &Text) -> &str {
    let stem = Path::new(&file.path).file_stem();
    stem.and_then(|stem| stem.to_str()).unwrap_or_default()
}

fn nondescript(files: &[Text]) -> Vec<String> {
    let mut offenders = Vec::new();
    for file in files {
        let folders = file.path.split('/').rev().skip(1);
        for name in folders.chain([stem(file)]).filter(|n| NAMES.contains(n)) {
            offenders.push(format!("{}: `{name}`", file.path));
        }
        offenders.extend(file.offences(|line| {
            let rest = line.split_once("mod ")?.1;
            let name = rest.strip_suffix('{')?.trim();
            NAMES.contains(&name).then(|| format!("`{name}`"))
        }));
    }
    offenders
}

#[test]
fn a_long_file_is_found_and_one_at_the_limit_is_not() {
    let files = [
        Text::new("a.rs", &"\n".repeat(LINES)),
        Text::new("b.rs", &"\n".repeat(LINES + 1)),
    ];
    assert_eq!(too_long(&files), ["b.rs: 401 lines"]);
}

#[test]
fn a_name_that_says_nothing_is_found_wherever_it_hides() {
    for path in ["services/common/src/lib.rs", "services/x/src/utils.rs"] {
        assert_eq!(nondescript(&[Text::new(path, "")]).len(), 1, "{path}");
    }
    let inline = Text::new("services/x/src/lib.rs", "pub mod helpers {\n}");
    assert_eq!(
        nondescript(&[inline]),
        ["services/x/src/lib.rs:1: `helpers`"]
    );
    let fine = Text::new("services/host/src/score.rs", "use core::fmt;\nmod compare;");
    assert_eq!(nondescript(&[fine]), [""; 0]);
}
