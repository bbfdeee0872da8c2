//! Public events that a service could not apply: what they are, and another try.

use super::Ear;
use bus::{
    Retried,
    inbox::{InboxError, SetAside},
};
use host::{
    problem::{Code, Problem},
    report::report,
};
use jiff::Timestamp;
use proto::operator::v1::{self as operator, RetrySetAsideRequest, RetrySetAsideResponse};

/// All of them, oldest first.
pub(super) fn list(ears: &[Ear]) -> Result<Vec<operator::SetAside>, InboxError> {
    let mut all = Vec::new();
    for ear in ears {
        let of_ear = ear.consumer.inbox.list_set_aside()?.into_iter();
        let of_ear = of_ear.filter(|event| event.producer == ear.truth.producer());
        all.extend(of_ear.map(|event| shown(ear.service, event)));
    }
    all.sort_by_key(|event| event.at.map(|at| (at.seconds, at.nanos)));
    Ok(all)
}

/// Applies one, if it can be applied now.
pub(super) async fn retry(
    ears: &[Ear],
    request: &RetrySetAsideRequest,
) -> Result<RetrySetAsideResponse, Problem> {
    let ear = ears
        .iter()
        .find(|ear| ear.service == request.service && ear.truth.producer() == request.producer)
        .ok_or_else(Problem::not_found)?;
    match ear.consumer.retry(request.sequence).await {
        Ok(Retried::Applied) => Ok(RetrySetAsideResponse {
            applied: true,
            reason: String::new(),
        }),
        Ok(Retried::SetAsideAgain(reason)) => Ok(RetrySetAsideResponse {
            applied: false,
            reason: reason.to_owned(),
        }),
        Ok(Retried::NotSetAside) => Err(Problem::not_found()),
        Err(error) => {
            tracing::warn!(error = %report(&error), "a set-aside event cannot be tried now");
            Err(Problem::of(Code::Unavailable))
        }
    }
}

fn shown(service: &str, event: SetAside) -> operator::SetAside {
    let at = Timestamp::from_millisecond(event.at_ms).unwrap_or_default();
    operator::SetAside {
        service: service.to_owned(),
        producer: event.producer,
        sequence: event.sequence,
        r#type: event.kind,
        reason: event.reason,
        at: Some(prost_types::Timestamp {
            seconds: at.as_second(),
            nanos: at.subsec_nanosecond(),
        }),
    }
}
