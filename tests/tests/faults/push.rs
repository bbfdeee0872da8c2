//! `firstbell notify` in a process of its own, and what it was answered.

use super::{record::Record, town::FORCE};
use serde_json::Value;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, ExitStatus},
};
use tests::judge::Answer;
use tests::program::{command, kill};

/// A file of notifications, and where each begins in it.
pub(super) struct Night {
    pub(super) csv: String,
    pub(super) references: Vec<String>,
    /// First lines, in the order of the references.
    pub(super) lines: Vec<u64>,
}

/// One file that is pushed, by one process after the other.
pub(super) struct Push {
    night: Night,
    file: PathBuf,
    said: PathBuf,
    hub: String,
    token: PathBuf,
    record: Record,
    /// Bytes of `said` that are in the record.
    noted: usize,
    process: Option<Child>,
}

// === impl Push ===

impl Push {
    /// Of a night's file, put into `folder` under this name.
    pub(super) fn of(night: Night, folder: &Path, name: &str, hub: &str, record: &Record) -> Self {
        let file = folder.join(format!("{name}.csv"));
        fs::write(&file, &night.csv).unwrap();
        for reference in &night.references {
            record.note(Answer::Sent {
                force: FORCE.to_owned(),
                reference: reference.clone(),
            });
        }
        Self {
            night,
            said: folder.join(format!("{name}.said")),
            hub: hub.to_owned(),
            token: folder.join("force.token"),
            record: record.clone(),
            noted: 0,
            process: None,
            file,
        }
    }

    /// A second pusher of the very same file.
    pub(super) fn twin(&self) -> Self {
        Self {
            night: Night {
                csv: String::new(),
                references: self.night.references.clone(),
                lines: self.night.lines.clone(),
            },
            file: self.file.clone(),
            said: self.said.with_extension("twin"),
            hub: self.hub.clone(),
            token: self.token.clone(),
            record: self.record.clone(),
            noted: 0,
            process: None,
        }
    }

    /// Begins or goes on.
    pub(super) fn start(&mut self) {
        let said = File::options()
            .append(true)
            .create(true)
            .open(&self.said)
            .unwrap();
        // A line that a killed process left unfinished was never read by anybody.
        said.set_len(self.noted as u64).unwrap();
        let mut notify = command();
        notify
            .args(["--json", "--hub", &self.hub, "--token-file"])
            .arg(&self.token)
            .arg("notify")
            .arg(&self.file)
            .stdout(said)
            .stderr(File::create(self.said.with_extension("errors")).unwrap());
        self.process = Some(notify.spawn().unwrap());
    }

    pub(super) fn start_if_killed(&mut self) {
        if self.process.is_none() {
            self.start();
        }
    }

    /// Whether it was cut off and remembers how far the file has come.
    pub(super) fn has_progress(&self) -> bool {
        let mut progress = self.file.clone().into_os_string();
        progress.push(".progress");
        Path::new(&progress).exists()
    }

    /// How it ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.process
            .as_mut()
            .expect("it was started")
            .try_wait()
            .unwrap()
    }

    /// `kill -9`.
    pub(super) fn kill(&mut self) {
        kill(&mut self.process.take().expect("it was started"));
        self.note();
    }

    /// Waits until it ends; its exit code.
    pub(super) async fn wait(&mut self) -> i32 {
        loop {
            if let Some(ended) = self.ended() {
                self.process = None;
                self.note();
                return ended.code().expect("nobody killed it");
            }
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// How many answers it has printed.
    pub(super) fn answered(&self) -> usize {
        let said = fs::read_to_string(&self.said).unwrap_or_default();
        said.matches('\n').count()
    }

    /// How many notifications the file has.
    pub(super) fn size(&self) -> usize {
        self.night.references.len()
    }

    /// What it complained of.
    pub(super) fn errors(&self) -> String {
        fs::read_to_string(self.said.with_extension("errors")).unwrap_or_default()
    }

    /// Takes what it has printed into the record.
    pub(super) fn note(&mut self) {
        let said = fs::read(&self.said).unwrap_or_default();
        let fresh = &said[self.noted..];
        let whole = fresh
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        for line in fresh[..whole]
            .split(|&byte| byte == b'\n')
            .filter(|line| !line.is_empty())
        {
            let line: Value = serde_json::from_slice(line).unwrap();
            if line["kind"] == "accepted" {
                self.record.note(self.accepted(&line));
            }
        }
        self.noted += whole;
    }

    fn accepted(&self, said: &Value) -> Answer {
        let line = said["line"].as_u64().unwrap();
        let at = self
            .night
            .lines
            .binary_search(&line)
            .expect("a notification begins there");
        let ids = said["line_ids"].as_array().unwrap().iter();
        Answer::Accepted {
            force: FORCE.to_owned(),
            reference: self.night.references[at].clone(),
            notification_id: said["notification_id"].as_str().unwrap().to_owned(),
            line_ids: ids.map(|id| id.as_str().unwrap().to_owned()).collect(),
        }
    }
}

impl Drop for Push {
    fn drop(&mut self) {
        if let Some(process) = self.process.as_mut() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
