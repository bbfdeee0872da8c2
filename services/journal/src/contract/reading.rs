//! Promises 2 and 5: one order for everybody, and public events counted in it.

use super::{append, event, everything, public, stream};
use crate::{Append, EventHash, Expected, Position, SharedJournal, Verbatim, verbatim::Chains};
use prost::Message;
use std::collections::HashMap;

pub async fn a_stream_without_events_is_empty(journal: SharedJournal) {
    assert!(
        journal
            .read(&stream("none"))
            .await
            .expect("it reads")
            .is_empty()
    );
    assert!(
        journal
            .read_all(Position::START, 10)
            .await
            .expect("it reads")
            .is_empty()
    );
    assert!(
        journal
            .read_public(0, 10)
            .await
            .expect("it reads")
            .is_empty()
    );
    assert_eq!(journal.last_hash().await.expect("it reads"), None);
    assert_eq!(*journal.head().borrow(), Position::START);
    assert_eq!(*journal.public_head().borrow(), 0);
}

pub async fn positions_increase_and_pages_meet_without_a_gap(journal: SharedJournal) {
    for i in 0..40 {
        let name = stream(&format!("order-{i}"));
        journal
            .append(append(
                &name,
                Expected::NoStream,
                &format!("order-{i}"),
                1 + i % 3,
            ))
            .await
            .expect("a right append is taken");
    }
    let whole = everything(&journal, 10_000).await;
    let positions: Vec<_> = whole.iter().map(|event| event.position).collect();
    assert!(positions.is_sorted_by(|a, b| a < b));
    assert!(positions[0] > Position::START);
    for page in [1, 7, 40] {
        let paged = everything(&journal, page).await;
        let same: Vec<_> = paged.iter().map(|event| event.position).collect();
        assert_eq!(same, positions);
    }
    let last = positions[positions.len() - 1];
    assert!(
        journal
            .read_all(last, 5)
            .await
            .expect("it reads")
            .is_empty()
    );
}

pub async fn public_events_are_counted_densely_from_one(journal: SharedJournal) {
    for i in 0..30 {
        let name = stream(&format!("count-{i}"));
        let command = format!("count-{i}");
        let append = Append {
            events: vec![event(&command, 0), public(event(&command, 1))],
            ..append(&name, Expected::NoStream, &command, 0)
        };
        journal
            .append(append.clone())
            .await
            .expect("a right append is taken");
        journal
            .append(append)
            .await
            .expect("a repeated append is answered");
    }
    let counted = journal.read_public(0, 100).await.expect("it reads");
    let numbers: Vec<_> = counted.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, (1..=30).collect::<Vec<_>>());
    assert!(
        counted
            .iter()
            .all(|(_, event)| event.frame.public_as.is_some())
    );
    assert!(counted.is_sorted_by(|(_, a), (_, b)| a.position < b.position));
    let page = journal.read_public(10, 5).await.expect("it reads");
    let numbers: Vec<_> = page.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, [11, 12, 13, 14, 15]);
}

pub async fn public_events_are_found_by_number_among_many_others(journal: SharedJournal) {
    const EVERY: usize = 37;
    for i in 0..10 {
        let command = format!("rare-{i}");
        let mut rare = append(&stream(&command), Expected::NoStream, &command, 100);
        for at in (0..1000).step_by(EVERY).filter(|at| at / 100 == i) {
            rare.events[at % 100] = public(event(&command, at % 100));
        }
        journal.append(rare).await.expect("a right append is taken");
    }
    let counted = journal.read_public(0, 1000).await.expect("it reads");
    assert_eq!(counted.len(), 1000_usize.div_ceil(EVERY));
    let places: Vec<_> = counted.iter().map(|(_, event)| event.position).collect();
    // Not in order, so that nothing is found only because the reader was there a moment ago.
    for (after, limit) in [
        (20_u32, 3),
        (5, 1),
        (27, 9),
        (13, 100),
        (0, 1),
        (26, 1),
        (28, 1),
    ] {
        let (after, skipped) = (u64::from(after), after as usize);
        let page = journal.read_public(after, limit).await.expect("it reads");
        let end = counted.len().min(skipped + limit);
        let expected = places.get(skipped..end).unwrap_or_default();
        let found: Vec<_> = page.iter().map(|(_, event)| event.position).collect();
        assert_eq!(found, expected, "{limit} after {after}");
        assert!(
            page.iter()
                .map(|(number, _)| *number)
                .eq(after + 1..=end as u64)
        );
    }
}

pub async fn a_page_of_large_public_events_ends_early_and_the_next_goes_on(journal: SharedJournal) {
    for i in 0..5 {
        let command = format!("large-{i}");
        let mut large = public(event(&command, 0));
        large.payload = vec![0x5a; 1024 * 1024];
        let append = Append {
            events: vec![large],
            ..append(&stream(&command), Expected::NoStream, &command, 0)
        };
        journal
            .append(append)
            .await
            .expect("a right append is taken");
    }
    for (after, expected) in [(0, &[1, 2][..]), (2, &[3, 4]), (4, &[5])] {
        let page = journal.read_public(after, 100).await.expect("it reads");
        let numbers: Vec<_> = page.iter().map(|(number, _)| *number).collect();
        assert_eq!(numbers, expected);
    }
}

pub async fn every_event_is_chained_to_the_one_before_in_its_stream(journal: SharedJournal) {
    for round in 0..6_u64 {
        for name in ["chain-a", "chain-b"] {
            let expected = (2 * round).checked_sub(1);
            let expected = expected.map_or(Expected::NoStream, Expected::Revision);
            journal
                .append(append(
                    &stream(name),
                    expected,
                    &format!("{name}-{round}"),
                    2,
                ))
                .await
                .expect("a right append is taken");
        }
    }
    let mut last = HashMap::new();
    for event in everything(&journal, 5).await {
        let before = last
            .entry(event.frame.stream.clone())
            .or_insert(EventHash::ZERO);
        assert_eq!(event.hash, before.next(&event.frame.encode_to_vec()));
        *before = event.hash;
    }
    assert_eq!(last.len(), 2);
}

pub async fn the_heads_show_the_last_event_once_it_is_answered(journal: SharedJournal) {
    let (head, public_head) = (journal.head(), journal.public_head());
    for i in 0..5 {
        let command = format!("head-{i}");
        let append = Append {
            events: vec![public(event(&command, 0)), event(&command, 1)],
            ..append(&stream(&command), Expected::NoStream, &command, 0)
        };
        let appended = journal
            .append(append)
            .await
            .expect("a right append is taken");
        assert_eq!(*head.borrow(), appended.position);
        assert_eq!(*public_head.borrow(), i + 1);
        let events = journal
            .read(&stream(&command))
            .await
            .expect("the stream reads");
        let last = events.last().map(|event| event.hash);
        assert_eq!(journal.last_hash().await.expect("it reads"), last);
    }
}

pub async fn the_identity_stays_the_same(journal: SharedJournal) {
    let identity = journal.identity();
    assert_ne!(identity.id, [0; 16]);
    assert_eq!(identity.epoch, 1);
    let first = append(&stream("identity"), Expected::NoStream, "identity", 1);
    journal
        .append(first)
        .await
        .expect("a right append is taken");
    assert_eq!(journal.identity(), identity);
}

pub async fn events_are_read_as_they_are_kept(journal: SharedJournal) {
    for i in 0..6 {
        let command = format!("kept-{i}");
        let append = Append {
            events: vec![public(event(&command, 0)), event(&command, 1)],
            ..append(&stream(&command), Expected::NoStream, &command, 0)
        };
        journal
            .append(append)
            .await
            .expect("a right append is taken");
    }
    let events = everything(&journal, 100).await;
    let mut kept = Vec::new();
    for page in events.chunks(5) {
        let after = kept
            .last()
            .map_or(Position::START, |last: &Verbatim| last.position);
        let read = journal.read_verbatim(after, page.len()).await;
        kept.extend(read.expect("it reads"));
    }
    assert_eq!(kept.len(), events.len());
    let mut chains = Chains::default();
    for (kept, event) in kept.iter().zip(&events) {
        assert_eq!((kept.position, kept.hash), (event.position, event.hash));
        assert_eq!(kept.frame, event.frame.encode_to_vec());
        chains.take(kept).expect("each follows on those before it");
    }
    let last = kept[kept.len() - 1].position;
    let none = journal.read_verbatim(last, 5).await;
    assert!(none.expect("it reads").is_empty());
}
