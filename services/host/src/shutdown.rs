//! How a process ends: signals become a cancellation that reaches every task.

use std::io;
use tokio_util::sync::CancellationToken;

/// What a process ends with that would not wait for the end.
const EXIT_IMPATIENT: i32 = 1;

/// A token that is cancelled when the process is asked to end (`SIGINT`, `SIGTERM`).
///
/// The second signal ends the process at once. Must be called within the runtime.
pub fn on_signals() -> io::Result<CancellationToken> {
    let mut signals = Signals::listen()?;
    let token = CancellationToken::new();
    let cancel = token.clone();
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!("asked to end: finishing what was begun");
        cancel.cancel();
        signals.next().await;
        std::process::exit(EXIT_IMPATIENT);
    });
    Ok(token)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        // Without a handler the signal would end the process anyway.
        let _ = tokio::signal::ctrl_c().await;
    }
}
