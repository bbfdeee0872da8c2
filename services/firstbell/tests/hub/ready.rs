//! Asking a process whether it can do its work.

use crate::desk::Printed;
use clap::Parser;
use firstbell::{cli::Cli, commands::dispatch, error::CommandError, exit::Exit};
use host::{readiness::Readiness, server::serve_health};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

async fn ask(address: &str, printed: &Printed) -> Result<Exit, CommandError> {
    let cli = Cli::try_parse_from(["firstbell", "ready", "--hub", address]).unwrap();
    dispatch(cli, &mut printed.output(false)).await
}

#[tokio::test]
async fn a_process_says_what_it_waits_for_until_it_is_ready() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let readiness = Readiness::new();
    let check = readiness.check("police.relaying");
    readiness.check("schools.view").ready();
    check.not_ready("delete the stream");
    let stop = CancellationToken::new();
    tokio::spawn(serve_health(listener, readiness, stop.clone()));

    let waits = Printed::default();
    assert_eq!(ask(&address, &waits).await.unwrap(), Exit::TryLater);
    assert_eq!(waits.text(), "police.relaying: delete the stream\n");
    check.ready();
    let is_ready = Printed::default();
    assert_eq!(ask(&address, &is_ready).await.unwrap(), Exit::Done);
    assert_eq!(is_ready.text(), "ready\n");
    stop.cancel();
}

#[tokio::test]
async fn where_nobody_answers_it_is_to_be_tried_later() {
    let held = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", held.local_addr().unwrap());
    drop(held);
    let nobody = ask(&address, &Printed::default()).await.unwrap_err();
    assert_eq!(nobody.exit(), Exit::TryLater);
}
