//! What can be typed. Each command's arguments, with an example in its help.

use crate::commands::{
    audit::AuditArgs, backup::BackupArgs, bench::BenchArgs, completions::CompletionsArgs,
    coverage::CoverageArgs, demo::DemoArgs, import::ImportArgs, init::InitArgs,
    journal::JournalArgs, matching::MatchingArgs, notify::NotifyArgs, quality::QualityArgs,
    ready::ReadyArgs, restore::RestoreArgs, serve::ServeArgs, set_aside::SetAsideArgs,
    standing::StandingArgs, token::TokenArgs, up::UpArgs, watch::WatchArgs,
};
use clap::{Parser, Subcommand};
use std::path::PathBuf;

const EXIT_CODES: &str = "\
Exit codes: 0 done · 1 failed · 2 done, what was refused or found wanting is listed · 64 wrong
command line · 66 a file cannot be read · 75 try the same command again later · 77 not allowed.";

/// Police domestic-abuse notifications reach a named adult at each child's school before the first bell.
#[derive(Parser)]
#[command(name = "firstbell", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
    /// Where the running hub is.
    #[command(flatten)]
    pub connection: Connection,
    /// One JSON object a line instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where the hub is and who is calling.
#[derive(clap::Args)]
pub struct Connection {
    /// Address of the running hub.
    #[arg(
        long,
        global = true,
        value_name = "URL",
        env = "FIRSTBELL_HUB",
        default_value = "http://127.0.0.1:8420"
    )]
    pub hub: String,
    /// File that holds the token; without it, the environment variable `FIRSTBELL_TOKEN`.
    #[arg(long, global = true, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

/// The commands.
#[derive(Subcommand)]
pub enum Command {
    /// Make a hub: its folder, its keys, the operator's first token.
    Init(InitArgs),
    /// Run a hub, everything in one process.
    Up(UpArgs),
    /// Run one service of a hub in a process of its own.
    Serve(ServeArgs),
    /// Ask a process whether it can do its work.
    Ready(ReadyArgs),
    /// Play a made-up night on a fast clock, and show what happened.
    Demo(DemoArgs),
    /// Push notifications from a CSV or JSON-lines file.
    Notify(NotifyArgs),
    /// Follow what changes, live.
    Watch(WatchArgs),
    /// Make, list and revoke tokens.
    Token(TokenArgs),
    /// Load schools, links, calendars, rolls and contacts.
    Import(ImportArgs),
    /// List schools and councils without somebody who can be reached.
    Coverage(CoverageArgs),
    /// Tell how well matching does in use, and what changed.
    Quality(QualityArgs),
    /// Learn from what people decided how children are matched, and take it into use.
    Matching(MatchingArgs),
    /// Show how every service stands: what it has told and heard, and what it waits for.
    Standing(StandingArgs),
    /// List public events that a service could not apply, and try one again.
    SetAside(SetAsideArgs),
    /// Copy every store of the running hub into a new folder.
    Backup(BackupArgs),
    /// Put a backup in place of a hub's stores.
    Restore(RestoreArgs),
    /// Move the journals of a hub to another store.
    Journal(JournalArgs),
    /// Prove that history is whole and the promises were kept.
    Audit(AuditArgs),
    /// Measure this machine, each figure beside the raw one of the same run.
    Bench(BenchArgs),
    /// Print completions for a shell.
    Completions(CompletionsArgs),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn no_argument_takes_a_token() {
        let taken = Cli::try_parse_from(["firstbell", "--token", "fb_x", "coverage"]);
        assert!(taken.is_err());
    }

    #[test]
    fn every_command_shows_an_example() {
        for command in Cli::command().get_subcommands() {
            let mut command = command.clone();
            let help = command.render_long_help().to_string();
            assert!(help.contains("Example"), "{}", command.get_name());
        }
    }
}
