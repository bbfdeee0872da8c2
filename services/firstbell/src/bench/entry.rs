//! The command that is measured on every store: one event of 512 bytes begins a stream.

use super::{BoxError, load::Store};
use jiff::Timestamp;
use journal::{
    Append, CommandId, Expected, NewEvent, PublicAs, Reserve, SharedJournal, StreamName,
    decider::{self, Context, Decider, EventSet, ExecuteError},
    id::hex,
};
use std::convert::Infallible;

/// Bytes of an event's payload.
pub(super) const PAYLOAD: usize = 512;

/// The entries of a benchmark.
pub(super) struct Entries;

/// The one thing that can happen to a stream.
pub(super) struct Entry(Vec<u8>);

/// A journal under load.
pub(super) struct Ours(pub(super) SharedJournal);

/// Names write number `number`.
pub(super) fn command(number: u64) -> CommandId {
    CommandId::derive(&[b"bench", &number.to_be_bytes()])
}

/// The stream that a command begins.
pub(super) fn stream(command: CommandId) -> StreamName {
    StreamName::of("entry", *command.as_bytes())
}

/// What stands around a command, as long as it is in a real hub.
pub(super) fn context(command: CommandId) -> Context {
    Context {
        command,
        actor: hex(command.as_bytes()),
        causation: *command.as_bytes(),
        correlation: *command.as_bytes(),
        occurred_at: Timestamp::UNIX_EPOCH,
        reserve: Reserve::Keep,
        traceparent: format!("00-{command}-0123456789abcdef-01"),
    }
}

/// Event number `index` of a command, as it is appended.
pub(super) fn event(command: CommandId, index: usize, public_as: Option<PublicAs>) -> NewEvent {
    let context = context(command);
    NewEvent {
        id: command.event(index),
        kind: "bench.entry_made",
        version: 1,
        public_as,
        occurred_at: context.occurred_at,
        actor: context.actor,
        causation: context.causation,
        correlation: context.correlation,
        traceparent: context.traceparent,
        payload: vec![0x5a; PAYLOAD],
    }
}

/// So many events that write number `number` begins its stream with.
pub(super) fn append(number: u64, events: usize, public_as: Option<PublicAs>) -> Append {
    let command = command(number);
    let event = |index| event(command, index, public_as);
    Append {
        stream: stream(command),
        expected: Expected::NoStream,
        reserve: Reserve::Keep,
        events: (0..events).map(event).collect(),
    }
}

impl EventSet for Entry {
    fn kind(&self) -> (&'static str, u32) {
        ("bench.entry_made", 1)
    }

    fn encode(&self) -> Vec<u8> {
        self.0.clone()
    }

    fn decode(_: &str, _: u32, payload: &[u8]) -> Option<Self> {
        Some(Self(payload.to_vec()))
    }

    fn public_as(&self) -> Option<PublicAs> {
        None
    }
}

impl Decider for Entries {
    type State = ();
    type Command = ();
    type Event = Entry;
    type Refusal = Infallible;

    fn evolve((): (), _: &Entry) {}

    fn decide((): &(), (): &()) -> Result<Vec<Entry>, Infallible> {
        Ok(vec![Entry(vec![0x5a; PAYLOAD])])
    }
}

impl Store for Ours {
    async fn put(&self, number: u64) -> Result<(), BoxError> {
        let command = command(number);
        let (stream, context) = (stream(command), context(command));
        match decider::begin::<Entries>(&self.0, &stream, &context, &()).await {
            Ok(_) => Ok(()),
            Err(ExecuteError::Refused(never)) => match never {},
            Err(error) => Err(error.into()),
        }
    }
}
