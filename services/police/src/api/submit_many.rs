//! Takes many notifications on one call; one refused loses none of the others.

use super::{Parts, caller::Caller, failure::failed};
use futures::{StreamExt, TryStreamExt};
use host::problem::{Code, Problem};
use proto::police::v1::{
    SubmissionOutcome, SubmitNotificationRequest, submission_outcome::Outcome,
};
use std::{future::ready, sync::Arc};
use tonic::{Status, Streaming};

/// Notifications of one call that are worked on at the same time.
const SIDE_BY_SIDE: usize = 32;

/// All outcomes travel in one answer, which clients take up to 4 MiB of.
const MOST_PER_CALL: usize = 1_000;

/// Submits each request as it comes; the outcomes are in the order of the requests.
pub(super) async fn submit_many(
    parts: &Arc<Parts>,
    caller: Caller,
    requests: Streaming<SubmitNotificationRequest>,
) -> Result<Vec<SubmissionOutcome>, Status> {
    let caller = Arc::new(caller);
    requests
        .enumerate()
        .map(|(index, request)| request.map(|request| (index, request)))
        .map_ok(|(index, request)| one(Arc::clone(parts), Arc::clone(&caller), index, request))
        .try_buffered(SIDE_BY_SIDE)
        .try_collect()
        .await
}

/// A task of its own, so that sealing uses every core.
async fn one(
    parts: Arc<Parts>,
    caller: Arc<Caller>,
    index: usize,
    request: SubmitNotificationRequest,
) -> Result<SubmissionOutcome, Status> {
    if index >= MOST_PER_CALL {
        return ready(Ok(outcome(Err(too_many())))).await;
    }
    let task = tokio::spawn(async move { parts.submit(&caller, request).await });
    let result = task.await.unwrap_or_else(|error| Err(failed(&error)));
    Ok(outcome(result))
}

fn outcome(
    result: Result<proto::police::v1::SubmitNotificationResponse, Problem>,
) -> SubmissionOutcome {
    SubmissionOutcome {
        outcome: Some(match result {
            Ok(accepted) => Outcome::Accepted(accepted),
            Err(problem) => Outcome::Refused(problem.into()),
        }),
    }
}

fn too_many() -> Problem {
    Problem::new(
        Code::TooLarge,
        format!("One call takes {MOST_PER_CALL} notifications. Send the others on another call."),
    )
}
