//! Runs one command against one stream: read, fold, decide, append; again if another came first.
//! [`memory`] spares the reading where the stream was written to a moment ago.

pub mod memory;

use crate::{
    Append, AppendError, CommandId, Expected, NewEvent, Position, PublicAs, ReadError, Recorded,
    Reserve, SharedJournal, StreamName,
};
use jiff::Timestamp;
use std::sync::Arc;

/// The events of one kind of stream, with their stored names.
pub trait EventSet: Sized + Send + Sync {
    /// Stored name and version.
    fn kind(&self) -> (&'static str, u32);

    /// The encoded private message.
    fn encode(&self) -> Vec<u8>;

    /// Reads a stored event, upcasting older versions. None where the kind is unknown or the bytes are not of it.
    fn decode(kind: &str, version: u32, payload: &[u8]) -> Option<Self>;

    /// How it is called outside the service; none where it stays inside.
    fn public_as(&self) -> Option<PublicAs>;
}

/// Pure business rules of one kind of stream.
pub trait Decider {
    /// What has happened so far, folded.
    type State: Default + Send;
    /// What can be asked.
    type Command: Send + Sync;
    /// What can happen.
    type Event: EventSet;
    /// Why something asked is not allowed.
    type Refusal: Send;

    /// Takes one event into the state. Total: no order of events breaks it.
    fn evolve(state: Self::State, event: &Self::Event) -> Self::State;

    /// Answers a command. An empty list: it is already so.
    fn decide(
        state: &Self::State,
        command: &Self::Command,
    ) -> Result<Vec<Self::Event>, Self::Refusal>;
}

/// What stands around a command: who, why, when.
#[derive(Clone, Debug)]
pub struct Context {
    /// Names the command; its events' ids come from it.
    pub command: CommandId,
    /// Opaque, good within this stream only.
    pub actor: String,
    /// The command or public event that caused this one.
    pub causation: [u8; 16],
    /// What all events of one matter share.
    pub correlation: [u8; 16],
    /// The sender's clock.
    pub occurred_at: Timestamp,
    /// Whether the free-space reserve may be used.
    pub reserve: Reserve,
    /// W3C `traceparent`, or empty.
    pub traceparent: String,
}

/// What a command came to.
#[derive(Debug)]
pub struct Outcome<S> {
    /// The state after the command.
    pub state: Arc<S>,
    /// Position to wait for in a view; none where the stream has no events at all.
    pub position: Option<Position>,
    /// Revision of the stream's last event; none where it has no events at all.
    pub revision: Option<u64>,
    /// True where this very command had been answered before.
    pub repeated: bool,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError<R> {
    /// Not allowed.
    #[error("carry out the command: it is refused")]
    Refused(R),
    /// Others kept changing the stream.
    #[error("carry out the command: the stream kept changing")]
    Contended,
    /// The journal did not take it.
    #[error("append the events of a command")]
    Append(#[source] AppendError),
    /// The stream could not be read.
    #[error("read the stream of a command")]
    Read(#[source] ReadError),
}

/// More rounds than this mean that something else is wrong.
const ROUNDS: usize = 16;

/// Carries out `command` on `stream`.
pub async fn execute<D: Decider>(
    journal: &SharedJournal,
    stream: &StreamName,
    context: &Context,
    command: &D::Command,
) -> Result<Outcome<D::State>, ExecuteError<D::Refusal>> {
    for _ in 0..ROUNDS {
        let history = journal.read(stream).await.map_err(ExecuteError::Read)?;
        let state = fold::<D>(&history).map_err(ExecuteError::Read)?;
        let last = history.last().map(|event| event.position);
        let revision = history.last().map(|event| event.frame.revision);
        if let Some(first) = first_result(&history, context.command) {
            return Ok(Outcome {
                state: Arc::new(state),
                position: Some(first),
                revision,
                repeated: true,
            });
        }
        let events = D::decide(&state, command).map_err(ExecuteError::Refused)?;
        if events.is_empty() {
            return Ok(Outcome {
                state: Arc::new(state),
                position: last,
                revision,
                repeated: false,
            });
        }
        let append = Append {
            stream: stream.clone(),
            expected: revision.map_or(Expected::NoStream, Expected::Revision),
            reserve: context.reserve,
            events: new_events(context, &events),
        };
        match journal.append(append).await {
            Ok(appended) => {
                return Ok(Outcome {
                    state: Arc::new(events.iter().fold(state, D::evolve)),
                    position: Some(appended.position),
                    revision: Some(appended.revision),
                    repeated: appended.repeated,
                });
            }
            Err(AppendError::Conflict { .. }) => {}
            Err(error) => return Err(ExecuteError::Append(error)),
        }
    }
    Err(ExecuteError::Contended)
}

/// Carries out a command that as a rule begins its stream: as [`execute`], but without reading first.
pub async fn begin<D: Decider>(
    journal: &SharedJournal,
    stream: &StreamName,
    context: &Context,
    command: &D::Command,
) -> Result<Outcome<D::State>, ExecuteError<D::Refusal>> {
    let nothing = D::State::default();
    let events = D::decide(&nothing, command).map_err(ExecuteError::Refused)?;
    let append = Append {
        stream: stream.clone(),
        expected: Expected::NoStream,
        reserve: context.reserve,
        events: new_events(context, &events),
    };
    match journal.append(append).await {
        Ok(appended) if !appended.repeated => Ok(Outcome {
            state: Arc::new(events.iter().fold(nothing, D::evolve)),
            position: Some(appended.position),
            revision: Some(appended.revision),
            repeated: false,
        }),
        Ok(_) | Err(AppendError::Conflict { .. }) => {
            execute::<D>(journal, stream, context, command).await
        }
        Err(error) => Err(ExecuteError::Append(error)),
    }
}

/// Folds a stream's history into its state.
pub fn fold<D: Decider>(history: &[Recorded]) -> Result<D::State, ReadError> {
    history
        .iter()
        .try_fold(D::State::default(), |state, event| {
            let frame = &event.frame;
            let event = D::Event::decode(&frame.r#type, frame.version, &frame.payload)
                .ok_or(ReadError::Corrupt(event.position))?;
            Ok(D::evolve(state, &event))
        })
}

fn first_result(history: &[Recorded], command: CommandId) -> Option<Position> {
    let first = command.event(0);
    history
        .iter()
        .find(|event| event.event_id() == first)
        .map(|event| event.position)
}

fn new_events<E: EventSet>(context: &Context, events: &[E]) -> Vec<NewEvent> {
    events
        .iter()
        .enumerate()
        .map(|(index, event)| {
            let (kind, version) = event.kind();
            NewEvent {
                id: context.command.event(index),
                kind,
                version,
                public_as: event.public_as(),
                occurred_at: context.occurred_at,
                actor: context.actor.clone(),
                causation: context.causation,
                correlation: context.correlation,
                traceparent: context.traceparent.clone(),
                payload: event.encode(),
            }
        })
        .collect()
}

/// Declares the events of one kind of stream: variant, private message, stored name and version.
///
/// `published by` names the function of the service's `publish.rs` that decides whether an event
/// leaves the house: `fn(&Event) -> Option<PublicAs>`, one total match.
///
/// ```ignore
/// journal::event_set! {
///     /// What happens to a notification.
///     pub enum NotificationEvent published by crate::publish::name_of {
///         /// A force submitted it.
///         Received(wire::NotificationReceived) = ("police.notification_received", 1),
///     }
/// }
/// ```
#[macro_export]
macro_rules! event_set {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident published by $publish:path {
            $( $(#[$vmeta:meta])* $variant:ident($message:ty) = ($kind:literal, $version:literal) ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $vis enum $name { $( $(#[$vmeta])* $variant($message) ),+ }

        impl $crate::decider::EventSet for $name {
            fn kind(&self) -> (&'static str, u32) {
                match self { $( Self::$variant(_) => ($kind, $version) ),+ }
            }

            fn encode(&self) -> Vec<u8> {
                match self { $( Self::$variant(message) => ::prost::Message::encode_to_vec(message) ),+ }
            }

            fn decode(kind: &str, version: u32, payload: &[u8]) -> Option<Self> {
                match (kind, version) {
                    $( ($kind, $version) => <$message as ::prost::Message>::decode(payload)
                        .ok()
                        .map(Self::$variant), )+
                    _ => None,
                }
            }

            fn public_as(&self) -> Option<$crate::PublicAs> {
                $publish(self)
            }
        }
    };
}
