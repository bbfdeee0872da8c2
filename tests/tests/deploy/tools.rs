//! The folder that ships, the secrets that its scripts make, and the programs that read it.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use tempfile::TempDir;

/// The folder that ships.
pub(super) fn deploy() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy")
}

/// What a file of it says.
pub(super) fn text(name: &str) -> String {
    std::fs::read_to_string(deploy().join(name)).unwrap()
}

/// A folder with everything that the scripts make for a whole hub.
pub(super) fn secrets() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for script in ["certificates", "passwords"] {
        let made = run(script, &[folder.path().to_str().unwrap()]);
        assert!(made.status.success(), "{script}: {made:?}");
    }
    folder
}

/// Runs one of the scripts.
pub(super) fn run(script: &str, arguments: &[&str]) -> Output {
    let mut command = Command::new(deploy().join(script));
    command.args(arguments).output().unwrap()
}

/// A program that `tests/run` installs, else the one on the search path.
pub(super) fn tool(name: &str) -> PathBuf {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join(".tools/venv/bin");
    let searched = env::var_os("PATH").unwrap_or_default();
    let mut folders = std::iter::once(installed).chain(env::split_paths(&searched));
    let found = folders.find_map(|folder| Some(folder.join(name)).filter(|file| file.is_file()));
    found.unwrap_or_else(|| panic!("{name} is not installed: run `tests/run tools` once"))
}
