//! Answers appends, reads and subscriptions.

mod follow;

use crate::{
    batch,
    expected::Expected,
    faults::{Fault, Faults},
    filter::Filter,
    log::{Kept, Log, Wrong},
    recorded::{Ids, content, proposed, stream_name},
    wire::streams::{
        AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, ReadReq, ReadResp, append_req,
        append_resp,
        read_req::{
            self,
            options::{
                CountOption, FilterOption, ReadDirection, StreamOption, all_options::AllOption,
                stream_options::RevisionOption, uuid_option,
            },
        },
        read_resp,
        streams_server::{Streams, StreamsServer},
    },
};
use std::{pin::Pin, sync::Arc};
use tokio_stream::{Stream, StreamExt, iter};
use tonic::{Request, Response, Status, Streaming, async_trait};

/// Frames on their way to a caller.
pub(crate) type Frames<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Room for one append of the largest size that a journal takes.
const MOST_BYTES: usize = 16 * 1024 * 1024;

struct Service {
    log: Arc<Log>,
    faults: Arc<Faults>,
}

/// What a reader asked for.
struct Wish {
    forwards: bool,
    ids: Ids,
    filter: Filter,
    /// None for a subscription.
    count: Option<usize>,
}

pub(crate) fn service(log: &Arc<Log>, faults: &Arc<Faults>) -> StreamsServer<impl Streams> {
    let service = Service {
        log: Arc::clone(log),
        faults: Arc::clone(faults),
    };
    StreamsServer::new(service).max_decoding_message_size(MOST_BYTES)
}

#[async_trait]
impl Streams for Service {
    type ReadStream = Frames<ReadResp>;
    type BatchAppendStream = Frames<BatchAppendResp>;

    async fn append(
        &self,
        request: Request<Streaming<AppendReq>>,
    ) -> Result<Response<AppendResp>, Status> {
        let fault = self.faults.next();
        let (stream, expected, events) = whole(request.into_inner()).await?;
        match fault {
            Some(Fault::NotLeader) => return Err(not_leader()),
            Some(Fault::Unavailable) => return Err(Status::unavailable("the server is too busy")),
            _ => {}
        }
        let appended = self.log.append(&stream, expected, events);
        if fault == Some(Fault::AnswerLost) {
            return Err(Status::unavailable("the connection broke"));
        }
        let result = match appended {
            Ok(appended) => success(appended.revision, appended.position),
            Err(Wrong(actual)) => refused(expected, actual),
        };
        Ok(Response::new(AppendResp {
            result: Some(result),
        }))
    }

    async fn batch_append(
        &self,
        request: Request<Streaming<BatchAppendReq>>,
    ) -> Result<Response<Self::BatchAppendStream>, Status> {
        let log = Arc::clone(&self.log);
        Ok(Response::new(batch::answer(log, request.into_inner())))
    }

    async fn read(&self, request: Request<ReadReq>) -> Result<Response<Self::ReadStream>, Status> {
        let options = request.into_inner().options.unwrap_or_default();
        let wish = Wish::read(&options)?;
        let frames = match options.stream_option {
            Some(StreamOption::Stream(stream)) => {
                let name = stream_name(stream.stream_identifier)?;
                let from = stream.revision_option;
                let from = from.unwrap_or(RevisionOption::Start(()));
                self.of_stream(name, from, wish)
            }
            Some(StreamOption::All(all)) => {
                let from = all.all_option.unwrap_or(AllOption::Start(()));
                self.of_all(from, wish)
            }
            None => return Err(Status::invalid_argument("the request names no stream")),
        };
        Ok(Response::new(frames))
    }
}

// === impl Service ===

impl Service {
    fn of_stream(&self, name: String, from: RevisionOption, wish: Wish) -> Frames<ReadResp> {
        let Some(count) = wish.count else {
            return follow::stream(Arc::clone(&self.log), name, from, wish.ids);
        };
        let Some(events) = self.log.stream(&name) else {
            return frames(vec![not_found(name)]);
        };
        let is_in = |kept: &&Kept| match from {
            RevisionOption::Start(()) => wish.forwards || kept.revision == 0,
            RevisionOption::End(()) => !wish.forwards,
            RevisionOption::Revision(from) if wish.forwards => kept.revision >= from,
            RevisionOption::Revision(from) => kept.revision <= from,
        };
        let mut wanted: Vec<_> = events.iter().filter(is_in).collect();
        if !wish.forwards {
            wanted.reverse();
        }
        wanted.truncate(count);
        frames(
            wanted
                .into_iter()
                .map(|kept| content(kept, wish.ids))
                .collect(),
        )
    }

    fn of_all(&self, from: AllOption, wish: Wish) -> Frames<ReadResp> {
        let Some(count) = wish.count else {
            return follow::all(Arc::clone(&self.log), from, wish.filter, wish.ids);
        };
        let end = *self.log.length().borrow();
        let from = match from {
            AllOption::Start(()) => 0,
            AllOption::End(()) => end,
            // Forwards the event at the position is the first, backwards the one before it.
            AllOption::Position(position) => self.log.place_of(position.commit_position),
        };
        let mut wanted = Vec::new();
        self.log.scan(from, wish.forwards, |kept| {
            if wanted.len() < count && wish.filter.wants(kept) {
                wanted.push(content(kept, wish.ids));
            }
            wanted.len() < count
        });
        frames(wanted)
    }
}

// === impl Wish ===

impl Wish {
    fn read(options: &read_req::Options) -> Result<Self, Status> {
        let ids = options.uuid_option.and_then(|option| option.content);
        let ids = match ids {
            Some(uuid_option::Content::String(())) => Ids::Text,
            _ => Ids::Halves,
        };
        let filter = match options.filter_option.clone() {
            Some(FilterOption::Filter(filter)) => Filter::read(filter)?,
            _ => Filter::default(),
        };
        let count = match options.count_option {
            Some(CountOption::Subscription(_)) => None,
            Some(CountOption::Count(count)) => Some(usize::try_from(count).unwrap_or(usize::MAX)),
            None => return Err(Status::invalid_argument("the request says no count")),
        };
        Ok(Self {
            forwards: options.read_direction() == ReadDirection::Forwards,
            ids,
            filter,
            count,
        })
    }
}

/// Everything that one append sends.
async fn whole(
    mut request: Streaming<AppendReq>,
) -> Result<(String, Expected, Vec<crate::log::Proposed>), Status> {
    let (mut to, mut events) = (None, Vec::new());
    while let Some(part) = request.next().await {
        match part?.content {
            Some(append_req::Content::Options(options)) => to = Some(options),
            Some(append_req::Content::ProposedMessage(event)) => events.push(proposed(event)?),
            None => {}
        }
    }
    let to = to.ok_or_else(|| Status::invalid_argument("the append says no stream"))?;
    let expected = to
        .expected_stream_revision
        .map_or(Expected::Any, Expected::from);
    Ok((stream_name(to.stream_identifier)?, expected, events))
}

fn success(revision: u64, position: u64) -> append_resp::Result {
    use append_resp::success::{CurrentRevisionOption, PositionOption};
    append_resp::Result::Success(append_resp::Success {
        current_revision_option: Some(CurrentRevisionOption::CurrentRevision(revision)),
        position_option: Some(PositionOption::Position(append_resp::Position {
            commit_position: position,
            prepare_position: position,
        })),
    })
}

fn refused(expected: Expected, actual: Option<u64>) -> append_resp::Result {
    use append_resp::wrong_expected_version::CurrentRevisionOption as Current;
    append_resp::Result::WrongExpectedVersion(append_resp::WrongExpectedVersion {
        current_revision_option: Some(
            actual.map_or(Current::CurrentNoStream(()), Current::CurrentRevision),
        ),
        expected_revision_option: Some(expected.refused()),
    })
}

fn not_leader() -> Status {
    let mut status = Status::not_found("the leader is another");
    let metadata = status.metadata_mut();
    metadata.insert(
        "exception",
        tonic::metadata::MetadataValue::from_static("not-leader"),
    );
    status
}

fn not_found(name: String) -> read_resp::Content {
    read_resp::Content::StreamNotFound(read_resp::StreamNotFound {
        stream_identifier: Some(crate::wire::StreamIdentifier {
            stream_name: name.into_bytes(),
        }),
    })
}

fn frames(contents: Vec<read_resp::Content>) -> Frames<ReadResp> {
    Box::pin(iter(contents).map(|content| {
        Ok(ReadResp {
            content: Some(content),
        })
    }))
}
