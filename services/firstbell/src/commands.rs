//! The commands, each in a file named after its verb.

pub mod audit;
pub mod backup;
pub mod bench;
pub mod completions;
pub mod coverage;
pub mod demo;
pub mod hub_config;
pub mod import;
pub mod init;
pub mod journal;
pub mod matching;
pub mod notify;
mod organisation;
pub mod quality;
pub mod ready;
pub mod restore;
pub mod serve;
pub mod set_aside;
pub mod standing;
pub mod token;
pub mod up;
pub mod watch;

use crate::{
    cli::{Cli, Command},
    client,
    error::CommandError,
    exit::Exit,
    output::Output,
};
use host::{report::report, shutdown};
use std::process::ExitCode;

/// Carries out what was typed and says what went wrong, if anything did.
pub fn run(cli: Cli) -> ExitCode {
    let mut output = Output::standard(cli.json);
    let runtime = tokio::runtime::Runtime::new().map_err(CommandError::Start);
    let result = runtime.and_then(|runtime| {
        let result = runtime.block_on(dispatch(cli, &mut output));
        runtime.shutdown_background();
        result
    });
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            if !error.is_broken_pipe() {
                eprintln!("firstbell: {}", report(&error));
            }
            error.exit().into()
        }
    }
}

/// Carries out what was typed, on a runtime that is there already.
pub async fn dispatch(cli: Cli, output: &mut Output) -> Result<Exit, CommandError> {
    let connect = || client::connect(&cli.connection);
    match &cli.command {
        Command::Init(args) => init::run(args, output).await,
        Command::Up(args) => up::run(args, output).await,
        Command::Serve(args) => serve::run(args, output).await,
        Command::Ready(_) => ready::run(&cli.connection.hub, output).await,
        Command::Demo(args) => demo::run(args, output).await,
        Command::Journal(args) => journal::run(args, output).await,
        Command::Restore(args) => restore::run(args, output),
        Command::Audit(args) => audit::run(args, output).await,
        Command::Notify(args) => {
            if let Some(format) = args.template {
                return notify::print_template(format, output);
            }
            let stop = shutdown::on_signals().map_err(CommandError::Start)?;
            let push = notify::Push::new(args, &cli.connection.hub)?;
            push.run(connect()?, output, stop).await
        }
        Command::Watch(args) => {
            let stop = shutdown::on_signals().map_err(CommandError::Start)?;
            watch::run(args, connect()?, output, stop).await
        }
        Command::Token(args) => token::run(args, connect()?, output).await,
        Command::Import(args) => import::run(args, connect()?, output).await,
        Command::Coverage(args) => coverage::run(args, connect()?, output).await,
        Command::Quality(args) => quality::run(args, connect()?, output).await,
        Command::Matching(args) => matching::run(args, connect()?, output).await,
        Command::Standing(args) => standing::run(args, connect()?, output).await,
        Command::SetAside(args) => set_aside::run(args, connect()?, output).await,
        Command::Backup(args) => backup::run(args, connect()?, output).await,
        Command::Bench(args) => {
            let stop = shutdown::on_signals().map_err(CommandError::Start)?;
            bench::run(args, &cli.connection, output, stop).await
        }
        Command::Completions(args) => completions::run(args, output),
    }
}
