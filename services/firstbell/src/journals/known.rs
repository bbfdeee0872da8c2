//! What the data folder knows of a journal that is kept elsewhere: which one it is and how far it went.
//! So one that is lost, or an older copy of it, is missed, and nothing empty takes its place.

use super::JournalsError;
use journal::{JournalIdentity, Position, copy::Standing};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};
use tokio::task::spawn_blocking;

/// What is known of the journal of a service.
pub(super) struct Known {
    service: &'static str,
    path: PathBuf,
    seen: Option<(JournalIdentity, Position)>,
}

// === impl Known ===

impl Known {
    /// Reads what stands beside `place`, the place of the journal in the data folder.
    pub(super) fn read(service: &'static str, place: &Path) -> Result<Self, JournalsError> {
        let path = place.with_extension("known");
        let seen = match fs::read_to_string(&path) {
            Ok(text) => Some(parse(&text).ok_or(io::ErrorKind::InvalidData.into())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => Some(Err(error)),
        };
        let failed = |error| JournalsError::Known(service, error);
        Ok(Self {
            service,
            path,
            seen: seen.transpose().map_err(failed)?,
        })
    }

    /// Whether there is a journal to be missed.
    pub(super) fn is_there(&self) -> bool {
        self.seen.is_some()
    }

    /// Refuses what is not the journal that is known, or an earlier life of it.
    pub(super) fn expect(&self, standing: Option<Standing>) -> Result<(), JournalsError> {
        let Some((known, _)) = self.seen else {
            return Ok(());
        };
        match standing.map(|it| it.identity) {
            Some(there) if there.id != known.id => Err(JournalsError::Gone(self.service)),
            Some(there) if there.epoch < known.epoch => Err(JournalsError::Older(self.service)),
            Some(_) => Ok(()),
            None => Err(JournalsError::Gone(self.service)),
        }
    }

    /// Refuses one that ends before what is known; else it is known from now on.
    pub(super) async fn learn(
        &mut self,
        identity: JournalIdentity,
        head: Position,
    ) -> Result<(), JournalsError> {
        if self
            .seen
            .is_some_and(|(known, end)| known == identity && head < end)
        {
            return Err(JournalsError::Older(self.service));
        }
        self.note(identity, head).await
    }

    /// Writes down how far it went; it is on disk afterwards. Other tasks go on meanwhile.
    pub(super) async fn note(
        &mut self,
        identity: JournalIdentity,
        head: Position,
    ) -> Result<(), JournalsError> {
        let path = self.path.clone();
        let written = spawn_blocking(move || write(&path, &format!("{identity} {}\n", head.0)));
        let written = written.await.map_err(io::Error::other).flatten();
        written.map_err(|error| JournalsError::Known(self.service, error))?;
        self.seen = Some((identity, head));
        Ok(())
    }

    /// The life after all that are known of the journal that stands there.
    pub(super) fn next_life(
        &self,
        standing: Option<Standing>,
    ) -> Result<JournalIdentity, JournalsError> {
        let gone = JournalsError::Gone(self.service);
        let there = standing.filter(|it| it.is_whole).ok_or(gone)?.identity;
        let known = self.seen.map_or(there, |(known, _)| known);
        if known.id != there.id {
            return Err(JournalsError::Gone(self.service));
        }
        Ok(JournalIdentity {
            id: there.id,
            epoch: there.epoch.max(known.epoch).saturating_add(1),
        })
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_extension("known.unfinished");
    let mut file = File::create(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    path.parent()
        .map_or(Ok(()), |it| File::open(it)?.sync_all())
}

fn parse(text: &str) -> Option<(JournalIdentity, Position)> {
    let (identity, position) = text.trim_end().split_once(' ')?;
    Some((identity.parse().ok()?, Position(position.parse().ok()?)))
}
