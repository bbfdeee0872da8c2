//! A real nats-server beside a test: started, stopped, killed and started again on the same port
//! and the same store.
//!
//! Every call blocks until the server is up or gone, a tenth of a second as a rule.

#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot go on says where"
)]

mod cluster;
mod program;

pub use cluster::Cluster;

use program::program;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A nats-server with JetStream, on loopback only. Dropped, it is killed and its store removed.
pub struct Broker {
    folder: TempDir,
    more: String,
    /// Lines for its JetStream.
    keeping: &'static str,
    /// 0 until the server has chosen one.
    port: u16,
    process: Option<Child>,
}

/// Room for one append of the largest size that a journal takes, with its envelope.
const MAX_PAYLOAD: &str = "8MB";
/// Long enough for the slowest machine.
const LONGEST: Duration = Duration::from_secs(20);
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

// === impl Broker ===

impl Broker {
    /// Starts a server on a free port, with a file store in a folder of its own.
    pub fn start() -> Self {
        Self::start_with("")
    }

    /// The same, with more lines for its configuration file, such as users or a cluster.
    pub fn start_with(more: &str) -> Self {
        let mut broker = Self::new(more, "");
        broker.restart();
        broker
    }

    fn new(more: &str, keeping: &'static str) -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            more: more.to_owned(),
            keeping,
            port: 0,
            process: None,
        }
    }

    /// Where clients connect to.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Where JetStream keeps its files; to be copied, rolled back or wiped while the server is gone.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// What the server has said so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// Ends the server in an orderly way and waits until it has gone.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let id = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
            kill_process(id.unwrap(), Signal::TERM).unwrap();
            process.wait().unwrap();
        }
    }

    /// Ends the server as a crash does and waits until it has gone.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Starts the server again, on the same port and store; one that runs is stopped first.
    pub fn restart(&mut self) {
        self.stop();
        let folder = self.folder.path();
        fs::write(folder.join("nats.conf"), self.configuration()).unwrap();
        let log = File::options()
            .create(true)
            .append(true)
            .open(folder.join("server.log"))
            .unwrap();
        let process = Command::new(program())
            .arg("--config")
            .arg(folder.join("nats.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let id = process.id();
        self.process = Some(process);
        self.port = self.port_once_ready(id);
    }

    fn configuration(&self) -> String {
        let port = if self.port == 0 { -1 } else { self.port.into() };
        let (folder, store) = (self.folder.path().display(), self.store());
        format!(
            "listen: \"127.0.0.1:{port}\"\n\
             ports_file_dir: \"{folder}\"\n\
             max_payload: {MAX_PAYLOAD}\n\
             jetstream {{ store_dir: \"{}\"\n{} }}\n\
             {}\n",
            store.display(),
            self.keeping,
            self.more
        )
    }

    /// The server writes its ports down once it takes connections.
    fn port_once_ready(&mut self, id: u32) -> u16 {
        let ports = self.folder.path().join(format!("nats-server_{id}.ports"));
        let until = Instant::now() + LONGEST;
        loop {
            if let Some(port) = port_in(&ports) {
                return port;
            }
            let ended = self.process.as_mut().and_then(|it| it.try_wait().unwrap());
            assert!(
                ended.is_none() && Instant::now() < until,
                "nats-server did not start; it said:\n{}",
                self.log()
            );
            sleep(BETWEEN_LOOKS);
        }
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.kill();
    }
}

/// None while the file is not there or half written.
fn port_in(file: &Path) -> Option<u16> {
    let ports: Value = serde_json::from_slice(&fs::read(file).ok()?).ok()?;
    let address = ports["nats"][0].as_str()?;
    address.rsplit(':').next()?.parse().ok()
}
