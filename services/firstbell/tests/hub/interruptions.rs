//! Pushes that are cut off, and go on.

use crate::{
    desk::{Desk, Printed, hub},
    notify::{many, open, summary},
};
use firstbell::{
    commands::notify::{Format, Push},
    exit::Exit,
};
use host::problem::Code;
use std::{
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_hub_that_goes_away_ends_the_push_and_the_next_one_goes_on() {
    let (desk, open) = open().await;
    desk.set(|state| state.breaks_after = Some(300));
    let file = many(500);
    let error = file
        .send(&open.url(), &Printed::default())
        .await
        .unwrap_err();
    assert_eq!(error.exit(), Exit::TryLater);
    assert!(file.has_progress());

    desk.set(|state| state.breaks_after = None);
    let printed = Printed::default();
    assert_eq!(file.send(&open.url(), &printed).await.unwrap(), Exit::Done);
    assert_eq!(desk.taken(), 500);
    // What the hub took as it went away, and could not answer any more, it knows already.
    let [read, accepted, known, refused] = summary(&printed);
    assert_eq!((read, accepted + known, refused), (500, 500, 0));
    assert_eq!(
        desk.arrived(),
        501,
        "the last one of the first run was asked about"
    );
    assert!(!file.has_progress());
}

#[tokio::test]
async fn what_a_restored_hub_has_lost_is_sent_again() {
    let (desk, open) = open().await;
    desk.set(|state| state.breaks_after = Some(300));
    let file = many(500);
    let broken = file.send(&open.url(), &Printed::default()).await;
    assert_eq!(broken.unwrap_err().exit(), Exit::TryLater);
    assert!(file.has_progress());

    desk.set(|state| {
        state.breaks_after = None;
        state.taken.clear();
        state.epoch += 1;
    });
    let lost = file.send(&open.url(), &Printed::default()).await;
    assert_eq!(lost.unwrap_err().exit(), Exit::TryLater);
    assert!(!file.has_progress());
    let again = file.send(&open.url(), &Printed::default()).await;
    assert_eq!(again.unwrap(), Exit::Done);
    assert_eq!(desk.taken(), 500);
}

#[tokio::test]
async fn a_push_cut_off_after_its_last_answer_sees_that_the_hub_was_restored() {
    let (desk, open) = open().await;
    desk.set(|state| state.breaks_after = Some(5));
    let file = many(6);
    let broken = file.send(&open.url(), &Printed::default()).await;
    assert_eq!(broken.unwrap_err().exit(), Exit::TryLater);
    let rows = std::fs::read_to_string(file.path()).unwrap();
    let answered: String = rows.split_inclusive('\n').take(1 + 5).collect();
    std::fs::write(file.path(), answered).unwrap();

    desk.set(|state| {
        state.breaks_after = None;
        state.taken.clear();
        state.epoch += 1;
    });
    let lost = file.send(&open.url(), &Printed::default()).await;
    assert_eq!(lost.unwrap_err().exit(), Exit::TryLater);
    let again = Printed::default();
    assert_eq!(file.send(&open.url(), &again).await.unwrap(), Exit::Done);
    assert_eq!(desk.taken(), 5);
    assert_eq!(summary(&again)[0], 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_killed_at_any_moment_goes_on_and_doubles_nothing() {
    let (desk, open) = open().await;
    let file = many(800);
    for kill_at in [1, 63, 64, 65, 200, 201, 500, 777] {
        let mut process = command(&open.url(), &file.path())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        while desk.taken() < kill_at && process.try_wait().unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        process.kill().unwrap();
        process.wait().unwrap();
    }
    let mut last = command(&open.url(), &file.path());
    let ended = tokio::task::spawn_blocking(move || last.output())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(ended.status.code(), Some(0));
    let text = String::from_utf8(ended.stdout).unwrap();
    assert!(
        text.lines().last().unwrap().contains("\"read\":800"),
        "{text}"
    );
    assert_eq!(desk.taken(), 800);
    // Each kill may cost what was answered since the last saving, and what was under way.
    assert!(desk.arrived() < 800 + 8 * (64 + 2 * 16));
}

/// The real program.
fn command(url: &str, file: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstbell"));
    command
        .args(["notify", "--json", "--hub", url])
        .arg(file)
        .env("FIRSTBELL_TOKEN", "fb_test")
        .stderr(Stdio::null());
    command
}

#[tokio::test]
async fn a_hub_that_is_not_up_yet_is_waited_for() {
    let desk = Desk::default();
    let address = desk.open().await.address;
    let url = format!("http://{address}");
    let file = many(3);
    let push = Push::of(file.path(), Format::Csv, &url);
    let sending = tokio::spawn({
        let hub = hub(&url);
        async move {
            let mut output = Printed::default().output(true);
            push.run(hub, &mut output, CancellationToken::new()).await
        }
    });
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert!(!sending.is_finished());
    let _open = desk.open_at(address).await;
    assert_eq!(sending.await.unwrap().unwrap(), Exit::Done);
    assert_eq!(desk.taken(), 3);
}

#[tokio::test]
async fn an_interrupted_push_ends_in_good_order() {
    let (desk, open) = open().await;
    let file = many(50);
    let stop = CancellationToken::new();
    stop.cancel();
    let printed = Printed::default();
    let mut output = printed.output(true);
    let ended = file
        .push(&open.url())
        .run(hub(&open.url()), &mut output, stop)
        .await;
    assert_eq!(ended.unwrap_err().exit(), Exit::TryLater);
    assert_eq!(printed.kind("summary")[0]["complete"], false);
    file.send(&open.url(), &Printed::default()).await.unwrap();
    assert_eq!(desk.taken(), 50);
}

#[tokio::test]
async fn a_token_that_is_not_taken_stops_the_push_at_once() {
    let (desk, open) = open().await;
    desk.set(|state| state.always = Some(Code::Unauthenticated));
    let error = many(5)
        .send(&open.url(), &Printed::default())
        .await
        .unwrap_err();
    assert_eq!(error.exit(), Exit::NotAllowed);
}
