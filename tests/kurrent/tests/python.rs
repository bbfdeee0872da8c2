//! The makers' own client takes the server for a KurrentDB.

use kurrent::Server;
use std::path::Path;
use tokio::process::Command;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_client_finds_everything_as_it_should_be() {
    let server = Server::start().await;
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = here.join("../.tools/kurrent/bin/python");
    assert!(
        python.exists(),
        "the Python client of KurrentDB is not installed: run `tests/run tools` once"
    );
    let output = Command::new(python)
        .arg(here.join("tests/client.py"))
        .arg(server.url())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}
