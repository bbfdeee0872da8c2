//! `firstbell notify`: pushes a file of notifications, tells what was refused, loses nothing.
//!
//! In reading order: the [`header`] of a CSV file and its [`columns`], the [`rows`] and [`groups`] of
//! them that make a notification ([`draft`], [`values`]); or [`jsonl`]. Either way a [`mod@unit`]. Then
//! [`send`], [`progress`] and [`report`], held together by [`run`].

mod columns;
mod draft;
mod groups;
mod header;
mod jsonl;
mod progress;
mod read;
mod report;
mod rows;
mod run;
mod send;
mod template;
mod unit;
mod values;

pub(super) use template::print_template;

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use clap::ValueEnum;
use futures::StreamExt;
use progress::Progress;
use proto::police::v1::police_service_client::PoliceServiceClient;
use report::Report;
use run::{Outcome, Run, UnitPlace, bar, interrupted};
use send::{Sender, Waiting};
use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use unit::{Content, Unit};

/// Notifications that are under way at once.
const IN_FLIGHT: usize = 16;
const GIVE_UP_AFTER: Duration = Duration::from_secs(10 * 60);

const HELP: &str = "\
Examples:
  firstbell notify --template > night.csv
  firstbell notify night.csv --token-file sender.token

Both formats are UTF-8, one line at most 1 MiB. JSON-lines has one notification a line, in the
proto3 JSON mapping of firstbell.police.v1.Notification. CSV has one row for each child; the rows
of one notification stand next to each other and share force and reference, and what concerns the
whole notification is written on the first of them.

A notification with a refused row is refused as a whole, with all its line numbers, so that no
child of it is left behind; all others go on. Mend the file and send it again: what was accepted
is recognised and not doubled. What is to be changed later is changed by a correction.

Progress is kept in FILE.progress (numbers only) until the whole file has been answered for. After
an interruption the same command goes on; delete FILE.progress to ask for everything again. While
the hub is away the command tries for ten minutes and then ends with 75. So it does where the hub
was restored from a backup meanwhile; called again it sends everything again.

With --json each line has a `kind`: accepted, refused, held (a text that waits for the sender, the
alert does not) and summary.";

/// What `notify` takes.
#[derive(clap::Args)]
#[command(after_help = "Example:\n  firstbell notify night.csv --token-file sender.token\n\n\
    Columns, formats and what happens to refused rows: --help",
    after_long_help = format!("{HELP}\n\nColumns of a CSV file:\n{}", template::columns_help()))]
pub struct NotifyArgs {
    /// The file; its name ends in .csv, .jsonl or .ndjson.
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    /// How the file is written, where its name does not tell.
    #[arg(long)]
    format: Option<Format>,
    /// Print a file with made-up people to fill in, and send nothing.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, default_missing_value = "csv",
          conflicts_with = "file")]
    pub(super) template: Option<Format>,
}

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One row for each child.
    Csv,
    /// One notification a line, as JSON.
    #[value(alias = "ndjson")]
    Jsonl,
}

/// One push of one file.
pub struct Push {
    file: PathBuf,
    format: Format,
    hub_name: String,
    give_up_after: Duration,
}

// === impl Push ===

impl Push {
    /// A push of the file that was named, to the hub of that address.
    pub fn new(args: &NotifyArgs, hub_name: &str) -> Result<Self, CommandError> {
        let missing = CommandError::Usage("name the file to send");
        let file = args.file.clone().ok_or(missing)?;
        let format = args
            .format
            .or_else(|| Format::of(&file))
            .ok_or(CommandError::Usage(
                "the file's name tells no format: add --format csv or --format jsonl",
            ))?;
        Ok(Self::of(file, format, hub_name))
    }

    /// A push of this file to the hub of that address.
    pub fn of(file: PathBuf, format: Format, hub_name: &str) -> Self {
        Self {
            file,
            format,
            hub_name: hub_name.to_owned(),
            give_up_after: GIVE_UP_AFTER,
        }
    }

    /// The same push, less or more patient with a hub that is away.
    #[must_use]
    pub fn give_up_after(mut self, patience: Duration) -> Self {
        self.give_up_after = patience;
        self
    }

    /// Sends what has not been answered for. Ends early, but in good order, when `stop` is
    /// cancelled.
    pub async fn run(
        &self,
        hub: Hub,
        output: &mut Output,
        stop: CancellationToken,
    ) -> Result<Exit, CommandError> {
        let file = File::open(&self.file).map_err(no_input())?;
        let size = file.metadata().map_err(no_input())?.len();
        let (progress, found) = Progress::open(&self.file, &self.hub_name).map_err(no_input())?;
        let mut run = Run {
            bar: bar(size, output.is_json()),
            report: Report::new(output, self.format),
            progress,
            can_save: true,
        };
        run.say_found(found);
        let units = read::start(file, self.format, run.progress.answered());
        let sender = Sender {
            hub: PoliceServiceClient::new(hub),
            give_up_after: self.give_up_after,
            stop: stop.clone(),
            waiting: Waiting::beside(&run.bar),
        };
        let answers = ReceiverStream::new(units)
            .take_until(stop.cancelled())
            .map(|unit| answer(&sender, unit))
            .buffered(IN_FLIGHT);
        let mut answers = pin!(answers);
        let mut ended = Ok(());
        while let Some(answer) = answers.next().await {
            ended = answer.and_then(|(unit, outcome)| run.note(&unit, outcome));
            if ended.is_err() {
                break;
            }
        }
        if ended.is_ok() && stop.is_cancelled() {
            ended = Err(interrupted());
        }
        run.end(ended)
    }
}

// === impl Format ===

impl Format {
    fn of(file: &Path) -> Option<Self> {
        let extension = file.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" => Some(Self::Csv),
            "jsonl" | "ndjson" => Some(Self::Jsonl),
            _ => None,
        }
    }
}

fn no_input() -> impl FnOnce(io::Error) -> CommandError {
    CommandError::no_input("the argument FILE")
}

async fn answer(
    sender: &Sender,
    unit: io::Result<Unit>,
) -> Result<(UnitPlace, Outcome), CommandError> {
    let unit = unit.map_err(no_input())?;
    let outcome = match unit.content {
        Content::Ready(notification) => Outcome::Sent(sender.send(*notification).await),
        Content::Refused(refusals) => Outcome::Unread(refusals),
    };
    Ok((
        UnitPlace {
            lines: unit.lines,
            end: unit.end,
        },
        outcome,
    ))
}
