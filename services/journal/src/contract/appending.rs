//! Promises 1, 3 and 4: whole and durable, once, and in time's order.

use super::{append, event, everything, public, stream};
use crate::{
    Append, AppendError, Expected, NewEvent, Recorded, Reserve, SharedJournal, StreamName,
};
use jiff::Timestamp;

pub async fn an_append_is_answered_with_the_place_of_its_last_event(journal: SharedJournal) {
    let name = stream("place");
    let first = journal
        .append(append(&name, Expected::NoStream, "one", 1))
        .await;
    let first = first.expect("a right append is taken");
    assert_eq!((first.revision, first.repeated), (0, false));
    let second = journal
        .append(append(&name, Expected::Revision(0), "two", 3))
        .await;
    let second = second.expect("a right append is taken");
    assert_eq!((second.revision, second.repeated), (3, false));
    let events = journal.read(&name).await.expect("the stream reads");
    let places: Vec<_> = events.iter().map(|event| event.frame.revision).collect();
    assert_eq!(places, [0, 1, 2, 3]);
    assert_eq!(events[0].position, first.position);
    assert_eq!(events[3].position, second.position);
}

pub async fn a_wrong_expectation_is_a_conflict_that_names_the_actual_revision(
    journal: SharedJournal,
) {
    let name = stream("conflict");
    let early = journal
        .append(append(&name, Expected::Revision(0), "early", 1))
        .await;
    assert!(matches!(early, Err(AppendError::Conflict { actual: None })));
    let first = append(&name, Expected::NoStream, "first", 2);
    journal
        .append(first)
        .await
        .expect("a right append is taken");
    for wrong in [
        Expected::NoStream,
        Expected::Revision(0),
        Expected::Revision(2),
    ] {
        let refused = journal.append(append(&name, wrong, "wrong", 1)).await;
        assert!(
            matches!(refused, Err(AppendError::Conflict { actual: Some(1) })),
            "{wrong:?}"
        );
    }
}

pub async fn a_refused_append_leaves_nothing_behind(journal: SharedJournal) {
    let name = stream("refused");
    let refused = journal
        .append(append(&name, Expected::Revision(5), "refused", 3))
        .await;
    assert!(refused.is_err());
    assert!(everything(&journal, 10).await.is_empty());
    let taken = journal
        .append(append(&name, Expected::NoStream, "refused", 3))
        .await;
    assert!(!taken.expect("what was refused may be tried again").repeated);
}

pub async fn a_repeated_append_gets_its_first_result_however_old(journal: SharedJournal) {
    let name = stream("repeated");
    let old = append(&name, Expected::NoStream, "old", 2);
    let first = journal
        .append(old.clone())
        .await
        .expect("a right append is taken");
    for round in 0..20 {
        let next = append(
            &name,
            Expected::Revision(round + 1),
            &format!("later-{round}"),
            1,
        );
        journal.append(next).await.expect("a right append is taken");
    }
    for expected in [old.expected, Expected::Revision(21), Expected::Revision(99)] {
        let again = journal
            .append(Append {
                expected,
                ..old.clone()
            })
            .await;
        let again = again.expect("a repeated append is answered");
        assert_eq!(
            (again.position, again.revision),
            (first.position, first.revision)
        );
        assert!(again.repeated);
    }
    assert_eq!(
        journal.read(&name).await.expect("the stream reads").len(),
        22
    );
}

pub async fn an_append_of_which_a_part_stands_is_refused(journal: SharedJournal) {
    let name = stream("part");
    let small = append(&name, Expected::NoStream, "grown", 1);
    journal
        .append(small)
        .await
        .expect("a right append is taken");
    let grown = append(&name, Expected::Revision(0), "grown", 2);
    let refused = journal.append(grown.clone()).await;
    assert!(matches!(refused, Err(AppendError::Invalid(_))));
    // Decided on an older state: whoever asked has to read again, and will find its command there.
    let stale = Append {
        expected: Expected::NoStream,
        ..grown
    };
    let refused = journal.append(stale).await;
    assert!(matches!(
        refused,
        Err(AppendError::Conflict { actual: Some(0) })
    ));
}

pub async fn a_malformed_append_is_refused_whatever_the_stream_holds(journal: SharedJournal) {
    let name = stream("malformed");
    let of = |events: Vec<NewEvent>| Append {
        stream: name.clone(),
        expected: Expected::NoStream,
        reserve: Reserve::Keep,
        events,
    };
    let too_many = (0..=Append::MAX_EVENTS).map(|index| event("many", index));
    let too_big = NewEvent {
        payload: vec![0; Append::MAX_BYTES + 1],
        ..event("big", 0)
    };
    let malformed = [
        of(vec![]),
        of(vec![event("twice", 0), event("twice", 0)]),
        of(too_many.collect()),
        of(vec![too_big]),
    ];
    for append in malformed {
        let refused = journal.append(append).await;
        assert!(matches!(refused, Err(AppendError::Invalid(_))));
    }
    assert!(everything(&journal, 10).await.is_empty());
}

pub async fn recorded_at_never_decreases_though_the_clock_does(journal: SharedJournal) {
    let name = stream("clock");
    let mut expected = Expected::NoStream;
    for round in 0..30 {
        let next = append(&name, expected, &format!("tick-{round}"), 1);
        journal.append(next).await.expect("a right append is taken");
        expected = Expected::Revision(round);
    }
    let events = journal.read(&name).await.expect("the stream reads");
    let times: Vec<_> = events.iter().map(Recorded::recorded_at).collect();
    assert!(times.is_sorted(), "{times:?}");
    assert!(times.first() < times.last(), "our clock is recorded at all");
}

pub async fn every_field_comes_back_as_it_was_given(journal: SharedJournal) {
    let name = stream("fields");
    let given = NewEvent {
        occurred_at: Timestamp::new(1_600_000_000, 123_456_000).expect("a time like any other"),
        actor: "actor-7".to_owned(),
        causation: [1; 16],
        correlation: [2; 16],
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned(),
        payload: (0..=255).collect(),
        version: 4,
        ..public(event("fields", 0))
    };
    let append = Append {
        events: vec![given.clone(), event("fields", 1)],
        ..append(&name, Expected::NoStream, "fields", 0)
    };
    journal
        .append(append)
        .await
        .expect("a right append is taken");
    let events = journal.read(&name).await.expect("the stream reads");
    let frame = &events[0].frame;
    assert_eq!(frame.stream, name.as_str());
    assert_eq!(events[0].event_id(), given.id);
    assert_eq!((frame.r#type.as_str(), frame.version), (given.kind, 4));
    let public = frame
        .public_as
        .as_ref()
        .map(|public| (public.r#type.as_str(), public.version));
    assert_eq!(
        public,
        given.public_as.map(|public| (public.kind, public.version))
    );
    assert_eq!(events[0].occurred_at(), given.occurred_at);
    assert_eq!(frame.actor, given.actor);
    assert_eq!(
        (events[0].causation(), events[0].correlation()),
        ([1; 16], [2; 16])
    );
    assert_eq!(frame.traceparent, given.traceparent);
    assert_eq!(frame.payload, given.payload);
    assert!(events[1].frame.public_as.is_none());
}

pub async fn a_payload_of_a_mebibyte_comes_back_as_it_was_given(journal: SharedJournal) {
    let name = stream("big");
    let payload: Vec<u8> = (0..1 << 20).map(|i: u32| (i % 251) as u8).collect();
    let big = NewEvent {
        payload: payload.clone(),
        ..event("big", 0)
    };
    let append = Append {
        events: vec![big],
        ..append(&name, Expected::NoStream, "big", 0)
    };
    journal
        .append(append)
        .await
        .expect("a payload of 1 MiB is taken");
    let events = journal.read(&name).await.expect("the stream reads");
    assert!(events[0].frame.payload == payload);
}

pub async fn the_largest_appends_are_taken_whole(journal: SharedJournal) {
    let many = append(
        &stream("many"),
        Expected::NoStream,
        "many",
        Append::MAX_EVENTS,
    );
    let big = Append {
        events: vec![NewEvent {
            payload: vec![7; Append::MAX_BYTES],
            ..event("big", 0)
        }],
        ..append(&stream("big"), Expected::NoStream, "big", 0)
    };
    for largest in [many, big] {
        let count = largest.events.len();
        let taken = journal.append(largest.clone()).await;
        taken.expect("an append of the largest size is taken");
        let again = journal.append(largest.clone()).await;
        assert!(again.expect("a repeated append is answered").repeated);
        let events = journal
            .read(&largest.stream)
            .await
            .expect("the stream reads");
        assert_eq!(events.len(), count);
        let last = events.last().map(|event| &event.frame.payload[..]);
        assert!(last == largest.events.last().map(|event| &event.payload[..]));
    }
    assert_eq!(
        everything(&journal, 300).await.len(),
        Append::MAX_EVENTS + 1
    );
}

pub async fn streams_with_similar_names_are_apart(journal: SharedJournal) {
    let longest = "z".repeat(StreamName::MAX);
    let shorter = "z".repeat(StreamName::MAX - 1);
    for name in [
        "a",
        "a-",
        "-a",
        "0",
        "a-0",
        "a-00",
        "checkpoint",
        &longest,
        &shorter,
    ] {
        let name = StreamName::parse(name).expect("a stream name by the rules");
        let first = append(&name, Expected::NoStream, "same-command", 1);
        let taken = journal
            .append(first)
            .await
            .expect("each stream begins empty");
        assert!(!taken.repeated);
        let events = journal.read(&name).await.expect("the stream reads");
        assert_eq!(events.len(), 1);
        assert_eq!(events[0].frame.stream, name.as_str());
    }
}
