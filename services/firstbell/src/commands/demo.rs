//! `firstbell demo`: a made-up night on a fast clock, in a real hub.

use crate::{
    demo::{
        cases::Case,
        hours::USUAL,
        load::load,
        people,
        play::{Play, coordinator},
        pupils::Pupils,
        script::Script,
        stage::{Player, Stage},
        summary::{CallSheet, Summary, call_sheet},
        town::{SILENT, Town},
    },
    error::CommandError,
    exit::Exit,
    output::Output,
};
use clock::Clock;
use host::{
    problem::{Code, Problem},
    shutdown,
};
use policy::{OrganisationKind, Role};
use std::{net::SocketAddr, path::Path, time::Duration};
use tokio_util::sync::CancellationToken;

/// What `demo` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell demo --once\n\nOne real council's schools, a made-up roll, \
    and a made-up night with everything that goes wrong in real ones. Everybody in it is made up. \
    Without --once the hub goes on serving, to be looked at; nothing of it is kept."
)]
pub struct DemoArgs {
    /// End after the summary.
    #[arg(long)]
    once: bool,
    /// Where the hub listens afterwards.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
}

/// The same seed gives the same night.
const SEED: u64 = 1;
const TICK: Duration = Duration::from_secs(1);

pub(super) async fn run(args: &DemoArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let stop = shutdown::on_signals().map_err(CommandError::Start)?;
    let folder = tempfile::tempdir().map_err(CommandError::Start)?;
    let listen = if args.once {
        ([127, 0, 0, 1], 0).into()
    } else {
        args.listen
    };
    let stage = Stage::set(folder.path(), listen, USUAL.at(17, 0)).await?;
    let play = perform(&stage, output);
    let played = tokio::select! {
        played = play => played,
        () = stop.cancelled() => Err(interrupted()),
    };
    let played = match played {
        Ok(()) if !args.once => {
            point_around(&stage, folder.path(), output).await?;
            serve(&stage, &stop).await;
            Ok(())
        }
        played => played,
    };
    stage.hub.stop().await;
    played.map(|()| Exit::Done)
}

fn interrupted() -> CommandError {
    let remedy = "The demo was interrupted. Run it again: it begins anew.";
    CommandError::Refused(Problem::new(Code::Unavailable, remedy))
}

async fn perform(stage: &Stage, output: &mut Output) -> Result<(), CommandError> {
    let town = Town::sample();
    let pupils = Pupils::of(&town, USUAL, SEED);
    let loaded = load(stage, &town, &pupils, USUAL, SEED).await?;
    let script = Script::of(&town, &pupils, USUAL, SEED);
    Play::new(stage).await?.run(&script, USUAL).await?;
    let summary = Summary::of(stage).await?;
    if output.is_json() {
        return output.object(&summary);
    }
    let sheet = call_sheet(stage).await?;
    output.line(&format!(
        "A made-up night, {} to {}: {} schools, {} pupils, {} mails to staff (none says what about).",
        USUAL.evening_date(),
        USUAL.morning_date(),
        loaded.schools,
        loaded.pupils,
        stage.post_room.taken()
    ))?;
    output.line("\nAmong ordinary incidents, this happened in it:")?;
    for case in Case::ALL {
        output.line(&format!("  - {}", case.sentence()))?;
    }
    summary.print(&sheet, output)?;
    print_sheet(&sheet, output)
}

fn print_sheet(sheet: &CallSheet, output: &mut Output) -> Result<(), CommandError> {
    let rows = sheet.iter().map(|entry| {
        vec![
            entry.school_name.clone(),
            entry.alerts.to_string(),
            entry.ask_for.clone(),
        ]
    });
    output.table(&["call sheet: ring this school", "alerts", "ask for"], rows)
}

/// Leaves tokens in files, and says what to try with them.
async fn point_around(
    stage: &Stage,
    folder: &Path,
    output: &mut Output,
) -> Result<(), CommandError> {
    let school = OrganisationKind::School;
    let key_adult = Player::new(school, SILENT, Role::KeyAdult, people::LEAD);
    let adult_file = folder.join("key-adult.token");
    let force_file = folder.join("coordinator.token");
    for (file, player) in [(&adult_file, key_adult), (&force_file, coordinator())] {
        let token = stage.token(&player).await?;
        super::init::write_private(file, &token).map_err(CommandError::Start)?;
    }
    let (adult, force) = (adult_file.display(), force_file.display());
    let url = stage.url();
    for line in [
        format!("\nThe hub goes on at {url}, and its clock with it. Ctrl-C ends it. Try:"),
        "  what the force sees, live:".to_owned(),
        format!("    firstbell --hub {url} --token-file {force} watch notifications"),
        "  what waits at the school that nobody answered for:".to_owned(),
        format!("    curl -s -H \"Authorization: Bearer $(cat {adult})\" {url}/v1/schools/cards"),
        "  every door, described:".to_owned(),
        format!("    curl -s {url}/openapi.json"),
    ] {
        output.line(&line)?;
    }
    Ok(())
}

/// From now on the demo's clock goes as every clock does.
async fn serve(stage: &Stage, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        let _ = tokio::time::timeout(TICK, stop.cancelled()).await;
        let next = stage.clock.now().saturating_add(TICK);
        stage.clock.turn_to(next.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interrupted_demo_may_be_played_again_later() {
        assert_eq!(interrupted().exit(), Exit::TryLater);
    }
}
