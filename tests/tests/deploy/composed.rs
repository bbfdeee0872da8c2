//! The compose file, as docker compose itself understands it.

use super::tools::{deploy, tool};
use serde_json::{Map, Value};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

/// Everything that is started, all profiles together.
pub(super) struct Composed(Value);

/// One container.
pub(super) struct Container<'a> {
    pub(super) name: &'a str,
    pub(super) about: &'a Value,
}

// === impl Composed ===

impl Composed {
    /// Without any secrets, for those who do not look at them.
    pub(super) fn alone() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("nats-passwords.env"), "").unwrap();
        Self::with(folder.path())
    }

    /// With the secrets of this folder.
    pub(super) fn with(secrets: &Path) -> Self {
        let read = Command::new(tool("docker-compose"))
            .arg("--file")
            .arg(deploy().join("compose.yaml"))
            .args(["--profile", "*", "config", "--format", "json"])
            .env("FIRSTBELL_SECRETS", secrets)
            .output()
            .unwrap();
        assert!(read.status.success(), "{read:?}");
        Self(serde_json::from_slice(&read.stdout).unwrap())
    }

    pub(super) fn containers(&self) -> Vec<Container<'_>> {
        let services = self.0["services"].as_object().unwrap();
        services
            .iter()
            .map(|(name, about)| Container { name, about })
            .collect()
    }

    /// The processes of the hub.
    pub(super) fn processes(&self) -> Vec<Container<'_>> {
        let mut all = self.containers();
        all.retain(|one| one.image().starts_with("firstbell:") && one.name != "init");
        assert_eq!(all.len(), 5);
        all
    }

    /// The one of this name.
    pub(super) fn container(&self, name: &str) -> Container<'_> {
        let mut all = self.containers().into_iter();
        all.find(|one| one.name == name).unwrap()
    }

    /// The brokers.
    pub(super) fn brokers(&self) -> Vec<Container<'_>> {
        let mut all = self.containers();
        all.retain(|one| one.image().starts_with("nats:"));
        assert_eq!(all.len(), 3);
        all
    }

    /// Whether nothing gets out of this network or into it.
    pub(super) fn is_internal(&self, network: &str) -> bool {
        self.0["networks"][network]["internal"] == true
    }
}

// === impl Container ===

impl Container<'_> {
    pub(super) fn image(&self) -> &str {
        self.about["image"].as_str().unwrap()
    }

    pub(super) fn words(&self, pointer: &str) -> Vec<&str> {
        let words = self.about.pointer(pointer).and_then(Value::as_array);
        let words = words.into_iter().flatten();
        words.map(|word| word.as_str().unwrap()).collect()
    }

    pub(super) fn environment(&self) -> BTreeMap<&str, &str> {
        let variables = self.about["environment"].as_object();
        let variables = variables.into_iter().flat_map(Map::iter);
        variables
            .map(|(name, value)| (name.as_str(), value.as_str().unwrap()))
            .collect()
    }

    /// Names of the networks it is in.
    pub(super) fn networks(&self) -> Vec<&str> {
        let networks = self.about["networks"].as_object();
        let networks = networks.into_iter().flat_map(Map::keys);
        networks.map(String::as_str).collect()
    }

    /// Whether the others find it under this name.
    pub(super) fn is_called(&self, host: &str) -> bool {
        let networks = self.about["networks"].as_object();
        let networks = networks.into_iter().flat_map(Map::values);
        let aliases = networks.filter_map(|one| one["aliases"].as_array());
        host == self.name || aliases.flatten().any(|alias| alias == host)
    }

    /// Files and folders of this machine that it sees, by where it sees them.
    pub(super) fn mounted(&self) -> BTreeMap<&str, &Path> {
        let volumes = self.about["volumes"].as_array();
        let volumes = volumes.into_iter().flatten();
        let bound = volumes.filter(|volume| volume["type"] == "bind");
        bound
            .map(|volume| {
                assert_eq!(volume["read_only"], true, "{}: {volume}", self.name);
                let source = Path::new(volume["source"].as_str().unwrap());
                (volume["target"].as_str().unwrap(), source)
            })
            .collect()
    }

    /// Its volume at this place.
    pub(super) fn volume(&self, target: &str) -> Option<&str> {
        let mut volumes = self.about["volumes"].as_array()?.iter();
        let volume = volumes.find(|one| one["type"] == "volume" && one["target"] == target)?;
        volume["source"].as_str()
    }

    /// What is found on this machine where the container looks at `path`; none in its own volumes.
    pub(super) fn outside(&self, path: &str) -> Option<PathBuf> {
        let mounted = self.mounted();
        let mut found = mounted.iter().filter_map(|(target, source)| {
            if Path::new(target).parent() == Some(Path::new(path)) {
                // A folder of the container that holds what is mounted.
                return source.parent().map(Path::to_path_buf);
            }
            match Path::new(path).strip_prefix(target).ok()? {
                whole if whole.as_os_str().is_empty() => Some(source.to_path_buf()),
                inside => Some(source.join(inside)),
            }
        });
        found.next()
    }
}
