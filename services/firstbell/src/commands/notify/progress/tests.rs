//! Going on after an interruption, and beginning again where that would lose something.

use super::*;
use crate::commands::notify::unit::Content;

const HUB: &str = "http://127.0.0.1:8420";

fn unit(line: u64, end: u64) -> Unit {
    Unit {
        lines: vec![line],
        end,
        content: Content::Refused(Vec::new()),
    }
}

fn begun(folder: &tempfile::TempDir) -> PathBuf {
    let file = folder.path().join("night.csv");
    fs::write(&file, "header\nfirst row\nsecond row\n").unwrap();
    let (mut progress, found) = Progress::open(&file, HUB).unwrap();
    assert_eq!(found, Found::Nothing);
    progress.counts().accepted = 1;
    progress.answer(2, 17, false).unwrap();
    progress.save().unwrap();
    file
}

#[test]
fn an_interrupted_file_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let file = begun(&folder);
    let (mut progress, found) = Progress::open(&file, HUB).unwrap();
    assert_eq!(found, Found::Interrupted(17));
    assert_eq!(progress.counts().accepted, 1);
    assert!(progress.answered().has(&unit(2, 17)));
    assert!(!progress.answered().has(&unit(3, 28)));
    progress.finish().unwrap();
    assert!(!path_of(&file).exists());
}

#[test]
fn rows_added_at_the_end_are_still_to_be_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = begun(&folder);
    let longer = fs::read_to_string(&file).unwrap() + "third row\n";
    fs::write(&file, longer).unwrap();
    assert_eq!(
        Progress::open(&file, HUB).unwrap().1,
        Found::Interrupted(17)
    );
}

#[test]
fn a_changed_or_shortened_file_or_another_hub_starts_from_the_beginning() {
    for (text, hub) in [
        ("header\nFirst row\nsecond row\n", HUB),
        ("header\n", HUB),
        ("header\nfirst row\nsecond row\n", "https://hub.example.org"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = begun(&folder);
        fs::write(&file, text).unwrap();
        let (progress, found) = Progress::open(&file, hub).unwrap();
        assert_eq!(found, Found::AnotherFile);
        assert!(!progress.answered().has(&unit(1, 7)));
    }
}

#[test]
fn what_the_hub_refused_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let file = begun(&folder);
    let (mut progress, _) = Progress::open(&file, HUB).unwrap();
    progress.answer(3, 28, true).unwrap();
    assert!(!progress.answered().has(&unit(3, 28)));
    progress.answer(3, 28, false).unwrap();
    assert!(progress.answered().has(&unit(3, 28)));
}

#[test]
fn nothing_that_a_hub_answered_before_it_was_restored_counts() {
    let folder = tempfile::tempdir().unwrap();
    let file = begun(&folder);
    let (mut progress, _) = Progress::open(&file, HUB).unwrap();
    for same in ["1.7", "1.9", ""] {
        assert!(progress.is_same_life(same), "{same}");
    }
    progress.save().unwrap();
    let (mut progress, found) = Progress::open(&file, HUB).unwrap();
    assert_eq!(found, Found::Interrupted(17));
    assert!(!progress.is_same_life("2.8"));
    progress.save().unwrap();
    assert_eq!(Progress::open(&file, HUB).unwrap().1, Found::Nothing);
}

#[test]
fn a_damaged_progress_is_no_progress() {
    let folder = tempfile::tempdir().unwrap();
    let file = begun(&folder);
    fs::write(path_of(&file), "{\"hub\":").unwrap();
    assert_eq!(Progress::open(&file, HUB).unwrap().1, Found::Nothing);
}
