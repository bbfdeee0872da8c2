//! `firstbell ready`: whether a process can do its work, and what it waits for where it cannot.

use crate::{error::CommandError, exit::Exit, output::Output};
use host::problem::{Code, Problem};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What `ready` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell ready\n  firstbell ready --hub http://127.0.0.1:8421\n\n\
    Needs no token. Ends with 75 while something is not ready, so that whoever starts and watches \
    processes can ask. Of a process of `firstbell serve` it asks where `health.listen` says."
)]
pub struct ReadyArgs {}

/// What `/readyz` says.
#[derive(Deserialize)]
struct Readyz {
    ready: bool,
    checks: Vec<Check>,
}

#[derive(Deserialize, Serialize)]
struct Check {
    name: String,
    ready: bool,
    #[serde(default)]
    reason: String,
}

/// Who asks every few seconds must not wait longer than that.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) async fn run(hub: &str, output: &mut Output) -> Result<Exit, CommandError> {
    let said = ask(hub).await.map_err(|_| nobody())?;
    let readyz: Readyz = serde_json::from_slice(&said).map_err(|_| nobody())?;
    for check in &readyz.checks {
        if output.is_json() {
            output.object(check)?;
        } else if !check.ready {
            output.line(&format!("{}: {}", check.name, check.reason))?;
        }
    }
    if !readyz.ready {
        return Ok(Exit::TryLater);
    }
    if !output.is_json() {
        output.line("ready")?;
    }
    Ok(Exit::Done)
}

async fn ask(hub: &str) -> Result<Vec<u8>, reqwest::Error> {
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy();
    let url = format!("{}/readyz", hub.trim_end_matches('/'));
    let answer = client.build()?.get(url).send().await?;
    Ok(answer.bytes().await?.into())
}

fn nobody() -> CommandError {
    CommandError::Refused(Problem::new(
        Code::Unavailable,
        "No process answers there. Check --hub, or try again later.",
    ))
}
