//! The outside judge as a program: what was answered against what arrived.
//!
//! ```text
//! judge answers.jsonl --arrived arrived.jsonl
//! judge answers.jsonl --hub http://127.0.0.1:8420 --force-token force.token \
//!       --school 110206=school.token --queue
//! ```
//!
//! Prints findings and a summary as JSON lines; [`tests::judge`] describes them and what is read.
//! Ends with 0 where there is no finding, 1 where there is, 66 where a file or the hub cannot be
//! read.

use clap::Parser;
use serde_json::json;
use std::{fs, path::PathBuf, process::ExitCode, time::Duration};
use tests::judge::{Answers, Arrived, Tokens, Verdict, settled};

#[derive(Parser)]
#[command(about = "Compares what a hub answered with what arrived")]
struct Args {
    /// What was answered, as JSON lines.
    answers: PathBuf,
    /// What arrived, as JSON lines.
    #[arg(long, required_unless_present = "hub", conflicts_with = "hub")]
    arrived: Option<PathBuf>,
    /// Address of the hub to look at.
    #[arg(long, requires = "force_token")]
    hub: Option<String>,
    /// File with a token of the force.
    #[arg(long)]
    force_token: Option<PathBuf>,
    /// Look at the coordinator's queue with the force's token, too.
    #[arg(long)]
    queue: bool,
    /// A school's number and the file with a token of one of its Key Adults.
    #[arg(long = "school", value_name = "URN=FILE")]
    schools: Vec<String>,
    /// Seconds that the hub is given to come to rest.
    #[arg(long, default_value_t = 30)]
    patience: u64,
}

type Failed = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(&Args::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("judge: {error}");
            ExitCode::from(66)
        }
    }
}

async fn run(args: &Args) -> Result<bool, Failed> {
    let answers = Answers::parse(&fs::read_to_string(&args.answers)?)
        .map_err(|line| format!("line {line} of the answers is none"))?;
    let verdict = match (&args.arrived, &args.hub) {
        (Some(file), _) => {
            let arrived = Arrived::parse(&fs::read_to_string(file)?)
                .map_err(|line| format!("line {line} of what arrived is no answer of a hub"))?;
            Verdict::of(&answers, &arrived)
        }
        (None, Some(hub)) => {
            let patience = Duration::from_secs(args.patience);
            settled(&answers, hub, &tokens(args)?, patience).await?
        }
        (None, None) => return Err("name a hub or a file".into()),
    };
    for finding in &verdict.findings {
        println!("{}", serde_json::to_string(finding)?);
    }
    let summary = json!({
        "kind": "summary", "answered": answers.notifications(), "children": verdict.children,
        "confirmed": answers.confirmations(), "findings": verdict.findings.len(),
    });
    println!("{summary}");
    Ok(verdict.findings.is_empty())
}

fn tokens(args: &Args) -> Result<Tokens, Failed> {
    let force = args.force_token.as_ref().map(fs::read_to_string);
    let mut schools = Vec::new();
    for school in &args.schools {
        let (urn, file) = school.split_once('=').ok_or("write --school as URN=FILE")?;
        schools.push((urn.to_owned(), fs::read_to_string(file)?));
    }
    Ok(Tokens {
        force: force.transpose()?.unwrap_or_default(),
        coordinator: args.queue,
        schools,
    })
}
