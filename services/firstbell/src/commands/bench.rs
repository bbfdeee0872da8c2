//! `firstbell bench`: what this machine does, beside what it would do without the hub.

use crate::{
    bench::{Bench, BoxError, Elsewhere, Figure, MatchingFiles},
    cli::Connection,
    client,
    error::CommandError,
    exit::Exit,
    output::Output,
};
use host::{config::Telemetry, telemetry};
use tokio_util::sync::CancellationToken;

/// What `bench` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  firstbell bench\n  firstbell --json bench append read\n  \
    firstbell --json bench matching --roll roll.csv --reports reports.csv --out answers.csv\n\nMakes \
    throw-away stores in the current folder, on whose disk everything is measured, and takes a few \
    minutes. Leave the machine alone meanwhile; figures of a build without --release mean nothing."
)]
pub struct BenchArgs {
    /// Which benchmarks; all that need nothing else where none is named.
    #[arg(value_enum, value_name = "NAME")]
    pub names: Vec<Bench>,
    /// The broker that `jetstream` and `relay` measure, whose `sync_interval` is the one that counts.
    #[arg(long, value_name = "URL")]
    pub nats: Option<String>,
    /// Let `visible` measure the hub at --hub, with its operator's token: one made with `firstbell init
    /// --for-tests` and empty, whose clock stands at 2026-03-18T02:00:00Z.
    #[arg(long)]
    pub elsewhere: bool,
    /// The files of `matching`.
    #[command(flatten)]
    pub matching: MatchingFiles,
}

pub(super) async fn run(
    args: &BenchArgs,
    connection: &Connection,
    output: &mut Output,
    stop: CancellationToken,
) -> Result<Exit, CommandError> {
    // As in `up`, so that logs and spans cost what they cost there.
    let telemetry =
        telemetry::start(&Telemetry::default(), "firstbell").map_err(CommandError::hub)?;
    let elsewhere = if args.elsewhere {
        Some(Elsewhere {
            url: connection.hub.clone(),
            operator: client::token(connection)?,
        })
    } else {
        None
    };
    let named = args.names.as_slice();
    let names = if named.is_empty() { &Bench::ALL } else { named };
    for name in names {
        let figures = tokio::select! {
            figures = measure(*name, args, elsewhere.as_ref()) => figures.map_err(CommandError::Bench)?,
            () = stop.cancelled() => return Ok(Exit::TryLater),
        };
        show(&figures, output)?;
    }
    telemetry.finish().await;
    Ok(Exit::Done)
}

async fn measure(
    name: Bench,
    args: &BenchArgs,
    elsewhere: Option<&Elsewhere>,
) -> Result<Vec<Figure>, BoxError> {
    let folder = tempfile::Builder::new()
        .prefix("firstbell-bench-")
        .tempdir_in(".")?;
    let broker = args.nats.as_deref();
    name.run(folder.path(), &args.matching, broker, elsewhere)
        .await
}

fn show(figures: &[Figure], output: &mut Output) -> Result<(), CommandError> {
    if output.is_json() {
        return figures.iter().try_for_each(|figure| output.object(figure));
    }
    let rows = figures.iter().map(|figure| {
        vec![
            figure.name.clone(),
            figure.value.to_string(),
            figure.unit.to_owned(),
            figure.beside.to_string(),
            figure.against.to_owned(),
        ]
    });
    output.table(&["", "here", "", "beside", "which is"], rows)
}
