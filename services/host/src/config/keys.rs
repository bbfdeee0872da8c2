//! Every configuration key, with what it takes.

/// One key.
#[derive(Debug)]
pub struct Key {
    /// Its place in the file, e.g. `smtp.port`.
    pub name: &'static str,
    /// What it takes; completes "must be".
    pub allowed: &'static str,
    pub(super) kind: Kind,
}

/// What TOML type a key's value has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Number,
    YesNo,
}

/// Where programs of all kinds learn of the collector.
const OTLP_ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// What stands for another process.
const PEER: &str = "an address, e.g. \"https://10.0.0.7:8431\", or \"\" for none";

/// All of them.
pub static KEYS: [Key; 33] = [
    text("data", "a folder"),
    text(
        "listen",
        "an address with a port, e.g. \"127.0.0.1:8420\" or \"[::1]:8420\"",
    ),
    number("free_space_reserve_mib", "a whole number of MiB from 0"),
    text("master_key_file", "a file, or \"\" for none"),
    text(
        "journals.kind",
        "\"embedded\", \"jetstream\" or \"kurrentdb\"",
    ),
    number("journals.replicas", "1, 3 or 5"),
    text(
        "journals.kurrentdb_url_file",
        "a file, or \"\" for none; needed wherever `journals.kind` is \"kurrentdb\"",
    ),
    text(
        "nats.url",
        "one or more addresses, e.g. \"nats://127.0.0.1:4222\", or \"\" for none; needed \
         wherever `journals.kind` is \"jetstream\"",
    ),
    text("nats.user", "a text, or \"\" to connect without a password"),
    text(
        "nats.password_file",
        "a file, or \"\" for none; needed wherever `nats.user` is set",
    ),
    text(
        "nats.ca_file",
        "a PEM file, or \"\" for the machine's own authorities",
    ),
    text(
        "nats.certificate_file",
        "a PEM file, or \"\" for none; needs `nats.key_file`",
    ),
    text(
        "nats.key_file",
        "a PEM file, or \"\" for none; needs `nats.certificate_file`",
    ),
    number("nats.replicas", "a whole number from 1 to 5"),
    text("peers.keys", PEER),
    text("peers.access", PEER),
    text("peers.police", PEER),
    text("peers.schools", PEER),
    text("tls.certificate_file", "a PEM file, or \"\" for none"),
    text("tls.key_file", "a PEM file, or \"\" for none"),
    text("tls.ca_file", "a PEM file, or \"\" for none"),
    text(
        "health.listen",
        "an address with a port, e.g. \"127.0.0.1:8421\", or \"\" for none",
    ),
    text(
        "clock_file",
        "a file, or \"\" for the machine's own clock; only for a hub that was made for tests",
    ),
    text("smtp.host", "the name of a mail server, or \"\" for none"),
    number("smtp.port", "a port from 1 to 65535"),
    text(
        "smtp.from",
        "a mail address, needed wherever `smtp.host` is set",
    ),
    text("smtp.user", "a text, or \"\" to send without signing in"),
    text(
        "smtp.password_file",
        "a file, or \"\" for none; needed wherever `smtp.user` is set",
    ),
    yes_no("smtp.starttls", "true or false"),
    text(
        "smtp.ca_file",
        "a PEM file, or \"\" for the machine's own authorities",
    ),
    text(
        "telemetry.otlp_endpoint",
        "an address, e.g. \"http://127.0.0.1:4317\", or \"\" for none",
    ),
    text("telemetry.log_format", "\"text\" or \"json\""),
    text(
        "telemetry.log_filter",
        "levels, e.g. \"info\" or \"info,police=debug\"",
    ),
];

pub(super) fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

// === impl Key ===

impl Key {
    /// The environment variable that sets it, e.g. `FIRSTBELL_SMTP_PORT`.
    pub fn variable(&self) -> String {
        format!("FIRSTBELL_{}", self.name.replace('.', "_").to_uppercase())
    }

    /// Every environment variable that sets it; a later one wins.
    pub(super) fn variables(&self) -> impl Iterator<Item = String> {
        let of_everybody = (self.name == "telemetry.otlp_endpoint").then_some(OTLP_ENDPOINT);
        let of_everybody = of_everybody.into_iter().map(str::to_owned);
        of_everybody.chain([self.variable()])
    }
}

const fn text(name: &'static str, allowed: &'static str) -> Key {
    key(name, allowed, Kind::Text)
}

const fn number(name: &'static str, allowed: &'static str) -> Key {
    key(name, allowed, Kind::Number)
}

const fn yes_no(name: &'static str, allowed: &'static str) -> Key {
    key(name, allowed, Kind::YesNo)
}

const fn key(name: &'static str, allowed: &'static str, kind: Kind) -> Key {
    Key {
        name,
        allowed,
        kind,
    }
}
