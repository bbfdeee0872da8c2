//! `firstbell restore`: puts a backup in place of a hub's stores, and begins a new epoch.

use crate::{
    commands::hub_config::{self, HubArgs},
    error::CommandError,
    exit::Exit,
    hub::{Folders, JOURNALS},
    output::Output,
};
use clock::SystemClock;
use journal::embedded::{EmbeddedJournal, JournalFile, OpenError, Settings, begin_new_epoch};
use serde_json::json;
use std::{
    collections::BTreeSet,
    fs,
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::Arc,
};

/// What `restore` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell restore firstbell-data/backups/2026-11-20-evening\n\nThe \
    hub must not be running. What the backup does not hold is named; forces send it again, and \
    nothing is doubled. Views are made anew at the next start. Keys destroyed since stay destroyed."
)]
pub struct RestoreArgs {
    /// The backup's folder.
    backup: PathBuf,
    #[command(flatten)]
    hub: HubArgs,
}

const REFERENCE: &str = "schools-reference.sqlite3";

pub(super) fn run(args: &RestoreArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load(&args.hub)?;
    let folders = Folders::below(&config.data);
    check(&args.backup).map_err(CommandError::NoInput)?;
    not_running(&folders)?;
    let lost = lost(&folders, &args.backup)?;
    // Told first: once the backup is in place, nobody can tell any more.
    tell(&lost, output)?;
    // Views and cursors are made from the journals. They go first, so that none ever stands beside
    // an older journal.
    match fs::remove_dir_all(&folders.views) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(CommandError::Start(error));
        }
        _ => {}
    }
    for service in JOURNALS {
        let target = folders.journal(service);
        let replaced = epoch(&target)?;
        put(&args.backup.join(format!("{service}.sqlite3")), &target)
            .map_err(CommandError::Start)?;
        begin_new_epoch(&target, replaced).map_err(CommandError::hub)?;
    }
    folders.make().map_err(CommandError::Start)?;
    put(&args.backup.join(REFERENCE), &folders.views.join(REFERENCE))
        .map_err(CommandError::Start)?;
    let keys = args.backup.join("keys").join("keys.db");
    if keys.exists() {
        keys::store::restore(&keys, &folders.keys).map_err(CommandError::hub)?;
    }
    if !output.is_json() {
        output.line(
            "restored; next: firstbell up, then ask every force to send again what it sent since",
        )?;
    }
    Ok(if lost.iter().all(|(_, events)| events.is_empty()) {
        Exit::Done
    } else {
        Exit::Listed
    })
}

/// A hub that runs would go on writing into files that are no longer there.
fn not_running(folders: &Folders) -> Result<(), CommandError> {
    for service in JOURNALS {
        let path = folders.journal(service);
        let clock = Arc::new(SystemClock);
        if path.exists()
            && let Err(error @ OpenError::InUse) =
                EmbeddedJournal::open(&path, Settings::default(), clock)
        {
            return Err(CommandError::hub(error));
        }
    }
    Ok(())
}

fn check(backup: &Path) -> io::Result<()> {
    JOURNALS
        .iter()
        .map(|service| backup.join(format!("{service}.sqlite3")))
        .chain([backup.join(REFERENCE)])
        .try_for_each(|file| fs::metadata(file).map(|_| ()))
}

/// Which life of a journal stands there; 0 for none.
fn epoch(journal: &Path) -> Result<u64, CommandError> {
    if !journal.exists() {
        return Ok(0);
    }
    let journal = JournalFile::open(journal).map_err(CommandError::hub)?;
    Ok(journal.identity().epoch)
}

type Lost = Vec<(&'static str, BTreeSet<String>)>;

/// Streams of the present journals that hold events the backup does not.
fn lost(folders: &Folders, backup: &Path) -> Result<Lost, CommandError> {
    let mut lost = Vec::new();
    for service in JOURNALS {
        let now = folders.journal(service);
        if !now.exists() {
            continue;
        }
        let copy = JournalFile::open(&backup.join(format!("{service}.sqlite3")))
            .map_err(CommandError::hub)?;
        let now = JournalFile::open(&now).map_err(CommandError::hub)?;
        let streams = now.streams_beyond(&copy).map_err(CommandError::hub)?;
        lost.push((service, streams));
    }
    Ok(lost)
}

/// Copies a file into place; what belonged to the file before goes with it.
fn put(from: &Path, to: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm"] {
        let mut name = to.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(".restoring");
    fs::copy(from, &unfinished)?;
    fs::File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, to)
}

fn tell(lost: &Lost, output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        let lost: serde_json::Map<_, _> = lost
            .iter()
            .map(|(service, streams)| ((*service).to_owned(), json!(streams)))
            .collect();
        return output.object(&json!({"lost": lost}));
    }
    for (service, streams) in lost {
        output.line(&format!(
            "{service}: events of {} streams are not in the backup",
            streams.len()
        ))?;
        for stream in streams {
            output.line(&format!("  {stream}"))?;
        }
    }
    Ok(())
}
