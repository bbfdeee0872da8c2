//! The one binary: reads the command line, runs the command, ends with its exit code.

use clap::Parser;
use firstbell::{cli::Cli, commands, exit};
use mimalloc::MiMalloc;
use std::process::ExitCode;

#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match Cli::try_parse() {
        Ok(cli) => commands::run(cli),
        Err(error) => exit::after_usage(&error),
    }
}
