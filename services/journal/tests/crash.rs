//! Kills a writing process at random moments, again and again: what was answered is there, once.
//!
//! Started with a file's path in `JOURNAL_CRASH_FILE`, this program is the writer; without, the judge.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use journal::{
    Append, CommandId, EmbeddedJournal, Expected, Journal, Reserve, StreamName,
    contract::{event, public, wobbling_clock},
    embedded::{JournalFile, Settings},
};
use std::{
    collections::HashMap,
    error::Error,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const FILE: &str = "JOURNAL_CRASH_FILE";
const ROUND: &str = "JOURNAL_CRASH_ROUND";
const ROUNDS: u64 = 10;
const WRITERS: u64 = 32;
const SETTINGS: Settings = Settings {
    free_space_reserve_bytes: 0,
};

fn main() -> Outcome {
    match std::env::var_os(FILE) {
        Some(file) => write(Path::new(&file), &std::env::var(ROUND)?),
        None => judge(),
    }
}

/// Appends without end and prints each answer: command, position.
#[tokio::main]
async fn write(file: &Path, round: &str) -> Outcome {
    let journal = Arc::new(EmbeddedJournal::open(file, SETTINGS, wobbling_clock())?);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| tokio::spawn(write_one(journal.clone(), format!("{round}-{writer}"))))
        .collect();
    for writer in writers {
        writer.await??;
    }
    Ok(())
}

async fn write_one(journal: Arc<EmbeddedJournal>, name: String) -> Outcome {
    for number in 0_u64.. {
        let command = format!("{name}-{number}");
        let appended = journal.append(append(&name, number, &command)).await?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{command} {}", appended.position.0)?;
        out.flush()?;
    }
    Ok(())
}

/// Ten appends to a stream, two events each, of which the second is public.
fn append(name: &str, number: u64, command: &str) -> Append {
    let stream = StreamName::parse(format!("crash-{name}-{}", number / 10));
    let before = (number % 10 * 2).checked_sub(1);
    Append {
        stream: stream.expect("a stream name by the rules"),
        expected: before.map_or(Expected::NoStream, Expected::Revision),
        reserve: Reserve::Keep,
        events: vec![event(command, 0), public(event(command, 1))],
    }
}

fn judge() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("events.db");
    let mut answered = HashMap::new();
    for round in 0..ROUNDS {
        let before = answered.len();
        answered.extend(killed_round(&file, round)?);
        check(&file, &answered)?;
        println!(
            "round {round}: {} answered, then killed; all there",
            answered.len() - before
        );
    }
    assert!(
        !answered.is_empty(),
        "no round answered anything, so nothing was shown"
    );
    Ok(())
}

/// Runs the writer for a random moment, kills it, and returns what it had answered.
fn killed_round(file: &Path, round: u64) -> Outcome<Vec<(String, u64)>> {
    let mut writer = Command::new(std::env::current_exe()?)
        .env(FILE, file)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .spawn()?;
    let out = writer.stdout.take().ok_or("the writer has no output")?;
    let listener = std::thread::spawn(move || {
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        let answers = lines.filter_map(|line| {
            let (command, position) = line.split_once(' ')?;
            Some((command.to_owned(), position.parse().ok()?))
        });
        answers.collect()
    });
    let mut random = [0; 1];
    SystemRandom::new()
        .fill(&mut random)
        .map_err(|_| "no random bytes")?;
    std::thread::sleep(Duration::from_millis(50 + u64::from(random[0])));
    writer.kill()?;
    writer.wait()?;
    listener.join().map_err(|_| "the listener failed".into())
}

/// Every answered event stands exactly once, where it was said to, and the journal is sound.
fn check(file: &Path, answered: &HashMap<String, u64>) -> Outcome {
    drop(EmbeddedJournal::open(file, SETTINGS, wobbling_clock())?);
    let report = journal::audit::audit(&JournalFile::open(file)?, &[], None);
    assert!(report.is_sound(), "{:?}", report.faults);
    let connection = rusqlite::Connection::open(file)?;
    let mut find = connection.prepare("SELECT event_id, position FROM events")?;
    let mut places: HashMap<[u8; 16], Vec<u64>> = HashMap::new();
    for row in find.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (id, position): ([u8; 16], u64) = row?;
        places.entry(id).or_default().push(position);
    }
    for (command, position) in answered {
        let command = CommandId::derive(&[b"contract", command.as_bytes()]);
        for (index, place) in [(0, position - 1), (1, *position)] {
            assert_eq!(
                places.get(command.event(index).as_bytes()),
                Some(&vec![place])
            );
        }
    }
    Ok(())
}
