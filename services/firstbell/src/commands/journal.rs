//! `firstbell journal`: moves the journals of a hub that does not run, and begins new epochs of them.

use crate::{
    broker,
    commands::hub_config::{self, HubArgs},
    error::CommandError,
    exit::Exit,
    hub::{Folders, JOURNALS},
    journals::Journals,
    output::Output,
};
use clap::{Subcommand, ValueEnum};
use clock::SystemClock;
use host::{
    config::{Config, JournalKind},
    telemetry,
};
use journal::copy::{Copied, copy};
use serde_json::json;
use std::sync::Arc;

/// What `journal` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell journal copy --to jetstream\n\nThe hub must not be running. \
    Copied is from where the configuration has the journals; afterwards set journals.kind and start \
    again. Events, their order, hashes and public numbers stay, every hash is checked on the way, and \
    what is copied from is left as it is. Interrupted, it is run again: it goes on, and nobody can \
    open half a journal. The copy is a new life of the journal: views are made anew, and services \
    hear everything once more, which changes nothing.\n\nWhere an older copy of a journal was put back \
    by other means than `firstbell restore`, before its service starts:\n  \
    firstbell journal new-epoch police"
)]
pub struct JournalArgs {
    /// What to do.
    #[command(subcommand)]
    command: JournalCommand,
}

#[derive(Subcommand)]
enum JournalCommand {
    /// Copy journals to where another configuration keeps them.
    Copy(CopyArgs),
    /// Begin a new epoch after an older copy was put back by other means than `firstbell restore`.
    NewEpoch(NewEpochArgs),
}

#[derive(clap::Args)]
struct NewEpochArgs {
    /// Whose journals.
    #[arg(value_parser = JOURNALS, value_name = "SERVICE", required = true)]
    services: Vec<String>,
    #[command(flatten)]
    hub: HubArgs,
}

#[derive(clap::Args)]
struct CopyArgs {
    /// Where to.
    #[arg(long, value_enum, value_name = "KIND")]
    to: Kind,
    /// Whose journals; all where none is named.
    #[arg(value_parser = JOURNALS, value_name = "SERVICE")]
    services: Vec<String>,
    #[command(flatten)]
    hub: HubArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// Files in the data folder.
    Embedded,
    /// The broker of `[nats]`.
    #[value(name = "jetstream")]
    JetStream,
    /// KurrentDB, by `journals.kurrentdb_url_file`.
    #[value(name = "kurrentdb")]
    KurrentDb,
}

const ALREADY_THERE: &str = "the configuration has the journals there already: it names where to \
    copy from, and --to another kind";
const NO_BROKER: &str = "no broker is configured to copy to: set `nats.url`";
const NO_KURRENTDB: &str =
    "no KurrentDB is configured to copy to: set `journals.kurrentdb_url_file`";

const NOT_HERE: &str = "there is no such journal in the data folder: name it with --data";

pub(super) async fn run(args: &JournalArgs, output: &mut Output) -> Result<Exit, CommandError> {
    match &args.command {
        JournalCommand::Copy(args) => copy_all(args, output).await,
        JournalCommand::NewEpoch(args) => new_epoch(args, output).await,
    }
}

async fn new_epoch(args: &NewEpochArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load(&args.hub)?;
    let services = here(&args.services, &config)?;
    let name = broker::name(&config.nats);
    let journals = Journals::new(&config, name, Arc::new(SystemClock)).await;
    let journals = journals.map_err(CommandError::hub)?;
    for service in services {
        let begun = journals.new_epoch(service).await;
        let epoch = begun.map_err(CommandError::hub)?.epoch;
        if output.is_json() {
            output.object(&json!({"journal": service, "epoch": epoch}))?;
        } else {
            output.line(&format!("{service}: epoch {epoch}"))?;
        }
    }
    Ok(Exit::Done)
}

async fn copy_all(args: &CopyArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load(&args.hub)?;
    let to = JournalKind::from(args.to);
    if config.journals.kind == to {
        return Err(CommandError::Usage(ALREADY_THERE));
    }
    if to == JournalKind::JetStream && config.nats.url.is_empty() {
        return Err(CommandError::Usage(NO_BROKER));
    }
    if to == JournalKind::KurrentDb && config.journals.kurrentdb_url_file.is_none() {
        return Err(CommandError::Usage(NO_KURRENTDB));
    }
    let telemetry = telemetry::start(&config.telemetry, "firstbell").map_err(CommandError::hub)?;
    let clock = Arc::new(SystemClock);
    let name = broker::name(&config.nats);
    let sources = Journals::new(&config, name, clock.clone()).await;
    let sources = sources.map_err(CommandError::hub)?;
    let targets = Journals::of_kind(to, &config, name, clock).await;
    let targets = targets.map_err(CommandError::hub)?;
    for service in here(&args.services, &config)? {
        let copied = copy_one(service, &sources, &targets).await?;
        tell(service, copied, output)?;
    }
    telemetry.finish().await;
    if !output.is_json() {
        output.line("next: set journals.kind where the hub's configuration is, then start it")?;
    }
    Ok(Exit::Done)
}

/// The journals that are meant. A service's own data folder has its own journal only.
fn here(named: &[String], config: &Config) -> Result<Vec<&'static str>, CommandError> {
    let folders = Folders::below(&config.data);
    let is_elsewhere = config.journals.kind != JournalKind::Embedded;
    let is_here = |service: &&str| is_elsewhere || folders.journal(service).exists();
    let is_named = |service: &&str| named.is_empty() || named.iter().any(|it| it == service);
    let meant: Vec<_> = JOURNALS.into_iter().filter(is_named).collect();
    let here: Vec<_> = meant.iter().copied().filter(is_here).collect();
    if here.is_empty() || (!named.is_empty() && here != meant) {
        return Err(CommandError::Usage(NOT_HERE));
    }
    Ok(here)
}

async fn copy_one(
    service: &'static str,
    sources: &Journals,
    targets: &Journals,
) -> Result<Copied, CommandError> {
    let mut source = sources.open(service).await.map_err(CommandError::hub)?;
    let mut target = targets.fill(&mut source).await.map_err(CommandError::hub)?;
    let copied = copy(&*source.shared(), &mut *target).await;
    source.close().await;
    copied.map_err(CommandError::hub)
}

fn tell(service: &str, copied: Copied, output: &mut Output) -> Result<(), CommandError> {
    let Copied {
        identity,
        events,
        added,
    } = copied;
    if output.is_json() {
        return output.object(&json!({
            "journal": service, "events": events, "added": added, "epoch": identity.epoch,
        }));
    }
    output.line(&format!(
        "{service}: {events} events, {added} of them new, every hash checked"
    ))
}

// === impl Kind ===

impl From<Kind> for JournalKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Embedded => Self::Embedded,
            Kind::JetStream => Self::JetStream,
            Kind::KurrentDb => Self::KurrentDb,
        }
    }
}
