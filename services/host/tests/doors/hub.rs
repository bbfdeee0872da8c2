//! A server on a port of its own, with two small services of the contract behind it.

use async_trait::async_trait;
use futures::{StreamExt, stream, stream::BoxStream};
use host::{
    principal::{ASSERTION, Authenticate, SignedAssertionBytes},
    problem::{Code, Problem},
    readiness::{Check, Readiness},
    server::{Server, Services},
};
use prost::Message;
use proto::{
    access::v1::SignedAssertion,
    police::v1::{police_service_server::PoliceServiceServer, *},
    schools::v1::{
        directory_service_server::{DirectoryService, DirectoryServiceServer},
        *,
    },
};
use std::sync::{Arc, Mutex};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming};

pub(crate) const TOKEN: &str = "test-token";
pub(crate) const PRINCIPAL: &str = "principal-1";

pub(crate) struct Hub {
    pub(crate) url: String,
    pub(crate) check: Check,
    pub(crate) shutdown: CancellationToken,
    pub(crate) served: JoinHandle<()>,
    /// Metadata keys of the last call that a handler saw.
    pub(crate) seen: Seen,
}

pub(crate) type Seen = Arc<Mutex<Vec<String>>>;

/// The two services themselves.
pub(crate) fn services(seen: &Seen) -> Services {
    Services::new()
        .with(PoliceServiceServer::new(Police(Arc::clone(seen))))
        .with(DirectoryServiceServer::new(Directory))
}

impl Hub {
    pub(crate) async fn start() -> Self {
        let seen = Seen::default();
        Self::of(services(&seen), seen).await
    }

    /// A door before these services, wherever they are.
    pub(crate) async fn of(services: Services, seen: Seen) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (readiness, shutdown) = (Readiness::new(), CancellationToken::new());
        let check = readiness.check("police");
        let doors = Server::new(services, Arc::new(OneToken), readiness, shutdown.clone());
        let served = tokio::spawn(doors.serve(listener));
        Self {
            url,
            check,
            shutdown,
            served,
            seen,
        }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = reqwest::Client::new()
            .post(self.at(path))
            .bearer_auth(TOKEN)
            .header("content-type", "application/json")
            .body(body);
        Answer::of(request).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = reqwest::Client::new().get(self.at(path)).bearer_auth(TOKEN);
        Answer::of(request).await
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let kind = response.headers().get("content-type");
        Self {
            status: response.status().as_u16(),
            kind: kind.map_or("", |kind| kind.to_str().unwrap()).to_owned(),
            text: response.text().await.unwrap(),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

struct OneToken;

#[async_trait]
impl Authenticate for OneToken {
    async fn authenticate(&self, bearer: &str) -> Result<SignedAssertionBytes, Problem> {
        if bearer != TOKEN {
            return Err(Problem::of(Code::Unauthenticated));
        }
        let assertion = SignedAssertion {
            assertion: PRINCIPAL.into(),
            ..SignedAssertion::default()
        };
        Ok(SignedAssertionBytes(assertion.encode_to_vec().into()))
    }
}

/// Takes whatever has a force, and answers with what it was given.
struct Police(Seen);

impl Police {
    fn note<T>(&self, request: &Request<T>) {
        let keys = request.metadata().keys().map(|key| match key {
            tonic::metadata::KeyRef::Ascii(key) => key.to_string(),
            tonic::metadata::KeyRef::Binary(key) => key.to_string(),
        });
        *self.0.lock().unwrap() = keys.collect();
    }
}

fn principal<T>(request: &Request<T>) -> String {
    let value = request.metadata().get_bin(ASSERTION).unwrap();
    let bytes = value.to_bytes().unwrap();
    let signed = SignedAssertion::decode(bytes).unwrap();
    String::from_utf8(signed.assertion).unwrap()
}

#[tonic::async_trait]
impl police_service_server::PoliceService for Police {
    async fn submit_notification(
        &self,
        request: Request<SubmitNotificationRequest>,
    ) -> Result<Response<SubmitNotificationResponse>, Status> {
        self.note(&request);
        let position = principal(&request);
        let notification = request.into_inner().notification.unwrap_or_default();
        if notification.force.is_empty() {
            return Err(Problem::invalid_field(
                "notification.force",
                "is missing",
                "write the force's two digits",
            )
            .into());
        }
        let children = notification.children.iter().map(|child| AcceptedChild {
            line: child.line,
            line_id: child.residence_force.clone(),
            held: Vec::new(),
        });
        Ok(Response::new(SubmitNotificationResponse {
            notification_id: notification.reference.clone(),
            already_known: notification.urgent,
            children: children.collect(),
            position,
        }))
    }

    async fn get_notification(
        &self,
        request: Request<GetNotificationRequest>,
    ) -> Result<Response<NotificationStatus>, Status> {
        self.note(&request);
        let request = request.into_inner();
        match request.notification_id.as_str() {
            "missing" => Err(Problem::not_found().into()),
            "broken" => Err(Status::internal("Testy McTestface is in the message")),
            _ => Ok(Response::new(NotificationStatus {
                notification_id: request.notification_id,
                accepted_at: Some(prost_types::Timestamp {
                    seconds: 1_795_000_000,
                    nanos: 0,
                }),
                ..NotificationStatus::default()
            })),
        }
    }

    type WatchNotificationsStream = BoxStream<'static, Result<NotificationChange, Status>>;

    /// Three changes after the given one; then, after "9", a failure, else silence.
    async fn watch_notifications(
        &self,
        request: Request<WatchNotificationsRequest>,
    ) -> Result<Response<Self::WatchNotificationsStream>, Status> {
        let after = request.into_inner().after;
        let after: u32 = after.parse().unwrap_or(0);
        let changes = stream::iter(1..=3).map(move |n| {
            Ok(NotificationChange {
                at: (after + n).to_string(),
                notification: None,
            })
        });
        Ok(Response::new(if after == 9 {
            let failure = Err(Problem::of(Code::Unavailable).into());
            changes.chain(stream::iter([failure])).boxed()
        } else {
            changes.chain(stream::pending()).boxed()
        }))
    }

    async fn submit_notifications(
        &self,
        _: Request<Streaming<SubmitNotificationRequest>>,
    ) -> Result<Response<SubmitNotificationsResponse>, Status> {
        Err(Problem::of(Code::Unavailable).into())
    }

    async fn correct_notification(
        &self,
        request: Request<CorrectNotificationRequest>,
    ) -> Result<Response<CorrectNotificationResponse>, Status> {
        Ok(Response::new(CorrectNotificationResponse {
            position: request.into_inner().notification_id,
            ..CorrectNotificationResponse::default()
        }))
    }

    async fn withdraw_notification(
        &self,
        _: Request<WithdrawNotificationRequest>,
    ) -> Result<Response<WithdrawNotificationResponse>, Status> {
        Err(Problem::of(Code::NoSpace).into())
    }

    async fn release_text(
        &self,
        _: Request<ReleaseTextRequest>,
    ) -> Result<Response<ReleaseTextResponse>, Status> {
        Err(Problem::of(Code::Conflict).into())
    }

    async fn list_notifications(
        &self,
        request: Request<ListNotificationsRequest>,
    ) -> Result<Response<ListNotificationsResponse>, Status> {
        Ok(Response::new(ListNotificationsResponse {
            next_page: request.into_inner().page_size.to_string(),
            ..ListNotificationsResponse::default()
        }))
    }
}

/// Counts what it is sent.
struct Directory;

#[tonic::async_trait]
impl DirectoryService for Directory {
    async fn import_schools(
        &self,
        request: Request<Streaming<ImportChunk>>,
    ) -> Result<Response<ImportReport>, Status> {
        self.import_roll(request).await
    }

    async fn import_links(
        &self,
        request: Request<Streaming<ImportChunk>>,
    ) -> Result<Response<ImportReport>, Status> {
        self.import_roll(request).await
    }

    async fn import_calendar(
        &self,
        request: Request<Streaming<ImportChunk>>,
    ) -> Result<Response<ImportReport>, Status> {
        self.import_roll(request).await
    }

    /// `rows_read`: bytes; `rows_taken`: the largest chunk; `version`: the header.
    async fn import_roll(
        &self,
        request: Request<Streaming<ImportChunk>>,
    ) -> Result<Response<ImportReport>, Status> {
        let mut chunks = request.into_inner();
        let mut report = ImportReport::default();
        while let Some(chunk) = chunks.message().await? {
            if let Some(header) = chunk.header {
                let mode = header.mode().as_str_name();
                report.version = format!("{} {mode} {}", header.as_at, header.schools.join("+"));
            }
            let bytes = chunk.data.len() as u64;
            report.rows_read += bytes;
            report.rows_taken = report.rows_taken.max(bytes);
        }
        Ok(Response::new(report))
    }

    async fn coverage(
        &self,
        _: Request<CoverageRequest>,
    ) -> Result<Response<CoverageResponse>, Status> {
        Ok(Response::new(CoverageResponse {
            schools: u64::MAX,
            ..CoverageResponse::default()
        }))
    }
}
