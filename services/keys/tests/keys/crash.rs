//! What was answered survives `kill -9`.

use crate::{Place, line, open, subkey};
use keys::{KeyError, Keys, Service};
use std::{
    env,
    io::{self, BufRead as _, BufReader, Write as _},
    ops::RangeInclusive,
    path::Path,
    process::{Child, Command, Stdio},
};

const FOLDER: &str = "FIRSTBELL_TEST_KEYS_FOLDER";
const FROM: &str = "FIRSTBELL_TEST_KEYS_FROM";

#[tokio::test]
async fn keys_made_and_destroyed_stay_so_after_kill_9() {
    let place = Place::new();
    for (from, answers) in [(0, 1), (10_000, 20), (20_000, 150)] {
        let mut child = start(place.path(), from);
        let output = BufReader::new(child.stdout.take().unwrap());
        let answered = output.lines().map_while(Result::ok);
        let last = answered
            .filter_map(|line| line.strip_prefix("answered ")?.parse().ok())
            .nth(answers)
            .unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        check(place.path(), from..=last).await;
    }
}

async fn check(folder: &Path, answered: RangeInclusive<u128>) {
    let store = open(folder);
    for number in answered {
        let key = subkey(&*store, &line(number)).await;
        if number.is_multiple_of(3) {
            assert!(matches!(key, Err(KeyError::Destroyed)), "{number}");
        } else {
            assert!(key.is_ok(), "{number}");
        }
    }
}

fn start(folder: &Path, from: u128) -> Child {
    let test = "crash::makes_keys_until_it_is_killed";
    Command::new(env::current_exe().unwrap())
        .args(["--exact", "--ignored", "--nocapture", test])
        .env(FOLDER, folder)
        .env(FROM, from.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
#[ignore = "started by the test above, in a process of its own"]
async fn makes_keys_until_it_is_killed() {
    let (Ok(folder), Ok(from)) = (env::var(FOLDER), env::var(FROM)) else {
        return;
    };
    let store = open(Path::new(&folder));
    let mut output = io::stdout();
    writeln!(output).unwrap();
    let first: u128 = from.parse().unwrap();
    for number in first.. {
        store
            .create(Service::Police, &[line(number)])
            .await
            .unwrap();
        if number.is_multiple_of(3) {
            store.destroy(&[line(number)]).await.unwrap();
        }
        writeln!(output, "answered {number}").unwrap();
    }
}
