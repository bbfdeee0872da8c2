//! How far a file has been answered for, kept beside it in `FILE.progress`.
//!
//! It holds numbers and a digest, no personal data. It is a hint: losing it means that some
//! notifications are sent again, and the hub recognises those.

use super::unit::Unit;
use aws_lc_rs::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
};

/// Answers between two savings.
const SAVE_EVERY: u32 = 64;

/// What is in the file.
#[derive(Clone, Default, Serialize, Deserialize)]
struct Saved {
    /// Address of the hub that answered.
    hub: String,
    /// The answered part of the file, in bytes from its beginning.
    bytes: u64,
    /// Of the answered part, in hexadecimal digits.
    sha256: String,
    counts: Counts,
    /// First lines of notifications in the answered part that the hub refused: asked again.
    ask_again: BTreeSet<u64>,
}

/// What the hub took so far.
#[derive(Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Counts {
    pub(super) accepted: u64,
    pub(super) already_known: u64,
    pub(super) held: u64,
}

/// Which units need not be sent again.
pub(super) struct Answered {
    bytes: u64,
    ask_again: BTreeSet<u64>,
}

/// What was found beside the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// An earlier run was interrupted after this many bytes.
    Interrupted(u64),
    /// The file is not the one that was begun, or was sent to another hub.
    AnotherFile,
}

/// Follows the answers of one run.
pub(super) struct Progress {
    path: PathBuf,
    file: File,
    digest: Context,
    digested: u64,
    saved: Saved,
    unsaved: u32,
}

// === impl Progress ===

impl Progress {
    /// Opens the progress of `file` with this hub.
    pub(super) fn open(file: &Path, hub: &str) -> io::Result<(Self, Found)> {
        let path = path_of(file);
        let earlier = fs::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice::<Saved>(&text).ok());
        let fresh = Self {
            path,
            file: File::open(file)?,
            digest: Context::new(&SHA256),
            digested: 0,
            saved: Saved {
                hub: hub.to_owned(),
                ..Saved::default()
            },
            unsaved: 0,
        };
        match earlier {
            None => Ok((fresh, Found::Nothing)),
            Some(earlier) => fresh.resume(earlier, file),
        }
    }

    fn resume(mut self, earlier: Saved, file: &Path) -> io::Result<(Self, Found)> {
        self.digest_to(earlier.bytes)?;
        if earlier.hub == self.saved.hub && earlier.sha256 == self.sha256() {
            let found = Found::Interrupted(earlier.bytes);
            self.saved = earlier;
            return Ok((self, found));
        }
        self.file = File::open(file)?;
        self.digest = Context::new(&SHA256);
        self.digested = 0;
        Ok((self, Found::AnotherFile))
    }

    /// Which units need not be sent again.
    pub(super) fn answered(&self) -> Answered {
        Answered {
            bytes: self.saved.bytes,
            ask_again: self.saved.ask_again.clone(),
        }
    }

    /// What the hub took, in this run and those before.
    pub(super) fn counts(&mut self) -> &mut Counts {
        &mut self.saved.counts
    }

    /// Notes that everything up to `end` has been answered, and saves now and then.
    pub(super) fn answer(&mut self, line: u64, end: u64, refused_by_hub: bool) -> io::Result<()> {
        self.saved.bytes = self.saved.bytes.max(end);
        if refused_by_hub {
            self.saved.ask_again.insert(line);
        } else {
            self.saved.ask_again.remove(&line);
        }
        self.unsaved = self.unsaved.saturating_add(1);
        if self.unsaved < SAVE_EVERY {
            return Ok(());
        }
        self.save()
    }

    /// Writes the progress beside the file.
    pub(super) fn save(&mut self) -> io::Result<()> {
        self.unsaved = 0;
        self.digest_to(self.saved.bytes)?;
        self.saved.sha256 = self.sha256();
        let text = serde_json::to_vec(&self.saved)?;
        let mut unfinished = self.path.clone().into_os_string();
        unfinished.push(".new");
        fs::write(&unfinished, text)?;
        fs::rename(&unfinished, &self.path)
    }

    /// The whole file has been answered for: nothing is left to remember.
    pub(super) fn finish(self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn digest_to(&mut self, end: u64) -> io::Result<()> {
        let mut part = (&self.file).take(end.saturating_sub(self.digested));
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let length = part.read(&mut buffer)?;
            if length == 0 {
                break;
            }
            self.digest.update(buffer.get(..length).unwrap_or_default());
            self.digested = self.digested.saturating_add(length as u64);
        }
        Ok(())
    }

    fn sha256(&self) -> String {
        let digest = self.digest.clone().finish();
        let digits =
            |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
        digest.as_ref().iter().flat_map(digits).flatten().collect()
    }
}

/// Where the progress of a file is kept.
fn path_of(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".progress");
    path.into()
}

// === impl Answered ===

impl Answered {
    /// Whether the hub took this unit in an earlier run.
    pub(super) fn has(&self, unit: &Unit) -> bool {
        unit.end <= self.bytes && !self.ask_again.contains(&unit.line())
    }
}

#[cfg(test)]
mod tests {
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
    fn a_damaged_progress_is_no_progress() {
        let folder = tempfile::tempdir().unwrap();
        let file = begun(&folder);
        fs::write(path_of(&file), "{\"hub\":").unwrap();
        assert_eq!(Progress::open(&file, HUB).unwrap().1, Found::Nothing);
    }
}
