//! Reads a file on a thread of its own, no further ahead than the hub can take.

use super::{
    Format,
    groups::CsvFile,
    jsonl::JsonLines,
    progress::Answered,
    unit::{Content, Unit},
};
use std::{
    fs::File,
    io::{self, BufReader},
};
use tokio::sync::mpsc;

/// Units read ahead of those that are being sent.
const AHEAD: usize = 32;

/// The units of a file that are still to be answered for, in order. Those that cannot be read are
/// always among them, so that the report of the last run names everything.
pub(super) fn start(
    file: File,
    format: Format,
    answered: Answered,
) -> mpsc::Receiver<io::Result<Unit>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let due = units(file, format).filter(|unit| match unit {
            Ok(unit) => matches!(unit.content, Content::Refused(_)) || !answered.has(unit),
            Err(_) => true,
        });
        for unit in due {
            let failed = unit.is_err();
            if sender.blocking_send(unit).is_err() || failed {
                break;
            }
        }
    });
    receiver
}

/// Every unit of a file.
pub(super) fn units(
    file: impl io::Read + Send + 'static,
    format: Format,
) -> Box<dyn Iterator<Item = io::Result<Unit>> + Send> {
    let reader = BufReader::with_capacity(64 * 1024, file);
    match format {
        Format::Csv => Box::new(CsvFile::new(reader)),
        Format::Jsonl => Box::new(JsonLines::new(reader)),
    }
}
