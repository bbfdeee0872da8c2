//! A hub of real processes, one service in each, on loopback and with certificates made for the test.

use crate::program::{command, command_of, firstbell, kill};
use authority::{Authority, Signed};
use clock::write_hour;
use host::config::{Config, JournalKind};
use jiff::Timestamp;
use rustix::process::{Pid, Signal, kill_process};
use std::{
    collections::BTreeMap,
    fmt::Write,
    fs::{self, File},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command},
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

/// Every process of a hub; the door is what callers reach.
pub const PARTS: [&str; 5] = ["keys", "access", "police", "schools", "door"];

/// Those that speak to the broker, each by its own name, which is its password too.
const AT_BROKER: [&str; 3] = ["access", "police", "schools"];

/// Longer than any part takes to end, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A hub of several processes. Dropped, they are killed.
pub struct Processes {
    folder: PathBuf,
    authority: PathBuf,
    badges: BTreeMap<&'static str, Signed>,
    addresses: BTreeMap<&'static str, SocketAddr>,
    settings: Vec<(String, String)>,
    told: BTreeMap<&'static str, Vec<(String, String)>>,
    running: BTreeMap<&'static str, Child>,
}

// === impl Processes ===

impl Processes {
    /// Gets everything ready in `folder`; nothing runs yet. The hub's keys are there, made for tests.
    pub fn prepare(config: &Config, folder: &Path) -> Self {
        let authority = Authority::make(folder);
        let badges = PARTS.map(|part| (part, authority.sign_service(part)));
        for part in AT_BROKER {
            fs::write(folder.join(format!("{part}.password")), part).unwrap();
        }
        Self {
            folder: folder.to_owned(),
            authority: authority.file(),
            badges: badges.into(),
            addresses: free_addresses(),
            settings: settings(config),
            told: BTreeMap::new(),
            running: BTreeMap::new(),
        }
    }

    /// Tells one of them something else than the others, from its next start on.
    pub fn tell(&mut self, part: &'static str, key: &str, value: impl ToString) {
        let told = self.told.entry(part).or_default();
        told.push(set(key, value));
    }

    /// Where callers reach the hub.
    pub fn address(&self) -> SocketAddr {
        self.addresses["door"]
    }

    /// What all processes take for the hour from now on. Those that are started before it was turned
    /// for the first time go by the machine's clock.
    pub fn turn_to(&self, hour: Timestamp) {
        write_hour(&self.hour(), hour).unwrap();
    }

    /// Starts one, which waits for whatever it needs.
    pub fn start(&mut self, part: &'static str) {
        self.start_of(part, firstbell());
    }

    /// The same of another build of the program.
    pub fn start_of(&mut self, part: &'static str, build: &Path) {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.folder.join(format!("{part}.log")))
            .unwrap();
        let mut program = command_of(build);
        program
            .args(["serve", part])
            .envs(self.settings.iter().cloned())
            .envs(self.own_settings(part))
            .envs(self.told.get(part).into_iter().flatten().cloned())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let before = self.running.insert(part, program.spawn().unwrap());
        assert!(before.is_none(), "{part} runs already");
    }

    /// Starts all that do not run.
    pub fn start_all(&mut self) {
        for part in PARTS {
            if !self.running.contains_key(part) {
                self.start(part);
            }
        }
    }

    /// A command of whoever has the data folder, told what all processes are told.
    pub fn command(&self) -> Command {
        let mut command = command();
        command.envs(self.settings.iter().cloned());
        command
    }

    /// Whether one is there, and has not ended by itself.
    pub fn lives(&mut self, part: &str) -> bool {
        let process = self.running.get_mut(part);
        process.is_some_and(|process| process.try_wait().unwrap().is_none())
    }

    /// Ends one in order, and waits until it is gone.
    pub fn stop(&mut self, part: &str) {
        if let Some(process) = self.running.get_mut(part) {
            let id = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
            kill_process(id.unwrap(), Signal::TERM).unwrap();
            let asked = Instant::now();
            let ended = loop {
                if let Some(ended) = process.try_wait().unwrap() {
                    break ended;
                }
                assert!(asked.elapsed() < PATIENCE, "{part} does not end");
                std::thread::sleep(Duration::from_millis(5));
            };
            self.running.remove(part);
            assert!(ended.success(), "{part} ended with {ended}");
        }
    }

    /// Ends all of them in order: first what callers reach, last what the others need.
    pub fn stop_all(&mut self) {
        for part in PARTS.iter().rev() {
            self.stop(part);
        }
    }

    /// Ends one as a crash does.
    pub fn kill(&mut self, part: &str) {
        if let Some(mut process) = self.running.remove(part) {
            kill(&mut process);
        }
    }

    fn hour(&self) -> PathBuf {
        self.folder.join("hour")
    }

    fn own_settings(&self, part: &str) -> Vec<(String, String)> {
        let Signed { certificate, key } = &self.badges[part];
        let mut own = vec![
            set("listen", self.addresses[part]),
            set("tls.ca_file", self.authority.display()),
            set("tls.certificate_file", certificate.display()),
            set("tls.key_file", key.display()),
        ];
        if self.hour().exists() {
            own.push(set("clock_file", self.hour().display()));
        }
        if AT_BROKER.contains(&part) {
            let password = self.folder.join(format!("{part}.password"));
            own.push(set("nats.user", part));
            own.push(set("nats.password_file", password.display()));
        }
        let others = PARTS.iter().filter(|other| **other != "door");
        own.extend(others.map(|other| {
            set(
                &format!("peers.{other}"),
                format!("https://{}", self.addresses[other]),
            )
        }));
        own
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        for process in self.running.values_mut() {
            let _ = process.kill();
            let _ = process.wait();
        }
        if std::thread::panicking() {
            self.show_logs();
        }
    }
}

impl Processes {
    fn show_logs(&self) {
        println!("{}", self.last_words());
    }

    /// What each of them wrote last, for whoever has to find out why.
    pub fn last_words(&self) -> String {
        let mut words = String::new();
        for part in PARTS {
            let log = std::fs::read_to_string(self.folder.join(format!("{part}.log")));
            let log = log.unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            for line in &lines[lines.len().saturating_sub(12)..] {
                let _ = writeln!(words, "{part}: {line}");
            }
        }
        words
    }
}

/// The rules of the broker as they ship: who may do what there.
pub fn rules_of_the_broker() -> String {
    let rules = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/nats-services.conf");
    let mut rules = fs::read_to_string(rules).unwrap();
    while let Some((before, rest)) = rules.split_once("$NATS_PASSWORD_") {
        let end = rest.find(|c: char| !c.is_ascii_uppercase()).unwrap();
        let (name, after) = rest.split_at(end);
        rules = format!("{before}\"{}\"{after}", name.to_lowercase());
    }
    rules
}

/// As the environment has it.
fn set(key: &str, value: impl ToString) -> (String, String) {
    let name = format!("FIRSTBELL_{}", key.replace('.', "_").to_uppercase());
    (name, value.to_string())
}

/// What all processes of the hub are told alike.
fn settings(config: &Config) -> Vec<(String, String)> {
    let path = |path: &Option<PathBuf>| match path {
        Some(path) => path.display().to_string(),
        None => String::new(),
    };
    let kind = match config.journals.kind {
        JournalKind::Embedded => "embedded",
        JournalKind::JetStream => "jetstream",
        JournalKind::KurrentDb => "kurrentdb",
    };
    vec![
        set("data", config.data.display()),
        set("free_space_reserve_mib", config.free_space_reserve_mib),
        set("nats.url", &config.nats.url),
        set("nats.replicas", config.nats.replicas),
        set("journals.kind", kind),
        set("journals.replicas", config.journals.replicas),
        set("smtp.host", &config.smtp.host),
        set("smtp.port", config.smtp.port),
        set("smtp.from", &config.smtp.from),
        set("smtp.starttls", config.smtp.starttls),
        set("smtp.ca_file", path(&config.smtp.ca_file)),
        set("telemetry.otlp_endpoint", &config.telemetry.otlp_endpoint),
        set("telemetry.log_filter", &config.telemetry.log_filter),
    ]
}

/// Held all at once, so that no two are the same. Below those that the machine gives to whoever
/// connects: a process that is away finds its own free when it comes back.
fn free_addresses() -> BTreeMap<&'static str, SocketAddr> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut ports = std::iter::repeat_with(|| {
        let next = std::process::id().wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        u16::try_from(20_000 + next % 10_000).unwrap()
    });
    let held = PARTS.map(|part| {
        let mut free = ports
            .by_ref()
            .flat_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)));
        (part, free.next().expect("a port is free"))
    });
    let addresses = held
        .iter()
        .map(|(part, held)| (*part, held.local_addr().unwrap()));
    addresses.collect()
}
