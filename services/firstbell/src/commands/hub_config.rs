//! How a command that opens a hub's folder learns its configuration.

use crate::error::CommandError;
use host::config::Config;
use std::path::PathBuf;

/// Where the hub's configuration is.
#[derive(clap::Args, Default)]
pub struct HubArgs {
    /// Configuration file; without it, defaults and the environment.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The hub's data folder.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
    /// Address that both doors listen on, such as 127.0.0.1:8420.
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
}

/// File, then environment, then flags.
pub fn load(args: &HubArgs) -> Result<Config, CommandError> {
    load_with(args, [])
}

/// The same with flags that only one command has, each with the key that it sets.
pub fn load_with<const N: usize>(
    args: &HubArgs,
    more: [(&'static str, Option<String>); N],
) -> Result<Config, CommandError> {
    let data = args.data.as_ref().map(|path| path.display().to_string());
    let flags = [("data", data), ("listen", args.listen.clone())]
        .into_iter()
        .chain(more);
    let flags = flags.filter_map(|(key, value)| value.map(|value| (key, value)));
    Config::load(
        args.config.as_deref(),
        |name| std::env::var(name).ok(),
        flags,
    )
    .map_err(CommandError::hub)
}
