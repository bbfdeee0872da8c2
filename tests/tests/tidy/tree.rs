//! The text files of the repository: those that git has, and those it would be given.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// One text file.
pub(super) struct Text {
    /// Path from the root, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

/// The root of the repository.
pub(super) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every file that git does not ignore and that is text.
pub(super) fn texts() -> Vec<Text> {
    let root = root();
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others"])
        .args(["--exclude-standard", "--deduplicate"])
        .current_dir(&root)
        .output()
        .expect("git lists the files of the repository");
    assert!(listed.status.success(), "the tests run in a git checkout");
    String::from_utf8_lossy(&listed.stdout)
        .split_terminator('\0')
        // Deleted but not yet committed, or not text.
        .filter_map(|path| Some(Text::new(path, &fs::read_to_string(root.join(path)).ok()?)))
        .collect()
}

/// Those of them that are Rust.
pub(super) fn rust() -> Vec<Text> {
    let mut texts = texts();
    texts.retain(Text::is_rust);
    assert!(texts.len() > 20, "the sources are found");
    texts
}

/// Fails with the rule and the list of those who break it.
#[track_caller]
pub(super) fn demand(rule: &str, offenders: &[String]) {
    assert!(
        offenders.is_empty(),
        "{rule}\n\n  {}\n",
        offenders.join("\n  ")
    );
}

/// Whether `word` stands in `line` with nothing of a name on either side.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let of_a_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        !before.is_some_and(of_a_name) && !after.is_some_and(of_a_name)
    })
}

// === impl Text ===

impl Text {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(super) fn is_rust(&self) -> bool {
        Path::new(&self.path)
            .extension()
            .is_some_and(|ext| ext == "rs")
    }

    /// Numbered lines, from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
    }

    /// `path:line: what` for each line in which `find` finds something.
    pub(super) fn offences(&self, find: impl Fn(&str) -> Option<String>) -> Vec<String> {
        self.lines()
            .filter_map(|(at, line)| Some(format!("{}:{at}: {}", self.path, find(line)?)))
            .collect()
    }
}

#[test]
fn a_word_is_found_only_where_it_stands_alone() {
    assert!(has_word("use rand::Rng;", "rand"));
    assert!(has_word("rand", "rand"));
    assert!(!has_word("let operand = brand_new;", "rand"));
    assert!(has_word("operand + rand", "rand"));
}
