//! What the hub knows of schools, calendars and rolls: reference data, not history.
//!
//! Kept in a file of its own, in memory while the service runs. Rolls are sealed at rest and opened
//! into the matcher's memory only; they never enter the journal.

mod roll_file;
mod store;

use calendar::{BankHolidays, Calendars, SchoolPlace};
use directory::{Directory, Establishment};
use jiff::civil::Date;
use keys::{KeyError, OpenError, SealError, Sealer};
use matching::{Roll, RollError, RollRow, Urn};
use proto::sealing::Sealed;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
    time::Duration,
};
pub use store::Kind as FileKind;
use store::Store;

/// Schools, calendars and rolls.
pub struct Reference {
    store: Store,
    sealer: Sealer,
    directory: RwLock<Directory>,
    calendars: RwLock<Calendars>,
    roll: RwLock<Roll>,
}

/// Whether rows replace a school's roll or change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What is not in it is gone.
    Whole,
    /// Rows added or changed.
    Delta,
}

/// Why reference data could not be loaded or kept.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// The file failed.
    #[error("use the reference file")]
    Store(#[from] rusqlite::Error),
    /// A kept file no longer reads.
    #[error("read kept reference data again: {0}")]
    Kept(&'static str),
    /// A roll could not be sealed.
    #[error("seal a roll")]
    Seal(#[source] SealError),
    /// A roll could not be opened.
    #[error("open a roll")]
    Open(#[source] OpenError),
    /// The rows do not fit the roll that is there.
    #[error("take the roll")]
    Roll(#[source] RollError),
}

/// Between two tries to reach the key holder.
const PAUSE: Duration = Duration::from_millis(500);

// === impl Reference ===

impl Reference {
    /// Opens the file and loads everything in it.
    pub async fn open(path: &Path, sealer: Sealer) -> Result<Self, ReferenceError> {
        let store = Store::open(path)?;
        let reference = Self {
            store,
            sealer,
            directory: RwLock::default(),
            calendars: RwLock::new(Calendars::new(BankHolidays::default())),
            roll: RwLock::default(),
        };
        for (kind, bytes) in reference.store.files()? {
            reference.load(kind, &bytes)?;
        }
        for (urn, date) in reference.store.closed_days()? {
            write(&reference.calendars).close(&urn, date);
        }
        reference.load_rolls().await?;
        Ok(reference)
    }

    /// Keeps a file that has been read, so that it is there after a restart.
    pub fn keep(&self, kind: FileKind, bytes: &[u8]) -> Result<(), ReferenceError> {
        Ok(self.store.put_file(kind, bytes)?)
    }

    /// The directory of schools, to read. Whoever needs the rolls too takes them after it.
    pub fn directory(&self) -> RwLockReadGuard<'_, Directory> {
        self.directory
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The directory of schools, to change.
    pub fn directory_mut(&self) -> RwLockWriteGuard<'_, Directory> {
        write(&self.directory)
    }

    /// The calendars, to read.
    pub fn calendars(&self) -> RwLockReadGuard<'_, Calendars> {
        self.calendars
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// The calendars, to change.
    pub fn calendars_mut(&self) -> RwLockWriteGuard<'_, Calendars> {
        write(&self.calendars)
    }

    /// The rolls, to match against.
    pub fn roll(&self) -> RwLockReadGuard<'_, Roll> {
        self.roll.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one school's rows, and keeps them sealed.
    pub async fn take_roll(
        &self,
        urn: Urn,
        as_at: Date,
        mode: Mode,
        rows: &[RollRow],
    ) -> Result<(), ReferenceError> {
        let sealed = roll_file::seal(&self.sealer, urn, as_at, rows)
            .await
            .map_err(ReferenceError::Seal)?;
        self.apply_roll(urn, as_at, mode, rows)
            .map_err(ReferenceError::Roll)?;
        let tag = self.school_tag(urn);
        Ok(self.store.put_roll(&tag, mode, &sealed)?)
    }

    /// Declares a school closed on a date, durably.
    pub fn close_day(&self, urn: &str, date: Date) -> Result<(), ReferenceError> {
        self.store.put_closed_day(urn, date)?;
        write(&self.calendars).close(urn, date);
        Ok(())
    }

    /// Takes that back, durably.
    pub fn reopen_day(&self, urn: &str, date: Date) -> Result<(), ReferenceError> {
        self.store.drop_closed_day(urn, date)?;
        write(&self.calendars).reopen(urn, date);
        Ok(())
    }

    /// An import is about to be recorded and to take these places: the how-manieth time that is.
    /// Where it was the last to be asked for in each of them it is the same time as then, else the
    /// `next`. Noted before the record is made: so what was asked for last is known even where a crash
    /// came before its record, or between its record and its effect.
    pub fn begin_import(
        &self,
        places: &[String],
        id: [u8; 16],
        next: u32,
    ) -> Result<u32, ReferenceError> {
        Ok(self.store.begin_import(places, id, next)?)
    }

    /// Where the roll of a school stands among the places that imports take.
    pub fn roll_place(&self, urn: Urn) -> String {
        format!("roll {}", self.school_tag(urn))
    }

    /// Copies the file, hot and consistent.
    pub fn backup_to(&self, path: &Path) -> Result<(), ReferenceError> {
        Ok(self.store.backup_to(path)?)
    }

    /// Whose calendars answer for a school.
    pub fn place_of(&self, urn: &str) -> SchoolPlace {
        let directory = self.directory();
        let school = urn.parse().ok().and_then(|urn| directory.get(urn));
        place(urn, school)
    }

    fn load(&self, kind: FileKind, bytes: &[u8]) -> Result<(), ReferenceError> {
        match kind {
            FileKind::Schools => {
                let extract =
                    directory::schools::read(bytes).map_err(|_| ReferenceError::Kept("schools"))?;
                self.directory_mut().take_schools(extract);
            }
            FileKind::Links => {
                let links =
                    directory::links::read(bytes).map_err(|_| ReferenceError::Kept("links"))?;
                self.directory_mut().take_links(links);
            }
            FileKind::Calendar => {
                let version = directory::version_of(bytes);
                let parsed = calendar::parse_calendar(bytes);
                self.calendars_mut().take(parsed.calendars, &version);
            }
        }
        Ok(())
    }

    async fn load_rolls(&self) -> Result<(), ReferenceError> {
        for (mode, sealed) in self.store.rolls()? {
            let opened = self.opened(&sealed).await.map_err(ReferenceError::Open)?;
            // A destroyed key: that school's roll is gone, and its pupils are matched by nobody.
            let Some((urn, as_at, rows)) = opened else {
                continue;
            };
            // A roll that does not fit what was kept before it must not keep the hub from starting.
            if let Err(error) = self.apply_roll(urn, as_at, mode, &rows) {
                tracing::error!(%error, "a kept roll is passed over: import it again");
            }
        }
        Ok(())
    }

    /// A kept roll; while the key holder is away, it is waited for.
    async fn opened(
        &self,
        sealed: &Sealed,
    ) -> Result<Option<(Urn, Date, Vec<RollRow>)>, OpenError> {
        loop {
            match roll_file::open(&self.sealer, sealed).await {
                Err(OpenError::Unavailable(error @ KeyError::Unavailable(_))) => {
                    tracing::warn!(%error, "the rolls wait");
                    tokio::time::sleep(PAUSE).await;
                }
                settled => return settled,
            }
        }
    }

    fn apply_roll(
        &self,
        urn: Urn,
        as_at: Date,
        mode: Mode,
        rows: &[RollRow],
    ) -> Result<(), RollError> {
        let mut roll = write(&self.roll);
        match mode {
            Mode::Whole => roll.replace(urn, as_at, rows),
            Mode::Delta => roll.change(urn, as_at, rows),
        }
    }

    fn school_tag(&self, urn: Urn) -> String {
        let urn = urn.to_string();
        journal::id::hex(&self.sealer.opaque("schools.roll", &[urn.as_bytes()]))
    }
}

/// A poisoned lock means that a reader panicked; reference data is whole all the same.
fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

fn place(urn: &str, school: Option<&Establishment>) -> SchoolPlace {
    let named = |code: &str| Some(code.to_owned()).filter(|code| !code.is_empty());
    let kind = match school {
        Some(school) if school.is_college() => calendar::PlaceKind::College,
        Some(school) if school.boarding => calendar::PlaceKind::Boarding,
        _ => calendar::PlaceKind::Day,
    };
    SchoolPlace {
        urn: urn.to_owned(),
        trust: school.and_then(|school| named(&school.trust)),
        council: school.and_then(|school| named(&school.council)),
        kind,
    }
}

/// Pupils by school, as a roll file has them.
pub type RowsBySchool = BTreeMap<Urn, Vec<RollRow>>;
