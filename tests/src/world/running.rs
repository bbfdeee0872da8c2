//! The hub of a story while it runs: inside this process, or as processes of its own.

use crate::{processes::Processes, wait::eventually};
use clock::{Clock, TurnedClock};
use firstbell::hub::{Hub, new_operator_token};
use host::{config::Config, readiness::Readiness, report::report};
use std::{net::SocketAddr, path::Path, sync::Arc};

/// A hub that runs.
pub(super) enum Running {
    Inside(Hub),
    Processes(Processes),
}

/// A hub that was ended, ready to be started again.
pub(super) enum Stopped {
    Inside,
    Processes(Processes),
}

// === impl Running ===

impl Running {
    /// In this process, with a token for its operator.
    pub(super) async fn inside(config: &Config, clock: &TurnedClock) -> (Self, String) {
        let hub = inside(config, clock).await;
        let token = hub.access.bootstrap_operator_token().await.unwrap();
        (Self::Inside(hub), token)
    }

    /// As processes that keep their own things in `folder`, with a token for its operator.
    pub(super) async fn processes(
        config: &Config,
        clock: &TurnedClock,
        folder: &Path,
    ) -> (Self, String) {
        // A process that another test is just starting may hold the lock of a moment ago.
        let token = eventually("the operator has a token", async || {
            let token = new_operator_token(config, Arc::new(clock.clone())).await;
            token.map_err(|error| report(&error))
        })
        .await;
        let mut processes = Processes::prepare(config, folder);
        start(&mut processes, clock).await;
        (Self::Processes(processes), token)
    }

    pub(super) fn address(&self) -> SocketAddr {
        match self {
            Self::Inside(hub) => hub.address,
            Self::Processes(processes) => processes.address(),
        }
    }

    /// Ends it in order.
    pub(super) async fn stop(self) -> Stopped {
        match self {
            Self::Inside(hub) => {
                hub.stop().await;
                Stopped::Inside
            }
            Self::Processes(mut processes) => {
                processes.stop_all();
                Stopped::Processes(processes)
            }
        }
    }
}

// === impl Stopped ===

impl Stopped {
    pub(super) async fn start(self, config: &Config, clock: &TurnedClock) -> Running {
        match self {
            Self::Inside => Running::Inside(inside(config, clock).await),
            Self::Processes(mut processes) => {
                start(&mut processes, clock).await;
                Running::Processes(processes)
            }
        }
    }
}

async fn inside(config: &Config, clock: &TurnedClock) -> Hub {
    let clock = Arc::new(clock.clone());
    eventually("the hub starts", async || {
        let started = Hub::start(config, clock.clone(), Readiness::new()).await;
        started.map_err(|error| report(&error))
    })
    .await
}

async fn start(processes: &mut Processes, clock: &TurnedClock) {
    processes.turn_to(clock.now());
    processes.start_all();
    let url = format!("http://{}/readyz", processes.address());
    eventually("the hub is ready", async || {
        let answer = reqwest::get(&url)
            .await
            .map_err(|error| error.to_string())?;
        let ready = answer.status().is_success();
        let said = answer.text().await.unwrap_or_default();
        if ready { Ok(()) } else { Err(said) }
    })
    .await;
}
