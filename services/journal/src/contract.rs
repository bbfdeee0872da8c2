//! The tests that every adapter of the port runs: one for each promise and each error.
//!
//! An adapter's own tests say `journal::contract!(make)`, where `make` is an
//! `async fn(SharedClock) -> Fresh`; each promise then is a test of its own.

#![expect(
    missing_docs,
    clippy::missing_panics_doc,
    reason = "each promise is documented by its name; broken, it panics, which is what a test wants"
)]

pub mod appending;
pub mod following;
pub mod racing;
pub mod reading;

use crate::{
    Append, CommandId, Expected, NewEvent, PublicAs, Recorded, Reserve, SharedJournal, StreamName,
};
use clock::{Clock, SharedClock};
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use std::{
    any::Any,
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

/// An empty journal, and what must stay while it is used, such as its folder.
pub struct Fresh {
    /// The journal to test.
    pub journal: SharedJournal,
    /// Dropped after it.
    pub keep: Box<dyn Any + Send>,
}

/// A clock that is set back as often as it goes on.
#[derive(Debug, Default)]
struct Wobbling(AtomicI64);

/// A clock such as a machine under correction has.
pub fn wobbling_clock() -> SharedClock {
    Arc::new(Wobbling::default())
}

impl Clock for Wobbling {
    fn now(&self) -> Timestamp {
        let tick = self.0.fetch_add(1, Ordering::Relaxed);
        let seconds = if tick % 2 == 0 { tick } else { -tick };
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_700_000_000 + seconds % 100_000)
    }

    fn sleep_until(&self, _: Timestamp) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

/// The stream `contract-<name>`.
pub fn stream(name: &str) -> StreamName {
    StreamName::parse(format!("contract-{name}")).expect("the suite's own names are stream names")
}

/// Event `index` of the command called `command`.
pub fn event(command: &str, index: usize) -> NewEvent {
    let command = CommandId::derive(&[b"contract", command.as_bytes()]);
    NewEvent {
        id: command.event(index),
        kind: "contract.thing_happened",
        version: 1,
        public_as: None,
        occurred_at: Timestamp::UNIX_EPOCH,
        actor: "somebody".to_owned(),
        causation: *command.as_bytes(),
        correlation: [7; 16],
        traceparent: String::new(),
        payload: index.to_be_bytes().to_vec(),
    }
}

/// The same event, seen outside.
pub fn public(event: NewEvent) -> NewEvent {
    NewEvent {
        public_as: Some(PublicAs {
            kind: "firstbell.v1.contract.thing.happened",
            version: 1,
        }),
        ..event
    }
}

/// One append of the events of `command`, `count` of them.
pub fn append(stream: &StreamName, expected: Expected, command: &str, count: usize) -> Append {
    Append {
        stream: stream.clone(),
        expected,
        reserve: Reserve::Keep,
        events: (0..count).map(|index| event(command, index)).collect(),
    }
}

/// All events of a journal, read in pages of `page`.
pub async fn everything(journal: &SharedJournal, page: usize) -> Vec<Recorded> {
    let mut all: Vec<Recorded> = Vec::new();
    loop {
        let after = all
            .last()
            .map_or_else(Default::default, |last| last.position);
        let more = journal
            .read_all(after, page)
            .await
            .expect("the journal reads");
        if more.is_empty() {
            return all;
        }
        assert!(more.len() <= page, "a page is no longer than was asked for");
        all.extend(more);
    }
}

/// Appends `appends` pairs of events to each of so many streams, all at once, and fails where one is
/// refused. What disturbs the store meanwhile is the caller's.
pub async fn load(journal: SharedJournal, streams: usize, appends: usize) {
    let writers = (0..streams).map(|writer| {
        let journal = journal.clone();
        tokio::spawn(async move {
            let name = stream(&format!("load-{writer}"));
            let mut expected = Expected::NoStream;
            for round in 0..appends {
                let next = append(&name, expected, &format!("load-{writer}-{round}"), 2);
                let appended = journal.append(next).await.expect("it outlasts what comes");
                expected = Expected::Revision(appended.revision);
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.expect("nothing is refused");
    }
}

/// So many events, each of them once.
pub async fn stands_once(journal: &SharedJournal, events: usize) {
    let all = everything(journal, 100).await;
    let ids: HashSet<_> = all.iter().map(Recorded::event_id).collect();
    assert_eq!((all.len(), ids.len()), (events, events));
}

/// Makes a test of every promise, for the journals that `$make` makes.
#[macro_export]
macro_rules! contract {
    ($make:path) => {
        $crate::contract!($make;
            appending::an_append_is_answered_with_the_place_of_its_last_event,
            appending::a_wrong_expectation_is_a_conflict_that_names_the_actual_revision,
            appending::a_refused_append_leaves_nothing_behind,
            appending::a_repeated_append_gets_its_first_result_however_old,
            appending::an_append_of_which_a_part_stands_is_refused,
            appending::a_malformed_append_is_refused_whatever_the_stream_holds,
            appending::recorded_at_never_decreases_though_the_clock_does,
            appending::every_field_comes_back_as_it_was_given,
            appending::a_payload_of_a_mebibyte_comes_back_as_it_was_given,
            appending::the_largest_appends_are_taken_whole,
            appending::streams_with_similar_names_are_apart,
            reading::a_stream_without_events_is_empty,
            reading::positions_increase_and_pages_meet_without_a_gap,
            reading::public_events_are_counted_densely_from_one,
            reading::public_events_are_found_by_number_among_many_others,
            reading::a_page_of_large_public_events_ends_early_and_the_next_goes_on,
            reading::every_event_is_chained_to_the_one_before_in_its_stream,
            reading::the_heads_show_the_last_event_once_it_is_answered,
            reading::the_identity_stays_the_same,
            reading::events_are_read_as_they_are_kept,
            following::a_follower_catches_up_and_then_stays_live,
            following::a_follower_misses_nothing_while_many_write,
            racing::of_many_writers_on_one_stream_exactly_one_wins_each_revision,
            racing::writers_on_many_streams_are_all_answered,
            racing::the_same_append_sent_by_many_at_once_stands_once,
            racing::a_refused_append_never_spoils_those_beside_it,
            racing::readers_see_a_prefix_and_never_a_gap_that_fills_later,
        );
    };
    ($make:path; $($room:ident::$promise:ident,)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                let fresh = $make($crate::contract::wobbling_clock()).await;
                $crate::contract::$room::$promise(fresh.journal.clone()).await;
            }
        )+
    };
}
