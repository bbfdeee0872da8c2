//! Writes the log of a file back into it on a thread of its own, while the file's writer goes on.
//!
//! SQLite writes back within the commit that makes its log too long, and everybody behind that commit
//! waits for the disk. Here the bulk is written back beside the writer; when that has ended, only what
//! was committed meanwhile is left, and the writer writes that back itself, so that its log can begin
//! anew.

use rusqlite::{Connection, hooks::Wal};
use std::{
    sync::mpsc::{self, Receiver, SyncSender, TryRecvError, TrySendError},
    thread::{self, JoinHandle},
};

/// The thread that writes one file back. Dropping it waits for what is under way.
pub struct WriteBack {
    /// None only while it is being dropped.
    begin: Option<SyncSender<()>>,
    ended: Receiver<()>,
    under_way: bool,
    /// The thread has died, and that was said.
    is_gone: bool,
    thread: Option<JoinHandle<()>>,
}

/// What the writer has to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Nothing.
    Nothing,
    /// Write back what is left, by [`write_back`].
    Little,
}

// === impl WriteBack ===

impl WriteBack {
    /// Starts the thread with a connection of its own to the file.
    pub fn start(file: Connection) -> std::io::Result<Self> {
        let (begin, begun) = mpsc::sync_channel(1);
        let (end, ended) = mpsc::sync_channel(1);
        let work = move || {
            while let Ok(()) = begun.recv() {
                write_back(&file, "PASSIVE");
                if end.send(()).is_err() {
                    return;
                }
            }
        };
        let thread = thread::Builder::new().name("write-back".to_owned());
        Ok(Self {
            begin: Some(begin),
            ended,
            under_way: false,
            is_gone: false,
            thread: Some(thread.spawn(work)?),
        })
    }

    /// Has the log written back from so many pages on, whatever `writer` commits to the file; until
    /// `writer` is closed.
    pub fn look_after(mut self, writer: &mut Connection, log_pages: i32) -> rusqlite::Result<()> {
        // Else SQLite takes the hook for its own way of doing it.
        writer.pragma_update(None, "wal_autocheckpoint", 0)?;
        writer.wal_hook(Some(move |log: &mut Wal, pages| {
            if self.after_commit(pages >= log_pages) == Rest::Little {
                // Left for the next time where it cannot be done now.
                let _ = log.checkpoint();
            }
            Ok(())
        }))
    }

    /// Asked after each commit. `is_due` says whether the log is long enough to be written back.
    pub fn after_commit(&mut self, is_due: bool) -> Rest {
        if self.under_way {
            match self.ended.try_recv() {
                Err(TryRecvError::Empty) => return Rest::Nothing,
                Ok(()) => {}
                Err(TryRecvError::Disconnected) => self.say_gone(),
            }
            self.under_way = false;
            return Rest::Little;
        }
        if !is_due {
            return Rest::Nothing;
        }
        match self.begin.as_ref().map(|begin| begin.try_send(())) {
            Some(Ok(()) | Err(TrySendError::Full(()))) => {
                self.under_way = true;
                Rest::Nothing
            }
            // Better late than never.
            Some(Err(TrySendError::Disconnected(()))) | None => {
                self.say_gone();
                Rest::Little
            }
        }
    }

    /// From now on the writer does it all by itself.
    fn say_gone(&mut self) {
        if !self.is_gone {
            self.is_gone = true;
            tracing::error!(
                "the thread that writes a log back is gone: the writer does it, more slowly, until \
                 the hub is started again"
            );
        }
    }
}

impl Drop for WriteBack {
    fn drop(&mut self) {
        drop(self.begin.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Writes a file's log back; returns the pages that are in the log. A failure harms nothing: the log
/// grows until the next time.
pub fn write_back(file: &Connection, mode: &str) -> i64 {
    file.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        row.get(1)
    })
    .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::File, io::Read as _, path::Path, time::Duration};

    /// How often the log has begun anew, as its own header counts.
    fn begun_anew(log: &Path) -> u32 {
        let mut header = [0; 16];
        File::open(log).unwrap().read_exact(&mut header).unwrap();
        u32::from_be_bytes([header[12], header[13], header[14], header[15]])
    }

    /// Its thread was told to begin and died over it.
    fn died_over_it() -> WriteBack {
        let (begin, begun) = mpsc::sync_channel(1);
        let (end, ended) = mpsc::sync_channel::<()>(1);
        let mut dead = WriteBack {
            begin: Some(begin),
            ended,
            under_way: false,
            is_gone: false,
            thread: None,
        };
        assert_eq!(dead.after_commit(true), Rest::Nothing);
        drop((begun, end));
        dead
    }

    #[test]
    fn a_writer_whose_thread_has_died_writes_back_by_itself() {
        let mut dead = died_over_it();
        assert_eq!(dead.after_commit(false), Rest::Little);
        assert_eq!(dead.after_commit(false), Rest::Nothing);
        assert_eq!(dead.after_commit(true), Rest::Little);
        assert_eq!(dead.after_commit(true), Rest::Little);
    }

    #[test]
    fn a_long_log_begins_anew_while_its_file_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file.sqlite3");
        let connect = || {
            let file = Connection::open(&path).unwrap();
            file.pragma_update(None, "journal_mode", "WAL").unwrap();
            file
        };
        let mut writer = connect();
        writer.execute_batch("CREATE TABLE row(n INTEGER)").unwrap();
        let beside = WriteBack::start(connect()).unwrap();
        beside.look_after(&mut writer, 16).unwrap();
        let log = folder.path().join("file.sqlite3-wal");
        let (first, mut rows) = (begun_anew(&log), 0);
        while begun_anew(&log) < first + 3 {
            assert!(rows < 20_000, "the log only ever grows");
            writer
                .execute("INSERT INTO row VALUES(?1)", [rows])
                .unwrap();
            rows += 1;
            std::thread::sleep(Duration::from_micros(100));
        }
        let mut kept = writer.prepare("SELECT n FROM row ORDER BY n").unwrap();
        let kept = kept.query_map([], |row| row.get(0)).unwrap();
        let kept: Vec<i32> = kept.collect::<Result<_, _>>().unwrap();
        assert_eq!(kept, (0..rows).collect::<Vec<_>>());
    }
}
