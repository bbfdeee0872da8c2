//! Why journals are not to be had.

use bus::nats::BadNatsSettings;
use journal::{ReadError, copy::FillError, embedded, jetstream, kurrentdb};
use std::io;

/// Why a journal could not be opened, and waiting would not help.
#[derive(Debug, thiserror::Error)]
pub enum JournalsError {
    /// A file that the configuration names cannot be read.
    #[error("read the file of {0}")]
    File(&'static str, #[source] io::Error),
    /// The broker's settings cannot be used.
    #[error("reach the broker that holds the journals")]
    Broker(#[source] BadNatsSettings),
    /// Its events cannot be read.
    #[error("read the journal of {0}")]
    Read(&'static str, #[source] ReadError),
    /// What the data folder knows of it cannot be read or written.
    #[error("look up what is known of the journal of {0}")]
    Known(&'static str, #[source] io::Error),
    /// It is not where it was, or another one is there. The file is in the data folder's journals.
    #[error(
        "open the journal of {0}: what held it has none now, or another one; have a copy of it put \
         back, or, where its loss is accepted, remove journals/{0}.known from the data folder"
    )]
    Gone(&'static str),
    /// There is none to be read.
    #[error(
        "read the journal of {0}: there is none; name the data folder and what holds the journals of \
         the hub that has it"
    )]
    Absent(&'static str),
    /// Less is there than was before.
    #[error(
        "open the journal of {0}: what holds it has less of it than before; have a newer copy put \
         back, or, where the loss is accepted, run `firstbell journal new-epoch {0}`"
    )]
    Older(&'static str),
    /// It could not be given a new epoch.
    #[error("begin a new epoch of the journal of {0}")]
    Epoch(&'static str, #[source] FillError),
    /// Its place in the data folder, or the file there.
    #[error("open the journal of {0}")]
    Embedded(&'static str, #[source] embedded::OpenError),
    /// Its stream in the broker.
    #[error("open the journal of {0} in the broker")]
    JetStream(&'static str, #[source] jetstream::OpenError),
    /// Its streams in KurrentDB.
    #[error("open the journal of {0} in KurrentDB")]
    KurrentDb(&'static str, #[source] kurrentdb::OpenError),
}
