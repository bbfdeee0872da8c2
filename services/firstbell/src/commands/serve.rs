//! `firstbell serve`: one part of a hub in a process of its own, until it is told to stop.

use crate::{
    commands::hub_config::{self, HubArgs},
    error::CommandError,
    exit::Exit,
    output::Output,
    serve::{Part, Process},
};
use host::{readiness::Readiness, shutdown, telemetry};
use serde_json::json;

/// What `serve` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell serve keys --config keys.toml\n\nA hub of several processes is \
    keys, access, police, schools and the door, which is what callers reach. Each is told in its \
    configuration where the others are and which certificate to show them; deploy/compose.yaml has \
    them all. In which order they start does not matter. Stop one with Ctrl-C: what is in hand is \
    finished first."
)]
pub struct ServeArgs {
    /// Which part of the hub.
    which: Part,
    #[command(flatten)]
    hub: HubArgs,
    /// Servers of the broker that carries the events between the services, separated by commas;
    /// without it each asks the other.
    #[arg(long, value_name = "URL")]
    nats: Option<String>,
}

pub(super) async fn run(args: &ServeArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load_with(&args.hub, [("nats.url", args.nats.clone())])?;
    let name = args.which.name();
    let telemetry = telemetry::start(&config.telemetry, name).map_err(CommandError::hub)?;
    let stop = shutdown::on_signals().map_err(CommandError::Start)?;
    let started = tokio::select! {
        () = stop.cancelled() => None,
        started = Process::start(args.which, &config, Readiness::new()) => Some(started),
    };
    let Some(started) = started else {
        telemetry.finish().await;
        return Ok(Exit::Done);
    };
    let process = started.map_err(CommandError::hub)?;
    if output.is_json() {
        output.object(&json!({"service": name, "listening": process.address.to_string()}))?;
    } else {
        output.line(&format!("{name} answers on {}", process.address))?;
    }
    let exit = tokio::select! {
        () = stop.cancelled() => Exit::Done,
        () = process.ended() => Exit::Failed,
    };
    if exit == Exit::Failed {
        tracing::error!("a part of the process has ended by itself, so all of it ends");
    }
    process.stop().await;
    telemetry.finish().await;
    Ok(exit)
}
