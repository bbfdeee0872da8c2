//! `firstbell import`: loads schools, links, calendars, rolls and contacts into the running hub.

mod contacts;
mod report;
mod upload;

use crate::{client::Hub, error::CommandError, exit::Exit, output::Output};
use proto::schools::v1::{
    ImportHeader, ImportMode, ImportReport, directory_service_client::DirectoryServiceClient,
};
use std::path::PathBuf;
use upload::Upload;

const EXAMPLE: &str = "\
Examples:
  firstbell import schools edubasealldata20261120.csv
  firstbell import links links_edubasealldata20261120.csv
  firstbell import calendar calendars.csv
  firstbell import roll roll.csv --as-at 2026-11-20 --mode whole
  firstbell import contacts contacts.csv

Good rows are taken and bad ones listed by line, field and reason. Importing again is safe.";

/// What `import` takes.
#[derive(clap::Args)]
#[command(after_help = EXAMPLE)]
pub struct ImportArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// A GIAS establishment extract, as it comes.
    Schools(FileArgs),
    /// GIAS predecessor and successor links.
    Links(FileArgs),
    /// Terms, INSET days, bells and closing times of schools, trusts and councils.
    #[command(after_help = format!("Example of a file:\n{}", calendar::TEMPLATE))]
    Calendar(FileArgs),
    /// A pupil roll.
    Roll(RollArgs),
    /// Who is told and who may be asked.
    #[command(after_help = columns(directory::contacts::HEADER))]
    Contacts {
        /// The CSV file.
        file: PathBuf,
    },
}

#[derive(clap::Args)]
struct FileArgs {
    /// The CSV file.
    file: PathBuf,
    /// The day on which it was true; without it, today.
    #[arg(long, value_name = "DATE", default_value = "")]
    as_at: String,
}

#[derive(clap::Args)]
#[command(after_help = format!(
    "Example:\n  firstbell import roll roll.csv --as-at 2026-11-20 --mode whole\n\n{}",
    columns(directory::roll::HEADER)
))]
struct RollArgs {
    /// The CSV file.
    file: PathBuf,
    /// The day on which it was true.
    #[arg(long, value_name = "DATE")]
    as_at: String,
    /// Whether pupils who are not in it are gone.
    #[arg(long)]
    mode: ModeWord,
    /// URN of a school that a whole roll covers, even without pupils; may be given several times.
    #[arg(long = "school", value_name = "URN")]
    schools: Vec<String>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum ModeWord {
    /// Who is not in it is gone.
    Whole,
    /// Rows are added or changed.
    Delta,
}

pub(super) async fn run(
    args: &ImportArgs,
    hub: Hub,
    output: &mut Output,
) -> Result<Exit, CommandError> {
    let report = load(&args.what, hub, output.is_json()).await?;
    report::show(&report, output)?;
    Ok(if report.refused.is_empty() {
        Exit::Done
    } else {
        Exit::Listed
    })
}

async fn load(what: &What, hub: Hub, json: bool) -> Result<ImportReport, CommandError> {
    let mut directory = DirectoryServiceClient::new(hub.clone());
    let (file, header) = match what {
        What::Contacts { file } => return contacts::import(file, hub).await,
        What::Schools(args) | What::Links(args) | What::Calendar(args) => {
            (&args.file, file_header(args))
        }
        What::Roll(args) => (&args.file, roll_header(args)),
    };
    let upload = Upload::open(file, header, json).await?;
    let chunks = upload.chunks();
    let call = async {
        match what {
            What::Links(_) => directory.import_links(chunks).await,
            What::Calendar(_) => directory.import_calendar(chunks).await,
            What::Roll(_) => directory.import_roll(chunks).await,
            What::Schools(_) | What::Contacts { .. } => directory.import_schools(chunks).await,
        }
    };
    upload.finish(call).await
}

fn columns(names: &[&str]) -> String {
    format!("Columns:\n  {}", names.join(","))
}

fn file_header(args: &FileArgs) -> ImportHeader {
    ImportHeader {
        as_at: args.as_at.clone(),
        ..ImportHeader::default()
    }
}

fn roll_header(args: &RollArgs) -> ImportHeader {
    let mode = match args.mode {
        ModeWord::Whole => ImportMode::Whole,
        ModeWord::Delta => ImportMode::Delta,
    };
    ImportHeader {
        as_at: args.as_at.clone(),
        mode: mode.into(),
        schools: args.schools.clone(),
    }
}
