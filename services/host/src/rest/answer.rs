//! One REST request from its bytes to its answer.

use super::{Door, Shape, Verb, body, call, events, params, upload};
use crate::{
    json,
    problem::{Code, Problem},
};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use prost::Message as _;
use prost_reflect::DynamicMessage;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tonic::client::Grpc;

/// One route: its method and the services behind it.
#[derive(Clone)]
pub(crate) struct Way {
    pub(super) door: Arc<Door>,
    pub(super) grpc: Grpc<Router>,
    pub(super) shutdown: CancellationToken,
}

/// Answers one request, or says why not.
pub(crate) async fn answer(way: Way, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let answered = match way.door.shape {
        Shape::Single => single(way, parts, body).await,
        Shape::Watch => watch(way, parts, body).await,
        Shape::Upload => upload(way, parts, body).await,
    };
    answered.unwrap_or_else(IntoResponse::into_response)
}

async fn single(mut way: Way, mut parts: Parts, body: Body) -> Result<Response, Problem> {
    let wire = wire(&way.door, &mut parts, body).await?;
    let request = call::request(&parts.headers, Ok(wire));
    ready(&mut way).await?;
    let (path, codec) = (way.door.grpc_path.clone(), codec(&way.door));
    let answer = way.grpc.unary(request, path, codec).await;
    written(answer)
}

async fn watch(mut way: Way, mut parts: Parts, body: Body) -> Result<Response, Problem> {
    let mut message = message(&way.door, &mut parts, body).await?;
    events::resume(&mut message, &parts.headers);
    let request = call::request(&parts.headers, Ok(message.encode_to_vec()));
    ready(&mut way).await?;
    let (path, codec) = (way.door.grpc_path.clone(), codec(&way.door));
    let answer = way.grpc.server_streaming(request, path, codec).await;
    let stream = answer.map_err(|status| Problem::from_status(&status))?;
    Ok(events::answer(stream.into_inner(), way.shutdown))
}

async fn upload(mut way: Way, parts: Parts, body: Body) -> Result<Response, Problem> {
    let chunks = upload::chunks(&way.door.method.input(), &parts.uri, body)?;
    let request = call::request(&parts.headers, chunks.boxed());
    ready(&mut way).await?;
    let (path, codec) = (way.door.grpc_path.clone(), codec(&way.door));
    let answer = way.grpc.client_streaming(request, path, codec).await;
    written(answer)
}

/// The wire form of the request message, for which no message is made where the body says all of it.
async fn wire(door: &Door, parts: &mut Parts, body: Body) -> Result<Vec<u8>, Problem> {
    if door.verb == Verb::Post && door.path_fields().next().is_none() {
        params::refuse_query(&parts.uri)?;
        return match body::read(&parts.headers, body).await?.as_ref() {
            b"" => Ok(Vec::new()),
            json => json::wire(&door.method.input(), json),
        };
    }
    let message = message(door, parts, body).await?;
    Ok(message.encode_to_vec())
}

/// The request message from body or query, and path.
async fn message(door: &Door, parts: &mut Parts, body: Body) -> Result<DynamicMessage, Problem> {
    let descriptor = door.method.input();
    let mut message = match door.verb {
        Verb::Get => {
            let mut message = DynamicMessage::new(descriptor);
            params::set_from_query(&mut message, &parts.uri)?;
            message
        }
        Verb::Post => {
            params::refuse_query(&parts.uri)?;
            let body = body::read(&parts.headers, body).await?;
            match body.as_ref() {
                b"" => DynamicMessage::new(descriptor),
                json => json::read(&descriptor, json)?,
            }
        }
    };
    params::set_from_path(&mut message, parts).await?;
    Ok(message)
}

async fn ready(way: &mut Way) -> Result<(), Problem> {
    let ready = way.grpc.ready().await;
    ready.map_err(|_| Problem::of(Code::Unavailable))
}

fn codec(door: &Door) -> call::ContractCodec {
    call::ContractCodec {
        answer: door.method.output(),
    }
}

fn written(
    answer: Result<tonic::Response<DynamicMessage>, tonic::Status>,
) -> Result<Response, Problem> {
    let answer = answer.map_err(|status| Problem::from_status(&status))?;
    let json = json::write_dynamic(answer.get_ref())?;
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok((headers, json).into_response())
}
