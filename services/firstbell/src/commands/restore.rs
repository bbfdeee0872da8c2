//! `firstbell restore`: puts a backup in place of a hub's stores, and begins a new epoch.

use crate::{
    commands::hub_config::{self, HubArgs},
    error::CommandError,
    exit::Exit,
    hub::{
        Folders, JOURNALS,
        restore::{Lost, Restore, RestoreError},
    },
    output::Output,
};
use host::config::JournalKind;
use serde_json::json;
use std::{collections::BTreeSet, path::PathBuf};

/// What `restore` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell restore firstbell-data/backups/2026-11-20-evening\n\nThe \
    hub must not be running. What the backup does not hold is named; forces send it again, and \
    nothing is doubled. Views are made anew at the next start. Keys destroyed since stay destroyed. \
    Interrupted, it is run again: it finishes, and names what was lost from the first time on. Ends \
    with code 2 if anything is lost."
)]
pub struct RestoreArgs {
    /// The backup's folder.
    backup: PathBuf,
    #[command(flatten)]
    hub: HubArgs,
}

const ELSEWHERE: &str = "the configuration has the journals outside the data folder, where no backup \
    of ours reaches: have whoever runs their store put its own copies back";

pub(super) fn run(args: &RestoreArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load(&args.hub)?;
    if config.journals.kind != JournalKind::Embedded {
        return Err(CommandError::Usage(ELSEWHERE));
    }
    let folders = Folders::below(&config.data);
    let mut restore = Restore::prepare(folders, &args.backup).map_err(failed)?;
    tell(restore.lost(), output)?;
    while restore.step().map_err(failed)? {}
    if !output.is_json() {
        output.line(
            "restored; next: firstbell up, then ask every force to send again what it sent since",
        )?;
    }
    Ok(if restore.lost().values().all(BTreeSet::is_empty) {
        Exit::Done
    } else {
        Exit::Listed
    })
}

fn failed(error: RestoreError) -> CommandError {
    match error {
        RestoreError::Backup(_, source) => CommandError::no_input("the argument BACKUP")(source),
        error => CommandError::hub(error),
    }
}

fn tell(lost: &Lost, output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        return output.object(&json!({"lost": lost}));
    }
    let named = JOURNALS.iter().filter_map(|name| lost.get_key_value(*name));
    for (service, streams) in named.filter(|(_, streams)| !streams.is_empty()) {
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
