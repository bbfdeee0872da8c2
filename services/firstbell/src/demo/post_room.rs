//! The demo's mail server: takes every message, counts it, and delivers nothing.
//!
//! It speaks as much SMTP as a sender needs, on this machine only, so that mail in the demo goes
//! out as it would in earnest.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// A mail server that runs until the process ends.
pub struct PostRoom {
    /// Where it listens.
    pub address: SocketAddr,
    taken: Arc<AtomicU64>,
}

/// Longer lines are no mail of ours.
const MOST_LINE: usize = 4_096;

// === impl PostRoom ===

impl PostRoom {
    /// Opens it on a free port of this machine.
    pub async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let taken = Arc::new(AtomicU64::new(0));
        let count = taken.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let count = count.clone();
                // A sender that hangs up early has lost its own message, nobody else's.
                tokio::spawn(async move { converse(stream, &count).await.ok() });
            }
        });
        Ok(Self { address, taken })
    }

    /// Messages taken so far.
    pub fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

async fn converse(stream: TcpStream, taken: &AtomicU64) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 demo\r\n").await?;
    let mut in_letter = false;
    while let Some(line) = lines.next_line().await? {
        if line.len() > MOST_LINE {
            return Ok(());
        }
        let answer: &[u8] = match (in_letter, line.as_str()) {
            (true, ".") => {
                in_letter = false;
                taken.fetch_add(1, Ordering::Relaxed);
                b"250 taken\r\n"
            }
            (true, _) => continue,
            (false, "DATA") => {
                in_letter = true;
                b"354 go on\r\n"
            }
            (false, "QUIT") => b"221 goodbye\r\n",
            (false, _) => b"250 demo\r\n",
        };
        write.write_all(answer).await?;
    }
    Ok(())
}
