//! An audit reads what is there and makes nothing.

use crate::Hub;
use firstbell::{
    hub::Folders,
    journals::{JournalsError, audited},
};
use host::config::JournalKind;
use std::fs;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_that_is_not_there_is_said_to_be_missing_and_not_made() {
    let mut hub = Hub::with_appends(0).await;
    hub.config.journals.kind = JournalKind::JetStream;
    let refused = audited(&hub.config, "police", &[]).await.err().unwrap();
    assert!(
        matches!(refused, JournalsError::Absent("police")),
        "{refused}"
    );
    let client = async_nats::connect(hub.broker.url()).await.unwrap();
    let context = async_nats::jetstream::new(client);
    assert!(context.get_stream("journal-police").await.is_err());

    hub.config.journals.kind = JournalKind::Embedded;
    let path = Folders::below(&hub.config.data).journal("police");
    fs::remove_file(&path).unwrap();
    assert!(audited(&hub.config, "police", &[]).await.is_err());
    let journals = hub.journals(JournalKind::Embedded).await;
    let refused = journals.open_there("police").await.err().unwrap();
    assert!(
        matches!(refused, JournalsError::Absent("police")),
        "{refused}"
    );
    assert!(!path.exists());
}
