//! Following changes.

use crate::desk::{Desk, Printed, hub};
use clap::Parser;
use firstbell::{
    cli::{Cli, Command},
    commands::watch,
};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

async fn watch(json: bool) -> (Vec<String>, Printed) {
    let desk = Desk::default();
    let open = desk.open().await;
    let cli = Cli::try_parse_from(["firstbell", "watch", "notifications", "--after", "7"]).unwrap();
    let Command::Watch(args) = cli.command else {
        panic!("another command was read");
    };
    let printed = Printed::default();
    let mut output = printed.output(json);
    let stop = CancellationToken::new();
    let watching = watch::run(&args, hub(&open.url()), &mut output, stop.clone());
    let seen = async {
        while desk.state.lock().unwrap().watched_after.len() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.cancel();
    };
    let (ended, ()) = tokio::join!(watching, seen);
    ended.unwrap();
    let after = desk.state.lock().unwrap().watched_after.clone();
    (after, printed)
}

#[tokio::test]
async fn a_lost_connection_goes_on_after_the_last_change_seen() {
    let (after, printed) = watch(true).await;
    assert_eq!(after, ["7", "9", "11"]);
    let seen: Vec<_> = printed
        .objects()
        .iter()
        .map(|o| o["at"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(seen[..4], ["8", "9", "10", "11"]);
}

#[tokio::test]
async fn no_line_says_whom_it_is_about() {
    for json in [true, false] {
        let (_, printed) = watch(json).await;
        assert!(!printed.text().contains("CANARY"));
        assert!(printed.text().contains("confirmed"));
    }
}
