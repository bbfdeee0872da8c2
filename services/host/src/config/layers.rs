//! Lays file, environment and flags over each other, then reads the whole.

use super::{
    Config, ConfigError, JournalKind, KEYS, Key,
    keys::{self, Kind},
};
use std::{fs, net::SocketAddr, path::Path};
use toml::{Table, Value};

/// The file as a table in which every key is known.
pub(super) fn read(path: &Path) -> Result<Table, ConfigError> {
    let text = fs::read_to_string(path).map_err(ConfigError::Read)?;
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(before).filter(|b| *b == b'\n').count() + 1;
        ConfigError::Toml { line }
    })?;
    for (name, value) in &table {
        match value {
            Value::Table(section) => {
                for inner in section.keys() {
                    known(&format!("{name}.{inner}"))?;
                }
            }
            _ => known(name)?,
        }
    }
    Ok(table)
}

/// Sets one key from text; `source` is how the person who wrote it knows it.
pub(super) fn set(
    layers: &mut Table,
    key: &Key,
    source: &str,
    text: &str,
) -> Result<(), ConfigError> {
    let value = match key.kind {
        Kind::Text => Some(Value::String(text.to_owned())),
        Kind::Number => text.trim().parse().ok().map(Value::Integer),
        Kind::YesNo => text.trim().parse().ok().map(Value::Boolean),
    };
    let value = value.ok_or_else(|| wrong(source, key))?;
    // Read alone first, so that a refusal names the variable or flag it came from.
    let mut alone = Table::new();
    put(&mut alone, key, value.clone());
    deserialize(alone).map_err(|_| wrong(source, key))?;
    put(layers, key, value);
    Ok(())
}

/// Reads all layers together and checks what belongs together.
pub(super) fn finish(layers: Table) -> Result<Config, ConfigError> {
    let config = deserialize(layers)?;
    let smtp = &config.smtp;
    if smtp.port == 0 {
        return Err(named("smtp.port"));
    }
    if !smtp.host.is_empty() && !smtp.from.contains('@') {
        return Err(named("smtp.from"));
    }
    if !smtp.user.is_empty() && smtp.password_file.is_none() {
        return Err(named("smtp.password_file"));
    }
    let nats = &config.nats;
    if !nats.user.is_empty() && nats.password_file.is_none() {
        return Err(named("nats.password_file"));
    }
    if nats.certificate_file.is_some() != nats.key_file.is_some() {
        return Err(named("nats.key_file"));
    }
    if !(1..=5).contains(&nats.replicas) {
        return Err(named("nats.replicas"));
    }
    if !config.health.listen.is_empty() && config.health.listen.parse::<SocketAddr>().is_err() {
        return Err(named("health.listen"));
    }
    for (key, peer) in config.peers.named() {
        if !peer.is_empty() && !peer.starts_with("https://") {
            return Err(named(key));
        }
    }
    let journals = &config.journals;
    if ![1, 3, 5].contains(&journals.replicas) {
        return Err(named("journals.replicas"));
    }
    match journals.kind {
        JournalKind::JetStream if nats.url.is_empty() => Err(named("nats.url")),
        JournalKind::KurrentDb if journals.kurrentdb_url_file.is_none() => {
            Err(named("journals.kurrentdb_url_file"))
        }
        _ => Ok(config),
    }
}

/// A key that nobody knows.
pub(super) fn unknown(name: &str) -> ConfigError {
    let known: Vec<_> = KEYS.iter().map(|key| key.name).collect();
    ConfigError::UnknownKey {
        key: name.to_owned(),
        known: known.join(", "),
    }
}

fn known(name: &str) -> Result<(), ConfigError> {
    keys::find(name).map(|_| ()).ok_or_else(|| unknown(name))
}

fn put(layers: &mut Table, key: &Key, value: Value) {
    match key.name.split_once('.') {
        None => {
            layers.insert(key.name.to_owned(), value);
        }
        Some((section, inner)) => {
            let section = layers
                .entry(section)
                .or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(section) = section {
                section.insert(inner.to_owned(), value);
            }
        }
    }
}

fn deserialize(layers: Table) -> Result<Config, ConfigError> {
    serde_path_to_error::deserialize(Value::Table(layers)).map_err(|error| {
        let path = error.path().to_string();
        named(&path)
    })
}

fn named(name: &str) -> ConfigError {
    match keys::find(name) {
        Some(key) => wrong(name, key),
        None => ConfigError::Wrong {
            key: name.to_owned(),
            allowed: "a section, written as [name]",
        },
    }
}

fn wrong(source: &str, key: &Key) -> ConfigError {
    ConfigError::Wrong {
        key: source.to_owned(),
        allowed: key.allowed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/firstbell.toml");

    fn load(
        file: &str,
        environment: &[(&str, &str)],
        flags: &[(&str, &str)],
    ) -> Result<Config, ConfigError> {
        let mut written = tempfile::NamedTempFile::new().unwrap();
        written.write_all(file.as_bytes()).unwrap();
        let environment = |name: &str| {
            let found = environment.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let flags = flags.iter().map(|(key, text)| (*key, (*text).to_owned()));
        Config::load(Some(written.path()), environment, flags)
    }

    fn refused(file: &str) -> String {
        load(file, &[], &[]).unwrap_err().to_string()
    }

    #[test]
    fn the_sample_shows_every_key_with_its_default() {
        let sample = Config::load(Some(Path::new(SAMPLE)), |_| None, []).unwrap();
        assert_eq!(sample, Config::default());
        let table = read(Path::new(SAMPLE)).unwrap();
        for key in &KEYS {
            let found = match key.name.split_once('.') {
                Some((section, inner)) => table[section].get(inner),
                None => table.get(key.name),
            };
            assert!(found.is_some(), "{} is missing", key.name);
        }
    }

    #[test]
    fn flags_win_over_the_environment_which_wins_over_the_file() {
        let file = "listen = \"127.0.0.1:1\"\n[smtp]\nport = 1\nhost = \"mail.example.org\"\nfrom = \"hub@example.org\"";
        let environment = [
            ("FIRSTBELL_LISTEN", "127.0.0.1:2"),
            ("FIRSTBELL_SMTP_PORT", "2"),
        ];
        let config = load(file, &environment, &[("listen", "127.0.0.1:3")]).unwrap();
        assert_eq!(config.listen.port(), 3);
        assert_eq!(config.smtp.port, 2);
        assert_eq!(config.smtp.host, "mail.example.org");
    }

    #[test]
    fn the_collector_of_all_programs_is_ours_unless_we_have_our_own() {
        let ours = ("FIRSTBELL_TELEMETRY_OTLP_ENDPOINT", "http://127.0.0.1:1");
        let everybodys = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:2");
        let collector = |environment: &[(&str, &str)]| {
            let config = load("", environment, &[]).unwrap();
            config.telemetry.otlp_endpoint
        };
        assert_eq!(collector(&[]), "");
        assert_eq!(collector(&[everybodys]), everybodys.1);
        assert_eq!(collector(&[everybodys, ours]), ours.1);
    }

    #[test]
    fn a_wrong_value_names_its_key_and_what_is_allowed_but_not_itself() {
        for (file, said) in [
            (
                "listen = \"secret\"",
                "`listen` must be an address with a port",
            ),
            (
                "[smtp]\nport = 70000",
                "`smtp.port` must be a port from 1 to 65535",
            ),
            (
                "[smtp]\nstarttls = \"secret\"",
                "`smtp.starttls` must be true or false",
            ),
            (
                "[telemetry]\nlog_format = \"secret\"",
                "`telemetry.log_format` must be \"text\" or \"json\"",
            ),
            (
                "[smtp]\nhost = \"secret\"",
                "`smtp.from` must be a mail address",
            ),
            (
                "[nats]\nreplicas = 6",
                "`nats.replicas` must be a whole number from 1 to 5",
            ),
            (
                "[nats]\nuser = \"secret\"",
                "`nats.password_file` must be a file",
            ),
            (
                "[nats]\ncertificate_file = \"secret\"",
                "`nats.key_file` must be a PEM file",
            ),
            (
                "[journals]\nkind = \"secret\"",
                "`journals.kind` must be \"embedded\", \"jetstream\" or \"kurrentdb\"",
            ),
            (
                "[journals]\nreplicas = 2",
                "`journals.replicas` must be 1, 3 or 5",
            ),
            (
                "[journals]\nkind = \"jetstream\"",
                "`nats.url` must be one or more addresses",
            ),
            (
                "[journals]\nkind = \"kurrentdb\"",
                "`journals.kurrentdb_url_file` must be a file",
            ),
            ("smtp = 3", "`smtp` is no configuration key"),
            (
                "colour = 3",
                "`colour` is no configuration key; the keys are data, listen",
            ),
            (
                "[smtp]\ncolour = 3",
                "`smtp.colour` is no configuration key",
            ),
            ("data = \"a\"\nlisten = = \"secret\"", "line 2"),
        ] {
            let message = refused(file);
            assert!(message.contains(said), "{message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn a_wrong_variable_is_named_as_such() {
        let error = load("", &[("FIRSTBELL_SMTP_PORT", "many")], &[]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`FIRSTBELL_SMTP_PORT` must be a port from 1 to 65535"
        );
    }

    #[test]
    fn the_master_key_is_never_shown() {
        let config = load("", &[("FIRSTBELL_MASTER_KEY", "hunter2")], &[]).unwrap();
        assert_eq!(
            config.master_key,
            Some(super::super::Secret("hunter2".into()))
        );
        assert!(!format!("{config:?}").contains("hunter2"));
    }
}
