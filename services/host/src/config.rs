//! Configuration: one file, the environment, flags; the later wins.
//!
//! Every key is listed in [`KEYS`] with what it takes. `smtp.port` in the file is
//! `FIRSTBELL_SMTP_PORT` in the environment; the collector may also be named as everywhere else, by
//! `OTEL_EXPORTER_OTLP_ENDPOINT`. A wrong value names its key and what is allowed, never
//! itself. `deploy/firstbell.toml` shows every key with its default.

mod keys;
mod layers;
mod processes;

pub use keys::{KEYS, Key};
pub use processes::{Health, Peers, Tls};

use serde::{Deserialize, Deserializer};
use std::{
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};
use thiserror::Error;

/// The environment variable that may hold the master key itself.
pub const MASTER_KEY_VARIABLE: &str = "FIRSTBELL_MASTER_KEY";

/// What a process is told when it starts.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The folder that holds everything the hub keeps.
    pub data: PathBuf,
    /// Where both doors are opened.
    pub listen: SocketAddr,
    /// Below this much free space, in MiB, nothing new is taken in.
    pub free_space_reserve_mib: u64,
    /// The file with the master key; none: in the environment, or beside the data.
    #[serde(deserialize_with = "path_or_none")]
    pub master_key_file: Option<PathBuf>,
    /// The master key itself, from the environment only.
    #[serde(skip)]
    pub master_key: Option<Secret>,
    /// Where the services' journals are.
    pub journals: Journals,
    /// The broker between the services.
    pub nats: Nats,
    /// Where the other processes of the hub are.
    pub peers: Peers,
    /// How processes of the hub know each other.
    pub tls: Tls,
    /// Whether the process lives and is ready, for whoever looks after it.
    pub health: Health,
    /// The file that holds the hour; only for a hub that was made for tests.
    #[serde(deserialize_with = "path_or_none")]
    pub clock_file: Option<PathBuf>,
    /// Mail out.
    pub smtp: Smtp,
    /// Logs, traces and metrics.
    pub telemetry: Telemetry,
}

/// Where the journals of all services of the process are.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Journals {
    /// What holds them.
    pub kind: JournalKind,
    /// Copies of a journal that is made in JetStream: 1, 3 or 5.
    pub replicas: usize,
    /// The file with KurrentDB's connection string, one line, which may hold a password.
    #[serde(deserialize_with = "path_or_none")]
    pub kurrentdb_url_file: Option<PathBuf>,
}

/// What holds journals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JournalKind {
    /// Files in the data folder.
    #[default]
    Embedded,
    /// The broker of [`Nats`].
    JetStream,
    /// KurrentDB, or EventStoreDB.
    KurrentDb,
}

/// The broker that carries public events between services.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Nats {
    /// One or more of its servers, separated by commas; empty: no broker, all inside one process.
    pub url: String,
    /// The name to sign in with; empty: by certificate, or without.
    pub user: String,
    /// The file with the password, one line.
    #[serde(deserialize_with = "path_or_none")]
    pub password_file: Option<PathBuf>,
    /// A PEM file with the authority that signed the servers' certificates; none: the machine's own.
    #[serde(deserialize_with = "path_or_none")]
    pub ca_file: Option<PathBuf>,
    /// A PEM file with the certificate to sign in with.
    #[serde(deserialize_with = "path_or_none")]
    pub certificate_file: Option<PathBuf>,
    /// A PEM file with that certificate's key.
    #[serde(deserialize_with = "path_or_none")]
    pub key_file: Option<PathBuf>,
    /// Copies of each stream in the cluster.
    pub replicas: usize,
}

/// The mail server that nudges go through.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Smtp {
    /// Its name; empty: no mail goes out, and every rung that needs mail fails visibly.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The sender's address.
    pub from: String,
    /// The name to sign in with; empty: without.
    pub user: String,
    /// The file with the password, one line.
    #[serde(deserialize_with = "path_or_none")]
    pub password_file: Option<PathBuf>,
    /// Whether to insist on an encrypted connection by STARTTLS.
    pub starttls: bool,
    /// A PEM file with the authority that signed the server's certificate; none: the machine's own.
    #[serde(deserialize_with = "path_or_none")]
    pub ca_file: Option<PathBuf>,
}

/// Logs, traces and metrics.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Telemetry {
    /// Where spans and metrics are sent by OTLP over gRPC; empty: nowhere.
    pub otlp_endpoint: String,
    /// How log lines look.
    pub log_format: LogFormat,
    /// What is logged: a level, or levels by module.
    pub log_filter: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// A text that is never shown.
#[derive(Clone, PartialEq)]
pub struct Secret(pub String);

/// Why a configuration was refused. Never holds a value.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file is not there or cannot be read.
    #[error("read the configuration file")]
    Read(#[source] std::io::Error),
    /// The file is not TOML.
    #[error("read the configuration file as TOML: line {line}")]
    Toml {
        /// Line of the first mistake, from 1.
        line: usize,
    },
    /// A key that nobody knows.
    #[error("`{key}` is no configuration key; the keys are {known}")]
    UnknownKey {
        /// The key as written.
        key: String,
        /// All keys.
        known: String,
    },
    /// A value that is not allowed.
    #[error("`{key}` must be {allowed}")]
    Wrong {
        /// The key or the environment variable.
        key: String,
        /// What it takes.
        allowed: &'static str,
    },
}

// === impl Config ===

impl Config {
    /// Reads the file, then what `environment` has (e.g. `|name| std::env::var(name).ok()`), then
    /// `flags` as key and text, e.g. `("smtp.port", "25")`.
    pub fn load<'a>(
        file: Option<&Path>,
        environment: impl Fn(&str) -> Option<String>,
        flags: impl IntoIterator<Item = (&'a str, String)>,
    ) -> Result<Self, ConfigError> {
        let mut layers = match file {
            Some(path) => layers::read(path)?,
            None => toml::Table::new(),
        };
        for key in &KEYS {
            for variable in key.variables() {
                if let Some(text) = environment(&variable) {
                    layers::set(&mut layers, key, &variable, &text)?;
                }
            }
        }
        for (name, text) in flags {
            let key = keys::find(name).ok_or_else(|| layers::unknown(name))?;
            layers::set(&mut layers, key, name, &text)?;
        }
        let mut config = layers::finish(layers)?;
        config.master_key = environment(MASTER_KEY_VARIABLE).map(Secret);
        Ok(config)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("firstbell-data"),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8420)),
            free_space_reserve_mib: 256,
            master_key_file: None,
            master_key: None,
            journals: Journals::default(),
            nats: Nats::default(),
            peers: Peers::default(),
            tls: Tls::default(),
            health: Health::default(),
            clock_file: None,
            smtp: Smtp::default(),
            telemetry: Telemetry::default(),
        }
    }
}

impl Default for Journals {
    fn default() -> Self {
        Self {
            kind: JournalKind::Embedded,
            replicas: 1,
            kurrentdb_url_file: None,
        }
    }
}

impl Default for Nats {
    fn default() -> Self {
        Self {
            url: String::new(),
            user: String::new(),
            password_file: None,
            ca_file: None,
            certificate_file: None,
            key_file: None,
            replicas: 1,
        }
    }
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            from: String::new(),
            user: String::new(),
            password_file: None,
            starttls: true,
            ca_file: None,
        }
    }
}

impl Default for Telemetry {
    fn default() -> Self {
        Self {
            otlp_endpoint: String::new(),
            log_format: LogFormat::Text,
            log_filter: "info".to_owned(),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

fn path_or_none<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok((!text.is_empty()).then(|| PathBuf::from(text)))
}
