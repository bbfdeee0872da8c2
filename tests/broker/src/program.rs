//! Where the tests find nats-server.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The program that `FIRSTBELL_TEST_NATS_SERVER` names, else the one that `tests/run` installs, else
/// the one on the search path.
pub(crate) fn program() -> PathBuf {
    let named = env::var_os("FIRSTBELL_TEST_NATS_SERVER").map(PathBuf::from);
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/venv/bin/nats-server");
    let searched = env::var_os("PATH").unwrap_or_default();
    let on_path = env::split_paths(&searched).map(|folder| folder.join("nats-server"));
    let found = named.or_else(|| {
        [installed]
            .into_iter()
            .chain(on_path)
            .find(|it| it.is_file())
    });
    found.expect("nats-server is not installed: run `tests/run tools` once")
}
