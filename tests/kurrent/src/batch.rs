//! Appends that come many on one call, each answered by itself.

use crate::{
    expected::Expected,
    log::{Appended, Log, Proposed, Wrong},
    recorded::{proposed, stream_name},
    streams::Frames,
    wire::{
        AllStreamPosition, StreamIdentifier, Uuid, WrongExpectedVersion,
        google::rpc,
        streams::{
            BatchAppendReq, BatchAppendResp,
            batch_append_resp::{
                Result as Answer, Success,
                success::{CurrentRevisionOption, PositionOption},
            },
        },
        wrong_expected_version::CurrentStreamRevisionOption,
    },
};
use prost::Message;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};
use tonic::{Code, Status, Streaming};

/// An append of which not everything has come.
struct Open {
    correlation_id: Option<Uuid>,
    stream: Option<StreamIdentifier>,
    expected: Expected,
    events: Vec<Proposed>,
}

/// Answers every append of a call, in order.
pub(crate) fn answer(
    log: Arc<Log>,
    mut requests: Streaming<BatchAppendReq>,
) -> Frames<BatchAppendResp> {
    let (answers, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        let mut open: Vec<Open> = Vec::new();
        while let Some(Ok(request)) = requests.next().await {
            let answer = take(&log, &mut open, request).transpose();
            if let Some(answer) = answer
                && answers.send(answer).await.is_err()
            {
                return;
            }
        }
    });
    Box::pin(ReceiverStream::new(receiver))
}

/// Takes a part; an answer where it was an append's last.
fn take(
    log: &Log,
    open: &mut Vec<Open>,
    request: BatchAppendReq,
) -> Result<Option<BatchAppendResp>, Status> {
    let same = |each: &Open| each.correlation_id == request.correlation_id;
    let at = open.iter().position(same).unwrap_or_else(|| {
        open.push(Open {
            correlation_id: request.correlation_id.clone(),
            stream: None,
            expected: Expected::Any,
            events: Vec::new(),
        });
        open.len() - 1
    });
    if let Some(options) = request.options {
        open[at].stream = options.stream_identifier;
        let expected = options.expected_stream_position;
        open[at].expected = expected.map_or(Expected::Any, Expected::from);
    }
    for event in request.proposed_messages {
        open[at].events.push(proposed(event)?);
    }
    if !request.is_final {
        return Ok(None);
    }
    let whole = open.swap_remove(at);
    let name = stream_name(whole.stream.clone())?;
    let answer = match log.append(&name, whole.expected, whole.events) {
        Ok(appended) => Answer::Success(success(appended)),
        Err(Wrong(actual)) => Answer::Error(refused(actual)),
    };
    Ok(Some(BatchAppendResp {
        correlation_id: whole.correlation_id,
        stream_identifier: whole.stream,
        result: Some(answer),
        expected_stream_position: Some(whole.expected.echoed()),
    }))
}

fn success(appended: Appended) -> Success {
    let position = AllStreamPosition {
        commit_position: appended.position,
        prepare_position: appended.position,
    };
    Success {
        current_revision_option: Some(CurrentRevisionOption::CurrentRevision(appended.revision)),
        position_option: Some(PositionOption::Position(position)),
    }
}

/// The reason travels as a message of its own in the status.
fn refused(actual: Option<u64>) -> rpc::Status {
    use CurrentStreamRevisionOption as Current;
    let current = actual.map_or(Current::CurrentNoStream(()), Current::CurrentStreamRevision);
    let details = WrongExpectedVersion {
        current_stream_revision_option: Some(current),
        expected_stream_position_option: None,
    };
    rpc::Status {
        code: Code::Unknown.into(),
        message: "WrongExpectedVersion".to_owned(),
        details: Some(prost_types::Any {
            type_url: "type.googleapis.com/event_store.client.WrongExpectedVersion".to_owned(),
            value: details.encode_to_vec(),
        }),
    }
}
