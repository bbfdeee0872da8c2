//! Subscriptions: what there is after the given place, then what comes, for ever.

use super::Frames;
use crate::{
    filter::Filter,
    log::{Kept, Log},
    recorded::{Ids, content},
    wire::streams::{
        ReadResp,
        read_req::options::{all_options::AllOption, stream_options::RevisionOption},
        read_resp::{CaughtUp, Checkpoint, Content, SubscriptionConfirmation},
    },
};
use std::sync::Arc;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

/// Frames that wait for a slow reader.
const AHEAD: usize = 64;

/// One subscription as it goes on.
struct Subscription {
    log: Arc<Log>,
    ids: Ids,
    filter: Filter,
    /// Only events of this stream, after this revision.
    of: Option<(String, Option<u64>)>,
    /// The next place to look at.
    at: usize,
    /// Events passed over since the last frame that says where we are.
    passed: u32,
    frames: Sender<Content>,
}

/// Follows everything, after the given position.
pub(super) fn all(log: Arc<Log>, from: AllOption, filter: Filter, ids: Ids) -> Frames<ReadResp> {
    let at = match from {
        AllOption::Start(()) => 0,
        AllOption::End(()) => *log.length().borrow(),
        AllOption::Position(position) => log.place_of(position.commit_position.saturating_add(1)),
    };
    start(log, ids, filter, None, at)
}

/// Follows one stream, after the given revision.
pub(super) fn stream(
    log: Arc<Log>,
    name: String,
    from: RevisionOption,
    ids: Ids,
) -> Frames<ReadResp> {
    let after = match from {
        RevisionOption::Start(()) => None,
        RevisionOption::Revision(revision) => Some(revision),
        RevisionOption::End(()) => log
            .stream(&name)
            .and_then(|events| events.last().map(|kept| kept.revision)),
    };
    start(log, ids, Filter::default(), Some((name, after)), 0)
}

fn start(
    log: Arc<Log>,
    ids: Ids,
    filter: Filter,
    of: Option<(String, Option<u64>)>,
    at: usize,
) -> Frames<ReadResp> {
    let (frames, receiver) = mpsc::channel(AHEAD);
    let subscription = Subscription {
        log,
        ids,
        filter,
        of,
        at,
        passed: 0,
        frames,
    };
    tokio::spawn(subscription.run());
    Box::pin(ReceiverStream::new(receiver).map(|content| {
        Ok(ReadResp {
            content: Some(content),
        })
    }))
}

// === impl Subscription ===

impl Subscription {
    /// Goes on until the reader has gone.
    async fn run(mut self) {
        let confirmation = SubscriptionConfirmation {
            subscription_id: "one".to_owned(),
        };
        let mut length = self.log.length();
        let mut is_open = self.send(Content::Confirmation(confirmation)).await;
        is_open = is_open && self.send_new().await;
        is_open = is_open && self.send(Content::CaughtUp(CaughtUp::default())).await;
        while is_open {
            tokio::select! {
                changed = length.changed() => is_open = changed.is_ok() && self.send_new().await,
                () = self.frames.closed() => return,
            }
        }
    }

    async fn send(&self, content: Content) -> bool {
        self.frames.send(content).await.is_ok()
    }

    async fn send_new(&mut self) -> bool {
        loop {
            let mut page = Vec::new();
            self.log.scan(self.at, true, |kept| {
                page.push(kept.clone());
                page.len() < AHEAD
            });
            if page.is_empty() {
                return true;
            }
            self.at += page.len();
            for kept in page {
                if !self.send_one(&kept).await {
                    return false;
                }
            }
        }
    }

    async fn send_one(&mut self, kept: &Kept) -> bool {
        let of_stream = self.of.as_ref().is_none_or(|(name, after)| {
            *name == kept.stream && after.is_none_or(|after| kept.revision > after)
        });
        if of_stream && self.filter.wants(kept) {
            self.passed = 0;
            return self.send(content(kept, self.ids)).await;
        }
        self.passed += 1;
        if self
            .filter
            .window
            .is_some_and(|window| self.passed >= window)
        {
            self.passed = 0;
            let checkpoint = Checkpoint {
                commit_position: kept.position,
                prepare_position: kept.position,
            };
            return self.send(Content::Checkpoint(checkpoint)).await;
        }
        true
    }
}
