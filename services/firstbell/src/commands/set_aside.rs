//! `firstbell set-aside`: public events that a service could not apply, and another try.

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use proto::operator::v1::{
    ListSetAsideRequest, RetrySetAsideRequest, SetAside,
    operator_service_client::OperatorServiceClient,
};
use serde_json::json;

/// What `set-aside` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell set-aside\n  firstbell set-aside --retry schools police 41\n\n\
    Ends with 2 where something is set aside, so that a morning check can raise an alarm."
)]
pub struct SetAsideArgs {
    /// Try one again, now that its cause is mended: the service that could not apply it, the one it
    /// comes from, and its sequence there.
    #[arg(long, num_args = 3, value_names = ["SERVICE", "PRODUCER", "SEQUENCE"])]
    retry: Option<Vec<String>>,
}

pub(super) async fn run(
    args: &SetAsideArgs,
    hub: Hub,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let mut operator = OperatorServiceClient::new(hub);
    if let Some(which) = &args.retry {
        let answer = operator.retry_set_aside(one(which)?).await?.into_inner();
        if output.is_json() {
            output.object(&json!({"applied": answer.applied, "reason": answer.reason}))?;
        } else if answer.applied {
            output.line("it was applied")?;
        } else {
            output.line(&format!("it stays set aside: {}", answer.reason))?;
        }
        return Ok(if answer.applied {
            Exit::Done
        } else {
            Exit::Listed
        });
    }
    let list = operator.list_set_aside(ListSetAsideRequest {}).await?;
    let events = list.into_inner().events;
    show(&events, output)?;
    Ok(if events.is_empty() {
        Exit::Done
    } else {
        Exit::Listed
    })
}

fn one(which: &[String]) -> Result<RetrySetAsideRequest, CommandError> {
    let [service, producer, sequence] = which else {
        return Err(CommandError::Usage(
            "--retry takes a service, a producer and a sequence",
        ));
    };
    let sequence = sequence.parse();
    Ok(RetrySetAsideRequest {
        service: service.clone(),
        producer: producer.clone(),
        sequence: sequence.map_err(|_| CommandError::Usage("a sequence is a number from 1"))?,
    })
}

fn show(events: &[SetAside], output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        for event in events {
            output.object(&json!({
                "service": event.service, "producer": event.producer, "sequence": event.sequence,
                "type": event.r#type, "reason": event.reason,
                "at": event.at.map(|at| at.to_string()),
            }))?;
        }
        return Ok(());
    }
    if events.is_empty() {
        return output.line("nothing is set aside");
    }
    let head = ["service", "producer", "sequence", "type", "why", "since"];
    output.table(&head, events.iter().map(row))
}

fn row(event: &SetAside) -> Vec<String> {
    vec![
        event.service.clone(),
        event.producer.clone(),
        event.sequence.to_string(),
        event.r#type.clone(),
        event.reason.clone(),
        event.at.map_or_else(String::new, |at| at.to_string()),
    ]
}
