//! A door with two who remember how it stood, over a real journal.

use super::*;
use crate::{CommandId, EmbeddedJournal, PublicAs, Reserve, decider::EventSet, embedded::Settings};
use clock::SystemClock;
use jiff::Timestamp;
use tempfile::TempDir;

/// A door that is open or shut; opening an open one is refused.
struct Door;

struct Turned(bool);

#[derive(Debug, PartialEq)]
struct AlreadySo;

impl EventSet for Turned {
    fn kind(&self) -> (&'static str, u32) {
        ("test.door_turned", 1)
    }

    fn encode(&self) -> Vec<u8> {
        vec![u8::from(self.0)]
    }

    fn decode(_: &str, _: u32, payload: &[u8]) -> Option<Self> {
        Some(Self(payload == [1]))
    }

    fn public_as(&self) -> Option<PublicAs> {
        None
    }
}

impl Decider for Door {
    type State = bool;
    type Command = bool;
    type Event = Turned;
    type Refusal = AlreadySo;

    fn evolve(_: bool, event: &Turned) -> bool {
        event.0
    }

    fn decide(is_open: &bool, open: &bool) -> Result<Vec<Turned>, AlreadySo> {
        if is_open == open {
            return Err(AlreadySo);
        }
        Ok(vec![Turned(*open)])
    }
}

/// One door, and two who remember how it stood.
struct House {
    journal: SharedJournal,
    ours: Memory<bool>,
    theirs: Memory<bool>,
    stream: StreamName,
    _folder: TempDir,
}

const OPEN: bool = true;
const SHUT: bool = false;

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal.sqlite3");
        let clock = Arc::new(SystemClock);
        let journal = EmbeddedJournal::open(&path, Settings::default(), clock).unwrap();
        Self {
            journal: Arc::new(journal),
            ours: Memory::default(),
            theirs: Memory::default(),
            stream: StreamName::of("door", [7; 16]),
            _folder: folder,
        }
    }

    async fn turn(
        &self,
        memory: &Memory<bool>,
        command: &str,
        to: bool,
    ) -> Result<Option<Position>, ExecuteError<AlreadySo>> {
        let command = CommandId::derive(&[command.as_bytes()]);
        let context = Context {
            command,
            actor: "test".to_owned(),
            causation: *command.as_bytes(),
            correlation: [0; 16],
            occurred_at: Timestamp::UNIX_EPOCH,
            reserve: Reserve::Keep,
            traceparent: String::new(),
        };
        memory
            .execute::<Door>(&self.journal, &self.stream, &context, &to)
            .await
    }

    async fn history(&self) -> Vec<bool> {
        let events = self.journal.read(&self.stream).await.unwrap();
        let open = |event: &crate::Recorded| event.frame.payload == [1].as_slice();
        events.iter().map(open).collect()
    }
}

#[tokio::test]
async fn what_was_done_is_remembered_as_it_stands_in_the_stream() {
    let house = House::new();
    for (command, to) in [("a", OPEN), ("b", SHUT), ("c", OPEN)] {
        house.turn(&house.ours, command, to).await.unwrap();
    }
    let remembered = house.ours.recall(&house.stream).unwrap();
    assert_eq!((remembered.revision, *remembered.state), (2, OPEN));
    assert_eq!(house.history().await, [OPEN, SHUT, OPEN]);
}

#[tokio::test]
async fn what_others_did_meanwhile_counts_and_not_what_is_remembered() {
    let house = House::new();
    house.turn(&house.ours, "a", OPEN).await.unwrap();
    house.turn(&house.theirs, "b", SHUT).await.unwrap();
    // As remembered it is open, which would be refused.
    house.turn(&house.ours, "c", OPEN).await.unwrap();
    // As remembered by the others it is shut, which would be refused.
    house.turn(&house.theirs, "d", SHUT).await.unwrap();
    // As remembered it is open, and shutting it would be right.
    let refused = house.turn(&house.ours, "e", SHUT).await;
    assert!(matches!(refused, Err(ExecuteError::Refused(AlreadySo))));
    assert_eq!(house.history().await, [OPEN, SHUT, OPEN, SHUT]);
}

#[tokio::test]
async fn a_command_that_comes_again_gets_its_first_result() {
    let house = House::new();
    let first = house.turn(&house.ours, "a", OPEN).await.unwrap();
    house.turn(&house.ours, "b", SHUT).await.unwrap();
    let again = house.turn(&house.ours, "a", OPEN).await.unwrap();
    assert_eq!(first, again);
    let last = house.turn(&house.ours, "c", OPEN).await.unwrap();
    let again = house.turn(&house.ours, "c", OPEN).await.unwrap();
    assert_eq!(last, again);
    assert_eq!(house.history().await, [OPEN, SHUT, OPEN]);
}

#[tokio::test]
async fn a_stream_used_long_ago_is_read_again() {
    let house = House::new();
    house.turn(&house.ours, "a", OPEN).await.unwrap();
    for n in 0..=2 * GENERATION as u64 {
        let other = StreamName::of(
            "other",
            [n.to_be_bytes(), [0; 8]].concat().try_into().unwrap(),
        );
        house.ours.keep(&other, 0, OPEN.into());
    }
    assert!(house.ours.recall(&house.stream).is_none());
    house.turn(&house.ours, "b", SHUT).await.unwrap();
    assert_eq!(house.history().await, [OPEN, SHUT]);
}
