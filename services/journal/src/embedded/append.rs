//! Judges one append inside the writer's transaction, and writes it where it is right.

use super::{
    heads::{Head, Heads},
    schema::{Tail, from_sql, hash_of, to_sql},
};
use crate::{
    Append, AppendError, Appended, Expected, NewEvent, Position, ReadError, Reserve, Stored, wire,
};
use jiff::Timestamp;
use prost::Message;
use rusqlite::{Connection, OptionalExtension};
use std::collections::HashSet;

/// What an append is judged against.
pub(super) struct Bench<'a> {
    pub(super) connection: &'a Connection,
    pub(super) heads: &'a mut Heads,
    pub(super) tail: &'a mut Tail,
    pub(super) now: Timestamp,
    pub(super) space_is_short: bool,
}

/// Inside: what the caller is told. Outside: the transaction itself failed.
type Verdict = rusqlite::Result<Result<Appended, AppendError>>;

/// Which of an append's events stand in the stream already.
enum Standing {
    Nothing,
    Whole(Appended),
    Part,
}

/// Takes position, stream, revision, event id, public sequence, hash and frame.
pub(super) const INSERT: &str = "
    INSERT INTO events (position, stream, revision, event_id, public_sequence, hash, frame)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

// === impl Bench ===

impl Bench<'_> {
    /// Takes the append, or says why not. Nothing is written where it is refused.
    pub(super) fn take(&mut self, append: &Append) -> Verdict {
        if let Some(reason) = append.malformed() {
            return Ok(Err(AppendError::Invalid(reason)));
        }
        let head = match self.head(append.stream.as_str())? {
            Ok(head) => head,
            Err(corrupt) => return Ok(Err(AppendError::Store(Box::new(corrupt)))),
        };
        let standing = match head {
            Some(_) => self.standing(append)?,
            None => Standing::Nothing,
        };
        if let Standing::Whole(appended) = standing {
            return Ok(Ok(appended));
        }
        let actual = head.map(|head| head.revision);
        if append.expected != actual.map_or(Expected::NoStream, Expected::Revision) {
            return Ok(Err(AppendError::Conflict { actual }));
        }
        if matches!(standing, Standing::Part) {
            let reason = "some of them stand in the stream already, others do not";
            return Ok(Err(AppendError::Invalid(reason)));
        }
        if self.space_is_short && append.reserve == Reserve::Keep {
            return Ok(Err(AppendError::NoSpace));
        }
        self.write(append, head).map(Ok)
    }

    fn head(&self, stream: &str) -> rusqlite::Result<Result<Option<Head>, ReadError>> {
        if let Some(head) = self.heads.get(stream) {
            return Ok(Ok(Some(head)));
        }
        self.connection
            .prepare_cached(
                "SELECT position, revision, hash, frame FROM events
                 WHERE stream = ?1 ORDER BY revision DESC LIMIT 1",
            )?
            .query_row([stream], |row| {
                let position = Position(from_sql(row.get(0)?));
                let frame = wire::Frame::decode(row.get_ref(3)?.as_blob()?);
                let (revision, hash) = (from_sql(row.get(1)?), hash_of(row, 2)?);
                let head = frame.map(|frame| Head {
                    revision,
                    hash,
                    recorded_at_us: frame.recorded_at_us,
                });
                Ok(head.map_err(|_| ReadError::Corrupt(position)))
            })
            .optional()
            .map(Option::transpose)
    }

    fn standing(&self, append: &Append) -> rusqlite::Result<Standing> {
        let mut find = self.connection.prepare_cached(
            "SELECT revision, position FROM events WHERE stream = ?1 AND event_id = ?2",
        )?;
        let mut found = Vec::new();
        for event in &append.events {
            let id = &event.id.as_bytes()[..];
            let place = find
                .query_row((append.stream.as_str(), id), |row| {
                    Ok((from_sql(row.get(0)?), from_sql(row.get(1)?)))
                })
                .optional()?;
            found.extend(place);
        }
        let in_a_row = found.windows(2).all(|pair| pair[0].0 + 1 == pair[1].0);
        Ok(match found.last() {
            None => Standing::Nothing,
            Some(&(revision, position)) if in_a_row && found.len() == append.events.len() => {
                Standing::Whole(Appended {
                    position: Position(position),
                    revision,
                    repeated: true,
                })
            }
            Some(_) => Standing::Part,
        })
    }

    fn write(&mut self, append: &Append, head: Option<Head>) -> rusqlite::Result<Appended> {
        let mut head = head;
        for event in &append.events {
            head = Some(self.insert(append, event, head)?);
        }
        let revision = head.map_or(0, |head| head.revision);
        if let Some(head) = head {
            self.heads.put(append.stream.as_str(), head);
        }
        Ok(Appended {
            position: Position(self.tail.position),
            revision,
            repeated: false,
        })
    }

    fn insert(
        &mut self,
        append: &Append,
        event: &NewEvent,
        head: Option<Head>,
    ) -> rusqlite::Result<Head> {
        let revision = head.map_or(0, |head| head.revision + 1);
        let previous = head.map_or(crate::EventHash::ZERO, |head| head.hash);
        let before = head.and_then(|head| Timestamp::from_microsecond(head.recorded_at_us).ok());
        let recorded_at = before.map_or(self.now, |before| before.max(self.now));
        let public = event.public_as.is_some();
        let stored = Stored::encode(
            &append.stream,
            revision,
            previous,
            recorded_at,
            event.clone(),
        );
        self.tail.position += 1;
        self.tail.public += u64::from(public);
        self.connection.prepare_cached(INSERT)?.execute((
            to_sql(self.tail.position),
            append.stream.as_str(),
            to_sql(revision),
            &event.id.as_bytes()[..],
            public.then(|| to_sql(self.tail.public)),
            &stored.hash.0[..],
            &stored.frame,
        ))?;
        Ok(Head {
            revision,
            hash: stored.hash,
            recorded_at_us: recorded_at.as_microsecond(),
        })
    }
}

// === impl Append ===

impl Append {
    /// Most bytes that the payloads of one append hold together.
    pub const MAX_BYTES: usize = 4 * 1024 * 1024;

    /// Most events in one append.
    pub const MAX_EVENTS: usize = 1000;

    /// What is wrong with the append itself, whatever the stream holds. Every adapter asks this first.
    pub fn malformed(&self) -> Option<&'static str> {
        let mut ids = HashSet::with_capacity(self.events.len());
        let bytes = self
            .events
            .iter()
            .map(|event| event.payload.len())
            .sum::<usize>();
        match self.events.len() {
            0 => Some("there are none"),
            many if many > Self::MAX_EVENTS => Some("there are more than 1,000"),
            _ if bytes > Self::MAX_BYTES => Some("their payloads are more than 4 MiB together"),
            _ if !self.events.iter().all(|event| ids.insert(event.id)) => {
                Some("two of them have the same id")
            }
            _ => None,
        }
    }
}
