//! The promises while many write at once.

use super::{append, event, everything, public, stream};
use crate::{Append, AppendError, Appended, Expected, Position, SharedJournal};
use futures::future::join_all;
use std::collections::HashSet;

const WRITERS: usize = 64;

/// Sends all at once and waits for every answer.
async fn at_once(
    journal: &SharedJournal,
    appends: Vec<Append>,
) -> Vec<Result<Appended, AppendError>> {
    let tasks = appends.into_iter().map(|append| {
        let journal = journal.clone();
        tokio::spawn(async move { journal.append(append).await })
    });
    let answers = join_all(tasks.collect::<Vec<_>>()).await;
    let ended = |answer: Result<_, _>| answer.expect("the writer ends well");
    answers.into_iter().map(ended).collect()
}

pub async fn of_many_writers_on_one_stream_exactly_one_wins_each_revision(journal: SharedJournal) {
    let name = stream("race");
    for round in 0..10_u64 {
        let expected = round.checked_sub(1);
        let expected = expected.map_or(Expected::NoStream, Expected::Revision);
        let appends = (0..WRITERS)
            .map(|writer| append(&name, expected, &format!("race-{round}-{writer}"), 1))
            .collect();
        let answers = at_once(&journal, appends).await;
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        assert_eq!(won, 1);
        for lost in answers.into_iter().filter_map(Result::err) {
            assert!(matches!(lost, AppendError::Conflict { actual: Some(last) } if last == round));
        }
    }
    assert_eq!(
        journal.read(&name).await.expect("the stream reads").len(),
        10
    );
}

pub async fn writers_on_many_streams_are_all_answered(journal: SharedJournal) {
    let appends = (0..WRITERS * 8).map(|i| {
        let command = format!("apart-{i}");
        append(&stream(&command), Expected::NoStream, &command, 1)
    });
    let answers = at_once(&journal, appends.collect()).await;
    let positions: HashSet<_> = answers
        .iter()
        .map(|answer| answer.as_ref().expect("nobody is in the way").position)
        .collect();
    assert_eq!(positions.len(), WRITERS * 8);
    assert_eq!(everything(&journal, 100).await.len(), WRITERS * 8);
}

pub async fn the_same_append_sent_by_many_at_once_stands_once(journal: SharedJournal) {
    let name = stream("same");
    let same = append(&name, Expected::NoStream, "same", 3);
    let answers = at_once(&journal, vec![same; WRITERS]).await;
    let answers: Vec<_> = answers
        .into_iter()
        .map(|it| it.expect("each is answered"))
        .collect();
    assert_eq!(answers.iter().filter(|answer| !answer.repeated).count(), 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer.position == answers[0].position)
    );
    assert_eq!(everything(&journal, 100).await.len(), 3);
}

pub async fn a_refused_append_never_spoils_those_beside_it(journal: SharedJournal) {
    let appends = (0..WRITERS * 3).map(|i| {
        let command = format!("beside-{i}");
        let name = stream(&command);
        match i % 3 {
            0 => append(&name, Expected::NoStream, &command, 2),
            1 => append(&name, Expected::Revision(9), &command, 1),
            _ => append(&name, Expected::NoStream, &command, 0),
        }
    });
    for (i, answer) in at_once(&journal, appends.collect())
        .await
        .into_iter()
        .enumerate()
    {
        match i % 3 {
            0 => assert!(answer.is_ok()),
            1 => assert!(matches!(
                answer,
                Err(AppendError::Conflict { actual: None })
            )),
            _ => assert!(matches!(answer, Err(AppendError::Invalid(_)))),
        }
    }
    assert_eq!(everything(&journal, 100).await.len(), WRITERS * 2);
}

pub async fn readers_see_a_prefix_and_never_a_gap_that_fills_later(journal: SharedJournal) {
    let appends = (0..WRITERS * 8).map(|i| {
        let command = format!("prefix-{i}");
        Append {
            events: vec![public(event(&command, 0)), event(&command, 1)],
            ..append(&stream(&command), Expected::NoStream, &command, 0)
        }
    });
    let writing = at_once(&journal, appends.collect());
    let reading = async {
        let (mut seen, mut counted) = (Vec::new(), Vec::new());
        while counted.len() < WRITERS * 8 {
            counted = journal.read_public(0, 10_000).await.expect("it reads");
            seen.push(everything(&journal, 10_000).await);
            let numbers = counted.iter().map(|(number, _)| *number);
            assert!(numbers.eq(1..=counted.len() as u64));
        }
        seen
    };
    let (_, seen) = tokio::join!(writing, reading);
    let positions = |events: &[crate::Recorded]| -> Vec<Position> {
        events.iter().map(|event| event.position).collect()
    };
    let whole = positions(&everything(&journal, 10_000).await);
    for early in seen {
        assert!(whole.starts_with(&positions(&early)));
        assert_eq!(early.len() % 2, 0, "an append is seen whole or not at all");
    }
}
