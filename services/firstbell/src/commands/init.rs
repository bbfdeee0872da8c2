//! `firstbell init`: makes a hub's folder, its keys, and the operator's first token.

use crate::{
    commands::hub_config::{self, HubArgs},
    error::CommandError,
    exit::Exit,
    hub::{self, Hub},
    output::Output,
};
use clock::SystemClock;
use host::readiness::Readiness;
use serde_json::json;
use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path, sync::Arc};

/// What `init` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell init\n\nMakes ./firstbell-data with a master key and a \
    token for the hub's operator. Keep both; the key is never shown and never made again."
)]
pub struct InitArgs {
    #[command(flatten)]
    hub: HubArgs,
}

pub(super) async fn run(args: &InitArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load(&args.hub)?;
    let folders = hub::make(&config).map_err(CommandError::hub)?;
    let token_file = folders.operator_token();
    let mut config = config;
    // Nobody has to reach it yet.
    config.listen = ([127, 0, 0, 1], 0).into();
    let hub = Hub::start(&config, Arc::new(SystemClock), Readiness::new())
        .await
        .map_err(CommandError::hub)?;
    let token = hub.access.bootstrap_operator_token().await;
    hub.stop().await;
    let token =
        token.map_err(|problem| CommandError::hub(Refused(problem.message().to_owned())))?;
    write_private(&token_file, &token).map_err(CommandError::Start)?;
    if output.is_json() {
        output.object(&json!({"data": config.data, "token_file": token_file}))?;
    } else {
        output.line(&format!("made {}", config.data.display()))?;
        output.line(&format!(
            "the operator's token is in {}",
            token_file.display()
        ))?;
        output.line("next: firstbell up")?;
    }
    Ok(Exit::Done)
}

/// The access service refused the first token.
#[derive(Debug, thiserror::Error)]
#[error("make the operator's token: {0}")]
struct Refused(String);

/// Readable by its owner only, from the first byte on.
pub(crate) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}
