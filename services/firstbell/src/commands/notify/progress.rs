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
    /// Which life of that hub did; empty before the first answer. With each restore another begins.
    #[serde(default)]
    life: String,
    /// The answered part of the file, in bytes from its beginning.
    bytes: u64,
    /// Of the answered part, in hexadecimal digits.
    sha256: String,
    counts: Counts,
    /// First line of the notification that the hub took last.
    #[serde(default)]
    taken_last: Option<u64>,
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
    asked_anyway: Option<u64>,
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
    /// First line of the notification that the hub took last in an earlier run. It is sent once more,
    /// since the answer tells whether the hub still is what it was, even where nothing else is left.
    asked_anyway: Option<u64>,
    /// The hub was restored: what it answered before may be lost.
    is_void: bool,
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
            asked_anyway: None,
            is_void: false,
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
            self.asked_anyway = earlier.taken_last;
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
            asked_anyway: self.asked_anyway,
            ask_again: self.saved.ask_again.clone(),
        }
    }

    /// What the hub took, in this run and those before.
    pub(super) fn counts(&mut self) -> &mut Counts {
        &mut self.saved.counts
    }

    /// Whether the hub that answers with this position is the one that answered before, and was not
    /// restored meanwhile. If it was, nothing that was answered before counts any more.
    pub(super) fn is_same_life(&mut self, position: &str) -> bool {
        let life = position.split_once('.').map_or("", |(life, _)| life);
        if self.saved.life.is_empty() {
            life.clone_into(&mut self.saved.life);
        }
        self.is_void |= !life.is_empty() && self.saved.life != life;
        !self.is_void
    }

    /// Whether the notification on this line was counted in an earlier run and is only asked about.
    pub(super) fn is_asked_anyway(&self, line: u64) -> bool {
        self.asked_anyway == Some(line)
    }

    /// Notes that the hub took the notification on this line.
    pub(super) fn take(&mut self, line: u64) {
        self.saved.taken_last = Some(line);
    }

    /// Notes that nothing which was answered before counts any more.
    pub(super) fn void(&mut self) {
        self.is_void = true;
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
        if self.is_void {
            return self.remove();
        }
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
        self.remove()
    }

    fn remove(&self) -> io::Result<()> {
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
        unit.end <= self.bytes
            && self.asked_anyway != Some(unit.line())
            && !self.ask_again.contains(&unit.line())
    }
}

#[cfg(test)]
mod tests;
