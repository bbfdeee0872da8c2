//! `firstbell matching`: learn from what people decided how children are matched, and take it into use.

mod report;

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use clap::Subcommand;
use jiff::Timestamp;
use proto::schools::v1::{
    GetModelRequest, LearnModelRequest, UseModelRequest,
    matching_service_client::MatchingServiceClient,
};
use serde_json::json;

/// What `matching` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  firstbell matching learn\n  firstbell matching use learnt-0a1b2c3d\n  \
    firstbell matching use standard-2\n\nLearning changes nothing by itself. What was learnt and what \
    was taken into use is on\nrecord with its numbers, and every match names the weights that it was \
    decided by."
)]
pub struct MatchingArgs {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Learn weights from the hub's reports, its rolls and what people decided; show what they would
    /// change, and change nothing.
    ///
    /// Ends with 2 where the learnt weights are unfit to be used.
    Learn,
    /// Decide by these weights from now on: learnt ones, or the standard ones again.
    Use {
        /// Name of the weights, as `learn` gave it.
        #[arg(value_name = "MODEL")]
        model: String,
    },
    /// Say which weights are in use.
    Show,
}

type Client = MatchingServiceClient<Hub>;

pub(super) async fn run(
    args: &MatchingArgs,
    hub: Hub,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let hub = MatchingServiceClient::new(hub);
    match &args.verb {
        Verb::Learn => learn(hub, output).await,
        Verb::Use { model } => take(hub, model, output).await,
        Verb::Show => show(hub, output).await,
    }
}

async fn learn(mut hub: Client, output: &mut Output) -> Result<Exit, CommandError> {
    let learnt = hub.learn_model(LearnModelRequest {}).await?.into_inner();
    report::show(&learnt, output)?;
    Ok(if learnt.unfit.is_empty() {
        Exit::Done
    } else {
        Exit::Listed
    })
}

async fn take(mut hub: Client, model: &str, output: &mut Output) -> Result<Exit, CommandError> {
    let request = UseModelRequest {
        model_version: model.to_owned(),
    };
    let taken = hub.use_model(request).await?.into_inner();
    if output.is_json() {
        output.object(&json!({ "in_use": taken.model_version, "before": taken.before }))?;
    } else if taken.before == taken.model_version {
        output.line(&format!("{} was in use already.", taken.model_version))?;
    } else {
        output.line(&format!(
            "{} is in use from now on. To go back: firstbell matching use {}",
            taken.model_version, taken.before
        ))?;
    }
    Ok(Exit::Done)
}

async fn show(mut hub: Client, output: &mut Output) -> Result<Exit, CommandError> {
    let model = hub.get_model(GetModelRequest {}).await?.into_inner();
    let since = model
        .since
        .and_then(|at| Timestamp::new(at.seconds, at.nanos).ok());
    if output.is_json() {
        let since = since.map(|at| at.to_string());
        output.object(&json!({ "in_use": model.model_version, "since": since }))?;
    } else {
        let since = since.map_or_else(|| "the beginning".to_owned(), |at| at.to_string());
        output.line(&format!("{} is in use since {since}.", model.model_version))?;
    }
    Ok(Exit::Done)
}
