//! `firstbell coverage`: which schools and councils have nobody who can be reached.

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use proto::schools::v1::{
    CoverageGap, CoverageRequest, CoverageResponse,
    directory_service_client::DirectoryServiceClient,
};
use serde_json::json;

/// All schools of England with a gap each fit in well below this.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// What `coverage` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell coverage --council 330\n\nEnds with 2 where there \
    are gaps, so that a morning check can raise an alarm."
)]
pub struct CoverageArgs {
    /// Three-digit code of one council; without it, everything in the caller's remit.
    #[arg(long, value_name = "CODE", default_value = "")]
    council: String,
}

pub(super) async fn run(
    args: &CoverageArgs,
    hub: Hub,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let request = CoverageRequest {
        council: args.council.clone(),
    };
    let mut directory = DirectoryServiceClient::new(hub).max_decoding_message_size(LARGEST_ANSWER);
    let coverage = directory.coverage(request).await?.into_inner();
    show(&coverage, output)?;
    Ok(if coverage.gaps.is_empty() {
        Exit::Done
    } else {
        Exit::Listed
    })
}

fn show(coverage: &CoverageResponse, output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        for gap in &coverage.gaps {
            output.object(&json!({
                "kind": gap.kind, "code": gap.code, "name": gap.name, "gap": gap.gap
            }))?;
        }
        return output.object(&json!({
            "schools": coverage.schools, "covered": coverage.covered, "gaps": coverage.gaps.len()
        }));
    }
    if !coverage.gaps.is_empty() {
        let rows = coverage.gaps.iter().map(row);
        output.table(&["", "code", "name", "what is missing"], rows)?;
    }
    output.line(&format!(
        "{} of {} schools can be reached; {} gaps.",
        coverage.covered,
        coverage.schools,
        coverage.gaps.len()
    ))
}

fn row(gap: &CoverageGap) -> Vec<String> {
    let missing = match gap.gap.as_str() {
        "no_contact" => "no contact has been named",
        "no_current_contact" => "no contact is current today",
        "no_duty_desk" => "no duty desk has been named",
        "no_hidden_location_officer" => "no officer for hidden locations has been named",
        "no_designated_officer" => "no designated officer has been named",
        "no_roll" => "no pupil roll has been loaded",
        "stale_roll" => "the pupil roll is old",
        other => other,
    };
    vec![
        gap.kind.clone(),
        gap.code.clone(),
        gap.name.clone(),
        missing.to_owned(),
    ]
}
