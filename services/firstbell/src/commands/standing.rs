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
    where something is set aside, a relay to the broker has stopped, a service cannot be asked, or one\
    has heard more than the other still has."
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
    Ok(if services.iter().any(|of| is_amiss(of, &services)) {
        Exit::Listed
    } else {
        Exit::Done
    })
}

fn is_amiss(standing: &Standing, services: &[Standing]) -> bool {
    let mut hearings = standing.hearings.iter();
    standing.away
        || !stopped(standing).is_empty()
        || hearings.any(|of| of.set_aside > 0 || of.applied > told(of, services))
}

/// What the other has told; as much as was heard, where the other cannot be asked.
fn told(hearing: &Hearing, services: &[Standing]) -> u64 {
    let mut others = services.iter().filter(|other| !other.away);
    let other = others.find(|other| other.service == hearing.producer);
    other.map_or(hearing.applied, |other| other.published)
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
        "away": standing.away, "steps": standing.steps, "next_due": standing.next_due.map(|due| due.to_string()),
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
        let told = told(hearing, services);
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
    if standing.away {
        return "itself: it cannot be asked".to_owned();
    }
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
