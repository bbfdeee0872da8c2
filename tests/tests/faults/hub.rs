//! One hub in a process of its own, on a folder that outlives it.

use super::site::Hub;
use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};
use tests::program::{command, kill, run};

/// Longer than any hub takes to start or to stop, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A hub that is up or down.
pub(super) struct HubProcess {
    config: PathBuf,
    log: PathBuf,
    pub(super) data: PathBuf,
    pub(super) url: String,
    process: Option<Child>,
}

// === impl HubProcess ===

impl HubProcess {
    /// Makes a hub whose data is in the new folder `data`, and leaves it down.
    pub(super) fn init(folder: &Path, data: &Path, reserve_mib: usize) -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        let config = folder.join("firstbell.toml");
        let text = format!(
            "data = {data:?}\nlisten = \"{address}\"\nfree_space_reserve_mib = {reserve_mib}\n\
             [telemetry]\nlog_filter = \"warn\"\n"
        );
        fs::write(&config, text).unwrap();
        let hub = Self {
            log: folder.join("hub.log"),
            data: data.to_owned(),
            url: format!("http://{address}"),
            process: None,
            config,
        };
        run(&mut hub.of_folder("init"), &[0]);
        hub
    }

    fn of_folder(&self, verb: &str) -> Command {
        let mut command = command();
        command
            .args(["--json", verb])
            .arg("--config")
            .arg(&self.config);
        command
    }

    pub(super) async fn start_if_down(&mut self) {
        if self.process.is_none() {
            self.start().await;
        }
    }

    async fn answers(&self) -> bool {
        let asked = reqwest::get(format!("{}/readyz", self.url)).await;
        asked.is_ok_and(|answer| answer.status().is_success())
    }

    /// `kill -9`.
    pub(super) fn kill(&mut self) {
        kill(&mut self.process.take().expect("the hub is up"));
    }

    /// Puts the backup of that name in place; the hub is down.
    pub(super) fn restore(&self, name: &str) -> Output {
        let backup = self.data.join("backups").join(name);
        run(self.of_folder("restore").arg(backup), &[0, 2])
    }

    /// The same, killed this long after it began to replace something; what it had said by then.
    pub(super) fn restore_cut_off(&self, name: &str, after: Duration) -> Output {
        let backup = self.data.join("backups").join(name);
        let mut restore = self.of_folder("restore");
        restore.arg(backup).stdout(Stdio::piped());
        let mut restore = restore.spawn().unwrap();
        while !self.is_half_restored() && restore.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_micros(100));
        }
        std::thread::sleep(after);
        restore.kill().unwrap();
        restore.wait_with_output().unwrap()
    }

    /// Whether a restore has begun to replace something and has not finished.
    pub(super) fn is_half_restored(&self) -> bool {
        self.data.join("restoring.json").exists()
    }

    /// It must not start on what is there, and say what to do.
    #[track_caller]
    pub(super) fn refuses_to_start(&self) {
        let up = run(&mut self.of_folder("up"), &[1]);
        let said = String::from_utf8_lossy(&up.stderr);
        assert!(said.contains("half restored"), "{said}");
        assert!(said.contains("firstbell restore"), "{said}");
    }
}

impl Hub for HubProcess {
    fn url(&self) -> &str {
        &self.url
    }

    fn data(&self) -> &Path {
        &self.data
    }

    async fn start(&mut self) {
        assert!(self.process.is_none(), "one process at a time");
        let log = File::options()
            .append(true)
            .create(true)
            .open(&self.log)
            .unwrap();
        let mut up = self.of_folder("up");
        up.stdout(log.try_clone().unwrap()).stderr(log);
        self.process = Some(up.spawn().unwrap());
        let begun = Instant::now();
        while !self.answers().await {
            let process = self.process.as_mut().unwrap();
            let ended = process.try_wait().unwrap();
            assert!(ended.is_none(), "the hub ended: {}", self.last_words());
            assert!(
                begun.elapsed() < PATIENCE,
                "the hub never answered: {}",
                self.last_words()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn stop(&mut self) {
        let mut process = self.process.take().expect("the hub is up");
        let asked = Command::new("kill").arg(process.id().to_string()).status();
        assert!(asked.unwrap().success());
        let begun = Instant::now();
        while process.try_wait().unwrap().is_none() {
            assert!(
                begun.elapsed() < PATIENCE,
                "the hub does not end: {}",
                self.last_words()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
        let ended = process.wait().unwrap();
        assert!(
            ended.success(),
            "the hub ended badly: {}",
            self.last_words()
        );
    }

    #[track_caller]
    fn audit(&self) {
        let audit = run(&mut self.of_folder("audit"), &[0, 2]);
        assert!(
            audit.status.success(),
            "the audit found something: {}\nthe hub said last:\n{}",
            String::from_utf8_lossy(&audit.stdout),
            self.last_words(),
        );
    }

    fn lives(&mut self) -> bool {
        let process = self.process.as_mut().expect("the hub is up");
        process.try_wait().unwrap().is_none()
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        // No mail server is there, so each mail is refused and says so.
        let lines = log
            .lines()
            .filter(|line| !line.contains("a message was refused"));
        let lines: Vec<_> = lines.collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        if let Some(process) = self.process.as_mut() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
