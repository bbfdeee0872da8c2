//! `firstbell standing`: how every service stands, and whether anything lags or has stopped.

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use proto::operator::v1::{
    GetStandingRequest, Hearing, Standing, operator_service_client::OperatorServiceClient,
};
use serde_json::{Value, json};

/// What `standing` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell standing\n\nOne row for each service and each other that it \
    hears: how much the other has told, how much of it was applied, what is set aside. Ends with 2 \
    where something is set aside, or a relay to the broker has stopped."
)]
pub struct StandingArgs {}

pub(super) async fn run(
    _: &StandingArgs,
    hub: Hub,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let mut operator = OperatorServiceClient::new(hub);
    let answer = operator.get_standing(GetStandingRequest {}).await?;
    let services = answer.into_inner().services;
    if output.is_json() {
        for standing in &services {
            output.object(&object(standing))?;
        }
    } else {
        let head = [
            "service",
            "told",
            "relayed",
            "hears",
            "applied",
            "set aside",
            "waits for",
        ];
        output.table(&head, services.iter().flat_map(|of| rows(of, &services)))?;
        for standing in services.iter().filter(|of| !stopped(of).is_empty()) {
            output.line(&format!(
                "{} is not relayed: {}",
                standing.service,
                stopped(standing)
            ))?;
        }
    }
    Ok(if services.iter().any(is_amiss) {
        Exit::Listed
    } else {
        Exit::Done
    })
}

fn is_amiss(standing: &Standing) -> bool {
    let aside = standing
        .hearings
        .iter()
        .any(|hearing| hearing.set_aside > 0);
    aside || !stopped(standing).is_empty()
}

fn stopped(standing: &Standing) -> &str {
    let relaying = standing.relaying.as_ref();
    relaying.map_or("", |relaying| &relaying.stopped)
}

fn object(standing: &Standing) -> Value {
    let heard = |of: &Hearing| json!({"producer": of.producer, "applied": of.applied, "set_aside": of.set_aside});
    let hearings: Vec<_> = standing.hearings.iter().map(heard).collect();
    let relayed = standing
        .relaying
        .as_ref()
        .map(|relaying| relaying.published);
    json!({
        "service": standing.service, "published": standing.published, "relayed": relayed,
        "relay_stopped": stopped(standing), "hearings": hearings, "shown": standing.shown,
        "steps": standing.steps, "next_due": standing.next_due.map(|due| due.to_string()),
    })
}

/// One for each service that this one hears; one where it hears nobody.
fn rows(standing: &Standing, services: &[Standing]) -> Vec<Vec<String>> {
    let relaying = standing.relaying.as_ref();
    let relayed = relaying.map_or_else(String::new, |of| of.published.to_string());
    let row = |heard: [String; 3]| {
        let [hears, applied, set_aside] = heard;
        let told = standing.published.to_string();
        let service = standing.service.clone();
        vec![
            service,
            told,
            relayed.clone(),
            hears,
            applied,
            set_aside,
            waits(standing),
        ]
    };
    let heard = |hearing: &Hearing| {
        let mut producers = services.iter();
        let producer = producers.find(|producer| producer.service == hearing.producer);
        let told = producer.map_or(hearing.applied, |producer| producer.published);
        row([
            hearing.producer.clone(),
            format!("{} of {told}", hearing.applied),
            hearing.set_aside.to_string(),
        ])
    };
    if standing.hearings.is_empty() {
        vec![row(Default::default())]
    } else {
        standing.hearings.iter().map(heard).collect()
    }
}

fn waits(standing: &Standing) -> String {
    let mut waits = Vec::new();
    if !standing.shown {
        waits.push("its view".to_owned());
    }
    if standing.steps > 0 {
        waits.push(format!("{} steps of telling", standing.steps));
    }
    waits.extend(standing.next_due.map(|due| due.to_string()));
    waits.join(", ")
}
