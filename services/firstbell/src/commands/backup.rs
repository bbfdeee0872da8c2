//! `firstbell backup`: asks the running hub for a consistent copy of itself.

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use proto::operator::v1::{BackupRequest, operator_service_client::OperatorServiceClient};
use serde_json::json;

/// What `backup` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell backup 2026-11-20-evening\n\nThe folder is made \
    by the hub, below its own backup folder; keys are copied last and apart."
)]
pub struct BackupArgs {
    /// Name of the new folder: 1 to 64 of a-z, 0-9 and "-".
    name: String,
}

pub(super) async fn run(
    args: &BackupArgs,
    hub: Hub,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let request = BackupRequest {
        name: args.name.clone(),
    };
    let mut operator = OperatorServiceClient::new(hub);
    let made = operator.backup(request).await?.into_inner();
    if output.is_json() {
        output.object(&json!({"folder": made.folder, "bytes": made.bytes}))?;
    } else {
        output.line(&format!("{} ({} bytes)", made.folder, made.bytes))?;
    }
    Ok(Exit::Done)
}
