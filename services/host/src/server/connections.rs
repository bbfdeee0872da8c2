//! Takes connections, and lets them finish when the process ends.

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{pin::pin, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// How long what was begun may take to finish.
const DRAIN: Duration = Duration::from_secs(10);

/// How long the headers of an HTTP/1.1 request may take to come in.
const HEADERS: Duration = Duration::from_secs(15);

/// How often a silent HTTP/2 connection is asked whether it still lives, and how long it may take
/// to say so.
const STILL_THERE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(20));

/// Calls at once on one HTTP/2 connection, live streams among them.
const MOST_STREAMS: u32 = 1024;

/// Bytes in flight on one HTTP/2 connection and on one stream of it: enough for uploads at speed.
const WINDOWS: (u32, u32) = (4 * 1024 * 1024, 1024 * 1024);

/// After a connection could not be taken, e.g. with no file descriptor left.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` on `listener` until `shutdown` is cancelled and the rest is drained.
pub(super) async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    open.spawn(connection(socket, router.clone(), shutdown.clone()));
                }
                Err(error) => {
                    tracing::warn!(error = %error, "a connection could not be taken");
                    sleep(PAUSE).await;
                }
            },
            Some(_) = open.join_next() => {}
        }
    }
    drop(listener);
    let drained = timeout(DRAIN, async { while open.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(
            connections = open.len(),
            "ended what did not finish in time"
        );
        open.shutdown().await;
    }
}

async fn connection(socket: TcpStream, router: Router, shutdown: CancellationToken) {
    // Small answers are not held back; a socket that refuses this still works.
    let _ = socket.set_nodelay(true);
    let builder = builder();
    let service = TowerToHyperService::new(router);
    let mut served = pin!(builder.serve_connection(TokioIo::new(socket), service));
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = shutdown.cancelled() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = %error, "a connection ended early");
    }
}

fn builder() -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(STILL_THERE.0)
        .keep_alive_timeout(STILL_THERE.1)
        .max_concurrent_streams(MOST_STREAMS)
        .initial_connection_window_size(WINDOWS.0)
        .initial_stream_window_size(WINDOWS.1);
    builder
}
