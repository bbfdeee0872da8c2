//! Promise 2 for those who follow: everything, once, in order, then as it comes.

use super::{append, everything, stream};
use crate::{Expected, Position, Recorded, SharedJournal, follow::follow};
use futures::{StreamExt, pin_mut};

async fn write(journal: &SharedJournal, command: &str) {
    let new = append(&stream(command), Expected::NoStream, command, 2);
    journal.append(new).await.expect("a right append is taken");
}

/// Follows until `count` events have come.
async fn next(journal: &SharedJournal, after: Position, count: usize) -> Vec<Recorded> {
    let pages = follow(journal.clone(), after);
    pin_mut!(pages);
    let mut events = Vec::new();
    while events.len() < count {
        let page = pages
            .next()
            .await
            .expect("it does not end while the journal is open");
        events.extend(page.expect("the journal reads"));
    }
    events
}

fn positions(events: &[Recorded]) -> Vec<Position> {
    events.iter().map(|event| event.position).collect()
}

pub async fn a_follower_catches_up_and_then_stays_live(journal: SharedJournal) {
    for i in 0..400 {
        write(&journal, &format!("before-{i}")).await;
    }
    let follower = {
        let journal = journal.clone();
        tokio::spawn(async move { next(&journal, Position::START, 1000).await })
    };
    for i in 0..100 {
        write(&journal, &format!("after-{i}")).await;
    }
    let seen = follower.await.expect("the follower ends well");
    assert_eq!(
        positions(&seen),
        positions(&everything(&journal, 100).await)
    );
    let middle = seen[499].position;
    let rest = next(&journal, middle, 500).await;
    assert_eq!(positions(&rest), positions(&seen[500..]));
}

pub async fn a_follower_misses_nothing_while_many_write(journal: SharedJournal) {
    let followers: Vec<_> = (0..3)
        .map(|_| {
            let journal = journal.clone();
            tokio::spawn(async move { next(&journal, Position::START, 800).await })
        })
        .collect();
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let journal = journal.clone();
            tokio::spawn(async move {
                for i in 0..25 {
                    write(&journal, &format!("many-{writer}-{i}")).await;
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.expect("the writer ends well");
    }
    let all = positions(&everything(&journal, 100).await);
    assert_eq!(all.len(), 800);
    for follower in followers {
        let seen = follower.await.expect("the follower ends well");
        assert_eq!(positions(&seen), all);
    }
}
