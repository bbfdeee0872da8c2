//! What a process of a hub of several is told of the others.

use super::path_or_none;
use serde::Deserialize;
use std::path::PathBuf;

/// Where the other processes of the hub are, each as `https://host:port`; empty: not needed here.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Peers {
    /// The key holder.
    pub keys: String,
    /// Organisations, people, tokens.
    pub access: String,
    /// Notifications.
    pub police: String,
    /// Alerts.
    pub schools: String,
}

/// What a process shows the others, and whom it believes.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// A PEM file with this process's certificate, for `<service>.firstbell.internal`.
    #[serde(deserialize_with = "path_or_none")]
    pub certificate_file: Option<PathBuf>,
    /// A PEM file with that certificate's key.
    #[serde(deserialize_with = "path_or_none")]
    pub key_file: Option<PathBuf>,
    /// A PEM file with the hub's own authority, which signed the certificates of all its processes.
    #[serde(deserialize_with = "path_or_none")]
    pub ca_file: Option<PathBuf>,
}

/// Where `/healthz` and `/readyz` answer without a certificate.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Health {
    /// An address with a port; empty: nowhere but where the process listens.
    pub listen: String,
}

// === impl Peers ===

impl Peers {
    /// Each with the key that sets it.
    pub(super) fn named(&self) -> [(&'static str, &str); 4] {
        [
            ("peers.keys", &self.keys),
            ("peers.access", &self.access),
            ("peers.police", &self.police),
            ("peers.schools", &self.schools),
        ]
    }
}
