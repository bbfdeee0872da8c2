//! Benchmarks: what this machine does, each figure beside the raw one of the same run.
//!
//! Disks change their pace for minutes at a time, so what is compared takes turns, and what is said
//! is the median of the rounds. In reading order: [`figure`] is what a benchmark says, [`load`] puts
//! writers on a store, [`plain`] holds the raw stores, [`append`] and [`reads`] measure the journal
//! beside them, [`jetstream`] its adapter in a broker, [`relay`] the way of public events through one;
//! [`night`] is a hub in the middle of a school night, [`accept`] and [`visible`] measure it beside the
//! bare servers of [`bare`]; [`matching`] matches two files.

mod accept;
mod append;
mod bare;
mod entry;
mod figure;
mod forms;
mod jetstream;
mod load;
mod matching;
mod night;
mod plain;
mod reads;
mod relay;
mod town;
mod visible;

pub use figure::Figure;
pub use matching::MatchingFiles;
pub use night::Elsewhere;

use std::{error::Error, path::Path};

/// A benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Bench {
    /// Durable appends to the journal by 1, 16 and 64 writers.
    Append,
    /// Events read back from the journal.
    Read,
    /// Time from accepted to visible on a school's live stream.
    Visible,
    /// Notifications accepted over gRPC and over REST.
    Accept,
    /// Durable appends to a journal in JetStream by 1, 16 and 64 writers.
    #[value(name = "jetstream")]
    JetStream,
    /// Public events through a broker, and a consumer that was away for a million of them.
    Relay,
    /// How well and how fast the pupils of a roll are found for the reports of a file.
    Matching,
}

pub(crate) type BoxError = Box<dyn Error + Send + Sync>;

// === impl Bench ===

impl Bench {
    /// All that need nothing but the machine, the shortest first.
    pub const ALL: [Self; 4] = [Self::Append, Self::Read, Self::Visible, Self::Accept];

    /// Measures, keeping its files in `folder`, which is on the disk that is measured.
    /// `broker` is the address of one, for those that need it; with `elsewhere` a hub is measured that
    /// runs already, where one is.
    pub async fn run(
        self,
        folder: &Path,
        files: &MatchingFiles,
        broker: Option<&str>,
        elsewhere: Option<&Elsewhere>,
    ) -> Result<Vec<Figure>, BoxError> {
        match self {
            Self::Append => append::run(folder).await,
            Self::Read => reads::run(folder).await,
            Self::Visible => visible::run(folder, elsewhere).await,
            Self::Accept => accept::run(folder).await,
            Self::JetStream => jetstream::run(broker).await,
            Self::Relay => relay::run(folder, broker).await,
            Self::Matching => {
                let (files, today) = (files.clone(), today());
                tokio::task::spawn_blocking(move || matching::run(&files, today)).await?
            }
        }
    }
}

/// Today in London.
fn today() -> jiff::civil::Date {
    let london = jiff::tz::TimeZone::get("Europe/London").unwrap_or(jiff::tz::TimeZone::UTC);
    clock::Clock::now(&clock::SystemClock)
        .to_zoned(london)
        .date()
}
