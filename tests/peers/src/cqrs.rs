//! The peer: one command that makes one event of 512 bytes, through the whole of cqrs-es.

use crate::{
    BoxError,
    load::{Load, drive},
};
use cqrs_es::{Aggregate, DomainEvent, event_sink::EventSink};
use postgres_es::{PostgresCqrs, postgres_cqrs};
use serde::{Deserialize, Serialize};
use sqlx::{Pool, Postgres, postgres::PgPoolOptions};
use std::{convert::Infallible, sync::Arc, time::Duration};

/// As postgres-es documents it, and a table for the plain figure.
const TABLES: [&str; 2] = [
    "CREATE TABLE events(
        aggregate_type text NOT NULL, aggregate_id text NOT NULL,
        sequence bigint CHECK (sequence >= 0) NOT NULL, event_type text NOT NULL,
        event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence))",
    "CREATE TABLE plain(position bigserial PRIMARY KEY, payload bytea NOT NULL)",
];

/// Bytes of an event as it is stored, which is as JSON.
const PAYLOAD: usize = 512;
const AROUND: usize = r#"{"Made":{"text":""}}"#.len();

#[derive(Default, Serialize, Deserialize)]
struct Entry;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum EntryEvent {
    Made { text: String },
}

impl DomainEvent for EntryEvent {
    fn event_type(&self) -> String {
        "Made".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Entry {
    const TYPE: &'static str = "entry";
    type Command = String;
    type Event = EntryEvent;
    type Error = Infallible;
    type Services = ();

    async fn handle(
        &mut self,
        text: String,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        sink.write(EntryEvent::Made { text }, self).await;
        Ok(())
    }

    fn apply(&mut self, _: EntryEvent) {}
}

/// Makes the tables in an empty database.
pub(crate) async fn make_tables(url: &str) -> Result<(), BoxError> {
    let pool = pool(url, 1).await?;
    for table in TABLES {
        sqlx::query(table).execute(&pool).await?;
    }
    Ok(())
}

/// One round of commands, each beginning an aggregate.
pub(crate) async fn round(
    url: &str,
    turn: usize,
    writers: usize,
    round: Duration,
) -> Result<Load, BoxError> {
    let pool = pool(url, writers).await?;
    let cqrs: Arc<PostgresCqrs<Entry>> = Arc::new(postgres_cqrs(pool, Vec::new(), ()));
    let text = "Z".repeat(PAYLOAD - AROUND);
    drive(writers, round, move |writer, write| {
        let (cqrs, text) = (Arc::clone(&cqrs), text.clone());
        let id = format!("entry-{turn}-{writers}-{writer}-{write}");
        async move { cqrs.execute(&id, text).await.map_err(BoxError::from) }
    })
    .await
}

/// One round of plain inserts.
pub(crate) async fn plain_round(
    url: &str,
    writers: usize,
    round: Duration,
) -> Result<Load, BoxError> {
    let pool = pool(url, writers).await?;
    drive(writers, round, move |_, _| {
        let pool = pool.clone();
        async move {
            let insert = sqlx::query("INSERT INTO plain(payload) VALUES($1)");
            insert.bind(vec![0x5a_u8; PAYLOAD]).execute(&pool).await?;
            Ok(())
        }
    })
    .await
}

/// A connection for each writer, open before anything is measured.
async fn pool(url: &str, writers: usize) -> Result<Pool<Postgres>, BoxError> {
    let connections = u32::try_from(writers)?;
    let options = PgPoolOptions::new()
        .min_connections(connections)
        .max_connections(connections);
    let pool = options.connect(url).await?;
    let mut open = Vec::with_capacity(writers);
    for _ in 0..writers {
        open.push(pool.acquire().await?);
    }
    drop(open);
    Ok(pool)
}
