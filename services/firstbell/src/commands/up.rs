//! `firstbell up`: everything in one process, until it is told to stop.

use crate::{
    commands::hub_config::{self, HubArgs},
    error::CommandError,
    exit::Exit,
    hours,
    hub::Hub,
    output::Output,
};
use host::{readiness::Readiness, shutdown, telemetry};
use serde_json::json;

/// What `up` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell init\n  firstbell up\n  firstbell up --nats nats://127.0.0.1:4222\n\nServes gRPC and REST on \
    127.0.0.1:8420; the REST doors describe themselves at /openapi.json. Stop it with Ctrl-C: what \
    is in hand is finished first."
)]
pub struct UpArgs {
    #[command(flatten)]
    hub: HubArgs,
    /// Servers of a broker that is to carry the events between the services, separated by commas;
    /// without it they stay inside the process.
    #[arg(long, value_name = "URL")]
    nats: Option<String>,
}

pub(super) async fn run(args: &UpArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let config = hub_config::load_with(&args.hub, [("nats.url", args.nats.clone())])?;
    let clock = hours::of_hub(&config).map_err(CommandError::hub)?;
    let telemetry = telemetry::start(&config.telemetry, "firstbell").map_err(CommandError::hub)?;
    let stop = shutdown::on_signals().map_err(CommandError::Start)?;
    let started = tokio::select! {
        started = Hub::start(&config, clock, Readiness::new()) => started,
        // What holds the journals may be away for long.
        () = stop.cancelled() => return Ok(Exit::TryLater),
    };
    let hub = started.map_err(CommandError::hub)?;
    if output.is_json() {
        output.object(&json!({"listening": hub.address.to_string()}))?;
    } else {
        output.line(&format!("the hub answers on http://{}", hub.address))?;
        output.line("follow it: firstbell watch inbox (or: watch notifications)")?;
    }
    let exit = tokio::select! {
        () = stop.cancelled() => Exit::Done,
        () = hub.ended() => Exit::Failed,
    };
    if exit == Exit::Failed {
        tracing::error!("a part of the hub has ended by itself, so all of it ends");
    }
    hub.stop().await;
    telemetry.finish().await;
    Ok(exit)
}
