//! `firstbell init`: makes a hub's folder, its keys, and the operator's first token.

use crate::{
    commands::hub_config::{self, HubArgs},
    error::CommandError,
    exit::Exit,
    hub,
    output::Output,
};
use clock::SystemClock;
use host::config::Config;
use keys::MadeFor;
use serde_json::json;
use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path, sync::Arc};

/// What `init` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell init\n\nMakes ./firstbell-data with a master key and a \
    token for the hub's operator. Keep both; the key is never shown and never made again. \
    Interrupted, it is run again and goes on.\n\nWhere no token of the operator's is good any more, \
    stop the hub and make one, shown once:\n  firstbell init --new-operator-token > operator.token"
)]
pub struct InitArgs {
    #[command(flatten)]
    hub: HubArgs,
    /// Of a hub that is there and stopped: print a new token for its operator.
    #[arg(long)]
    new_operator_token: bool,
    /// For a hub that no real child will ever be in: its clock may be turned, for ever.
    #[arg(long)]
    for_tests: bool,
}

pub(super) async fn run(args: &InitArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load(&args.hub)?;
    if args.new_operator_token {
        return new_operator_token(&config, output).await;
    }
    let made_for = if args.for_tests {
        MadeFor::Tests
    } else {
        MadeFor::Use
    };
    let folders = hub::make(&config, made_for).map_err(CommandError::hub)?;
    let token_file = folders.operator_token();
    if !token_file.exists() {
        let token = hub::new_operator_token(&config, Arc::new(SystemClock)).await;
        let token = token.map_err(CommandError::hub)?;
        write_private(&token_file, &token).map_err(CommandError::Start)?;
    }
    hub::made(&folders).map_err(CommandError::hub)?;
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

/// Standard output has the token and nothing else, so that it can go straight into a file.
async fn new_operator_token(config: &Config, output: &mut Output) -> Result<Exit, CommandError> {
    let token = hub::new_operator_token(config, Arc::new(SystemClock))
        .await
        .map_err(CommandError::hub)?;
    if output.is_json() {
        output.object(&json!({"token": token}))?;
    } else {
        eprintln!("the token is good for a year; it is shown this once");
        output.line(&token)?;
    }
    Ok(Exit::Done)
}

/// Readable by its owner only, from the first byte on; whole or not there.
pub(crate) fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".unfinished");
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&unfinished)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    std::fs::rename(&unfinished, path)
}
