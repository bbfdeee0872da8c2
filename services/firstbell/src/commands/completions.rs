//! `firstbell completions`: tab completion, generated from the same definition as the command line.

use crate::{cli::Cli, error::CommandError, exit::Exit, output::Output};
use clap::CommandFactory;
use clap_complete::{Shell, generate};

/// What `completions` takes.
#[derive(clap::Args)]
#[command(
    after_help = "Example:\n  firstbell completions bash > ~/.local/share/bash-completion/completions/firstbell"
)]
pub struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs, output: &mut Output) -> Result<Exit, CommandError> {
    let mut script = Vec::new();
    generate(args.shell, &mut Cli::command(), "firstbell", &mut script);
    output.line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Done)
}
