//! One connection to the broker, that never gives up.

use async_nats::{Client, ConnectOptions, Event, jetstream};
use std::{path::PathBuf, time::Duration};

/// A connection, and what its streams are to be like.
#[derive(Clone)]
pub struct Nats {
    pub(super) context: jetstream::Context,
    /// Copies of each stream in the cluster.
    pub(super) replicas: usize,
}

/// Where the broker is, and who we are there.
#[derive(Clone, Debug)]
pub struct NatsSettings {
    /// Addresses of one or more servers of it, separated by commas, e.g. `nats://127.0.0.1:4222`.
    pub url: String,
    /// What this process calls itself, such as `police`: it shows in the broker's monitoring, and
    /// answers come to subjects below `_INBOX_police`.
    pub name: String,
    /// User and password; none: by certificate, or without.
    pub login: Option<(String, String)>,
    /// PEM file with the authority that signed the servers' certificates; none: the machine's own.
    pub ca_file: Option<PathBuf>,
    /// PEM files with our certificate and its key.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Copies of each stream in the cluster, 1 to 5.
    pub replicas: usize,
}

/// The settings cannot be used. The source names the address or file.
#[derive(Debug, thiserror::Error)]
#[error("use the settings for the broker")]
pub struct BadNatsSettings(#[source] Box<dyn std::error::Error + Send + Sync>);

/// How long an answer of the broker may take.
const PATIENCE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

// === impl Nats ===

impl Nats {
    /// Begins to connect and goes on trying for ever: a broker that is not there yet is no error.
    pub async fn connect(settings: &NatsSettings) -> Result<Self, BadNatsSettings> {
        // The client asks for the process's choice and cannot do without one. Another choice stays.
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let mut options = ConnectOptions::new()
            .name(&settings.name)
            .custom_inbox_prefix(format!("_INBOX_{}", settings.name))
            .retry_on_initial_connect()
            .max_reconnects(None)
            .reconnect_delay_callback(pause)
            .event_callback(|event| async move { tell(&event) });
        if let Some((user, password)) = &settings.login {
            options = options.user_and_password(user.clone(), password.clone());
        }
        if let Some(file) = &settings.ca_file {
            options = options
                .add_root_certificates(file.clone())
                .require_tls(true);
        }
        if let Some((certificate, key)) = &settings.certificate {
            options = options.add_client_certificate(certificate.clone(), key.clone());
        }
        let addresses: Vec<&str> = settings.url.split(',').map(str::trim).collect();
        let client = options.connect(addresses).await;
        let client = client.map_err(|error| BadNatsSettings(error.into()))?;
        Ok(Self {
            context: context(client),
            replicas: settings.replicas,
        })
    }

    /// The connection itself, for a journal that is in the broker; none while it is away.
    pub fn client(&self) -> Option<Client> {
        self.is_connected().then(|| self.context.client())
    }

    /// Whether the broker can be reached now.
    pub fn is_connected(&self) -> bool {
        let state = self.context.client().connection_state();
        state == async_nats::connection::State::Connected
    }

    /// Sends what is under way, then closes.
    pub async fn close(&self) {
        if let Err(error) = self.context.client().drain().await {
            tracing::debug!(%error, "the broker is gone before we are");
        }
    }
}

fn context(client: Client) -> jetstream::Context {
    jetstream::ContextBuilder::new()
        .timeout(PATIENCE)
        .ack_timeout(PATIENCE)
        .backpressure_on_inflight(true)
        .build(client)
}

fn pause(attempt: usize) -> Duration {
    let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
    (Duration::from_millis(50) * attempt.min(100)).min(LONGEST_PAUSE)
}

fn tell(event: &Event) {
    match event {
        Event::Connected => tracing::info!("connected to the broker"),
        Event::Draining | Event::Closed => tracing::debug!(%event, "leaving the broker"),
        event => tracing::warn!(%event, "the connection to the broker"),
    }
}
