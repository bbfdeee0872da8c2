//! Takes connections, and lets them finish when the process ends.

use crate::{peer::Peer, tls};
use axum::{Extension, Router};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
    service::TowerToHyperService,
};
use std::{io, pin::pin, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

/// How long what was begun may take to finish.
const DRAIN: Duration = Duration::from_secs(10);

/// How long the headers of an HTTP/1.1 request may take to come in.
const HEADERS: Duration = Duration::from_secs(15);

/// How long both sides may take to show each other their certificates.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// How often a silent HTTP/2 connection is asked whether it still lives, and how long it may take
/// to say so.
const STILL_THERE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(20));

/// Calls at once on one HTTP/2 connection of a caller, live streams among them.
const MOST_STREAMS: u32 = 1024;

/// The same on a connection of the door, which comes for all callers at once.
const MOST_STREAMS_BETWEEN: u32 = 1_000_000;

/// Bytes in flight on one HTTP/2 connection and on one stream of it: enough for uploads at speed.
const WINDOWS: (u32, u32) = (4 * 1024 * 1024, 1024 * 1024);

/// After a connection could not be taken, e.g. with no file descriptor left.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves `router` on `listener` until `shutdown` is cancelled and the rest is drained; with an
/// `acceptor`, only to services of the hub.
pub(super) async fn serve(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    shutdown: CancellationToken,
) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok((socket, _)) => {
                    let (acceptor, router) = (acceptor.clone(), router.clone());
                    open.spawn(connection(socket, acceptor, router, shutdown.clone()));
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

async fn connection(
    socket: TcpStream,
    acceptor: Option<TlsAcceptor>,
    router: Router,
    shutdown: CancellationToken,
) {
    // Small answers are not held back; a socket that refuses this still works.
    let _ = socket.set_nodelay(true);
    match acceptor {
        None => talk(socket, MOST_STREAMS, router, shutdown).await,
        Some(acceptor) => match known(socket, &acceptor).await {
            Ok((stream, peer)) => {
                let router = router.layer(Extension(peer));
                talk(stream, MOST_STREAMS_BETWEEN, router, shutdown).await;
            }
            Err(error) => tracing::warn!(%error, "a caller is no service of this hub"),
        },
    }
}

/// Whoever can show that it is a service of the hub.
async fn known(
    socket: TcpStream,
    acceptor: &TlsAcceptor,
) -> io::Result<(TlsStream<TcpStream>, Peer)> {
    let stream = timeout(HANDSHAKE, acceptor.accept(socket)).await;
    let stream = stream.map_err(|_| io::ErrorKind::TimedOut)??;
    let peer = tls::peer(stream.get_ref().1.peer_certificates());
    let peer = peer.ok_or(io::ErrorKind::PermissionDenied)?;
    Ok((stream, peer))
}

async fn talk(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    most_streams: u32,
    router: Router,
    shutdown: CancellationToken,
) {
    let builder = builder(most_streams);
    let service = TowerToHyperService::new(router);
    let mut served = pin!(builder.serve_connection(TokioIo::new(stream), service));
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

fn builder(most_streams: u32) -> Builder<TokioExecutor> {
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
        .max_concurrent_streams(most_streams)
        .initial_connection_window_size(WINDOWS.0)
        .initial_stream_window_size(WINDOWS.1);
    builder
}
