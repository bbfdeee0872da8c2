//! Refusals over gRPC: a status whose details hold the problem, as `google.rpc.Status` has it.

use super::{Code, FieldProblem, Problem};
use prost::Message;
use prost_types::Any;
use tonic::Status;

const TYPE_URL: &str = "type.googleapis.com/firstbell.door.v1.Problem";

/// Details travel in a header and clients take 8 KiB or 16 KiB of headers in all, in base64.
const MOST_DETAIL_BYTES: usize = 4 * 1024;

/// `google.rpc.Status`: the form every gRPC library expects details in.
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
    #[prost(message, repeated, tag = "3")]
    details: Vec<Any>,
}

impl From<Problem> for Status {
    fn from(mut problem: Problem) -> Self {
        let code = problem.code.grpc();
        let message = problem.message.to_string();
        shorten(&mut problem.fields);
        let value = proto::door::v1::Problem::from(problem).encode_to_vec();
        let details = RpcStatus {
            code: code.into(),
            message: message.clone(),
            details: vec![Any {
                type_url: TYPE_URL.to_owned(),
                value,
            }],
        };
        Status::with_details(code, message, details.encode_to_vec().into())
    }
}

impl Problem {
    /// The problem that a status carries. A status without one, e.g. from the transport, becomes the
    /// nearest problem without its text, which may quote what was sent.
    pub fn from_status(status: &Status) -> Self {
        let carried = RpcStatus::decode(status.details())
            .ok()
            .and_then(|rpc| rpc.details.into_iter().find(|any| any.type_url == TYPE_URL))
            .and_then(|any| proto::door::v1::Problem::decode(any.value.as_slice()).ok());
        match carried {
            Some(wire) => wire.into(),
            None => Self::of(Code::of_grpc(status.code())),
        }
    }
}

/// Keeps the first fields that fit and says that there are more.
fn shorten(fields: &mut Vec<FieldProblem>) {
    let mut bytes = 0;
    let fitting = fields
        .iter()
        .take_while(|field| {
            bytes += field.encoded_len() + 4;
            bytes <= MOST_DETAIL_BYTES
        })
        .count();
    if fitting < fields.len() {
        let left = fields.len() - fitting;
        fields.truncate(fitting);
        fields.push(FieldProblem {
            path: String::new(),
            reason: format!("{left} more fields are wrong"),
            remedy: "mend those named and send again to see the others".to_owned(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_survives_the_status() {
        let problem = Problem::invalid_field("force", "is not two digits", "write it as 43");
        let status = Status::from(problem.clone());
        assert_eq!(status.code(), tonic::Code::InvalidArgument);
        assert_eq!(Problem::from_status(&status), problem);
    }

    #[test]
    fn the_text_of_a_foreign_status_is_not_repeated() {
        let status = Status::invalid_argument("Testy McTestface");
        let problem = Problem::from_status(&status);
        assert_eq!(problem, Problem::of(Code::Malformed));
    }

    #[test]
    fn details_that_are_no_details_are_no_panic() {
        let status =
            Status::with_details(tonic::Code::NotFound, "", b"\xff\xff\xff".as_slice().into());
        assert_eq!(Problem::from_status(&status), Problem::not_found());
    }

    #[test]
    fn hundreds_of_wrong_fields_still_fit_into_a_header() {
        let mut problem = Problem::of(Code::InvalidField);
        for child in 0..500 {
            problem = problem.with_field(
                format!("children[{child}].identity.date_of_birth"),
                "is not a date",
                "write it as YYYY-MM-DD",
            );
        }
        let status = Status::from(problem);
        assert!(status.details().len() < MOST_DETAIL_BYTES + 1024);
        let received = Problem::from_status(&status);
        let last = received.fields().last().unwrap();
        let named = received.fields().len() - 1;
        assert_eq!(
            last.reason,
            format!("{} more fields are wrong", 500 - named)
        );
        assert!(named > 20);
    }
}
