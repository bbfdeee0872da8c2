//! The KurrentDB adapter keeps the contract, and what only a server can be asked.
//!
//! The server is a small one of the same protocol; where `FIRSTBELL_TEST_KURRENTDB` holds a connection
//! string, it is that server instead, and each test uses a journal of its own in it.

use clock::SharedClock;
use journal::{KurrentDbJournal, contract::Fresh, kurrentdb::Settings};
use kurrent::Server;
use std::sync::Arc;

journal::contract!(make);

async fn make(clock: SharedClock) -> Fresh {
    if let Ok(connection) = std::env::var("FIRSTBELL_TEST_KURRENTDB") {
        return Fresh {
            journal: Arc::new(open(&connection, &unused_name(), clock).await),
            keep: Box::new(()),
        };
    }
    let server = Server::start().await;
    Fresh {
        journal: Arc::new(open(&server.url(), "contract", clock).await),
        keep: Box::new(server),
    }
}

async fn open(connection: &str, name: &str, clock: SharedClock) -> KurrentDbJournal {
    let settings = Settings {
        name: name.to_owned(),
    };
    KurrentDbJournal::open(connection, settings, clock)
        .await
        .unwrap()
}

/// A name that no run before this one has used.
fn unused_name() -> String {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().file_name().unwrap().to_string_lossy();
    let plain = name.bytes().filter(u8::is_ascii_alphanumeric);
    let plain: String = plain.map(|b| char::from(b.to_ascii_lowercase())).collect();
    format!("c{plain}{}", std::process::id())
}
