//! How a process ends: signals become a cancellation that reaches every task, and the exit code
//! says why.

use std::io;
use tokio_util::sync::CancellationToken;

/// Everything was done.
pub const EXIT_DONE: u8 = 0;
/// Something failed while running.
pub const EXIT_FAILED: u8 = 1;
/// The command or its configuration is wrong; nothing was started. As clap has it.
pub const EXIT_USAGE: u8 = 2;
/// Done, but some of the input was refused; the refusals were listed.
pub const EXIT_PARTLY_REFUSED: u8 = 3;
/// A check found the data wanting (`audit`, `verify`, `coverage`).
pub const EXIT_FOUND_WANTING: u8 = 4;

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
        std::process::exit(i32::from(EXIT_FAILED));
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
