//! A police desk on a real port: takes notifications, knows them again, can be shut and opened.

use firstbell::{
    cli::Connection,
    client::{self, Hub},
    output::Output,
};
use futures::stream::BoxStream;
use host::problem::{Code, Problem};
use proto::{
    door::v1::FieldProblem,
    police::v1::{police_service_server::PoliceService, *},
};
use std::{
    collections::HashMap,
    io::{self, Write},
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Request, Response, Status, Streaming,
    transport::{Server, server::Router},
};

/// What a desk knows; outlives its server, as a journal does.
#[derive(Clone, Default)]
pub(crate) struct Desk {
    pub(crate) state: Arc<Mutex<State>>,
}

#[derive(Default)]
pub(crate) struct State {
    /// By force and reference.
    pub(crate) taken: HashMap<(String, String), Notification>,
    /// Submissions that arrived, again or not.
    pub(crate) arrived: usize,
    /// Which life of its journal this is.
    pub(crate) epoch: u64,
    /// Refuses to answer after this many submissions.
    pub(crate) breaks_after: Option<usize>,
    /// Answers every submission with this.
    pub(crate) always: Option<Code>,
    /// Positions from which somebody began to watch.
    pub(crate) watched_after: Vec<String>,
}

/// A desk that listens. Stops, with all its connections, when dropped.
pub(crate) struct Open {
    pub(crate) address: SocketAddr,
    server: JoinHandle<()>,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Open {
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Desk {
    pub(crate) async fn open(&self) -> Open {
        self.open_at("127.0.0.1:0".parse().unwrap()).await
    }

    pub(crate) async fn open_at(&self, address: SocketAddr) -> Open {
        let police = police_service_server::PoliceServiceServer::new(self.clone());
        serve(Server::builder().add_service(police), address).await
    }

    pub(crate) fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap());
    }

    pub(crate) fn taken(&self) -> usize {
        self.state.lock().unwrap().taken.len()
    }

    pub(crate) fn children(&self) -> usize {
        let state = self.state.lock().unwrap();
        state
            .taken
            .values()
            .map(|notification| notification.children.len())
            .sum()
    }

    pub(crate) fn arrived(&self) -> usize {
        self.state.lock().unwrap().arrived
    }

    fn submit(&self, notification: Notification) -> Result<SubmitNotificationResponse, Status> {
        let mut state = self.state.lock().unwrap();
        if let Some(code) = state.always {
            return Err(Problem::of(code).into());
        }
        if state
            .breaks_after
            .is_some_and(|limit| state.arrived >= limit)
        {
            return Err(Problem::of(Code::Unavailable).into());
        }
        state.arrived += 1;
        for (index, child) in notification.children.iter().enumerate() {
            if child
                .identity
                .as_ref()
                .is_some_and(|identity| identity.forename == "Refusa")
            {
                let path = format!("notification.children[{index}].identity.forename");
                return Err(Problem::invalid_field(path, "is refused", "write another").into());
            }
        }
        let key = (notification.force.clone(), notification.reference.clone());
        let known = state.taken.get(&key);
        if known.is_some_and(|known| *known != notification) {
            return Err(
                Problem::new(Code::Conflict, "Another content was accepted before.")
                    .with_field(
                        "reference",
                        "is known with another content",
                        "send a correction",
                    )
                    .into(),
            );
        }
        let position = format!("{}.{}", state.epoch, state.arrived);
        let answer = answer(&notification, known.is_some(), position);
        state.taken.insert(key, notification);
        Ok(answer)
    }
}

fn answer(
    notification: &Notification,
    already_known: bool,
    position: String,
) -> SubmitNotificationResponse {
    let children = (0..).zip(&notification.children).map(|(line, child)| {
        let held = child
            .content
            .as_ref()
            .is_some_and(|content| content.circumstances == "Held.");
        AcceptedChild {
            line,
            line_id: String::new(),
            held: Vec::from_iter(held.then(|| FieldProblem {
                path: format!("children[{line}].content.circumstances"),
                reason: "names somebody else".to_owned(),
                remedy: "edit it or release it".to_owned(),
            })),
        }
    });
    SubmitNotificationResponse {
        notification_id: format!("{:032}", notification.reference.len()),
        already_known,
        children: children.collect(),
        position,
    }
}

/// Serves on a real port.
pub(crate) async fn serve(router: Router, address: SocketAddr) -> Open {
    let listener = TcpListener::bind(address).await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let incoming = TcpListenerStream::new(listener);
        router.serve_with_incoming(incoming).await.unwrap();
    });
    Open { address, server }
}

/// The way to a hub, with a token.
pub(crate) fn hub(url: &str) -> Hub {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "fb_test\n").unwrap();
    let connection = Connection {
        hub: url.to_owned(),
        token_file: Some(file),
    };
    client::connect(&connection).unwrap()
}

/// What a command printed.
#[derive(Clone, Default)]
pub(crate) struct Printed(Arc<Mutex<Vec<u8>>>);

impl Printed {
    pub(crate) fn output(&self, json: bool) -> Output {
        Output::new(json, self.clone())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }

    pub(crate) fn objects(&self) -> Vec<serde_json::Value> {
        let text = self.text();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The objects of one kind.
    pub(crate) fn kind(&self, kind: &str) -> Vec<serde_json::Value> {
        let mut objects = self.objects();
        objects.retain(|object| object["kind"] == kind);
        objects
    }
}

impl Write for Printed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Answer<T> = Result<Response<T>, Status>;

const NOT_HERE: &str = "no command of this crate calls it";

#[tonic::async_trait]
impl PoliceService for Desk {
    async fn submit_notification(
        &self,
        request: Request<SubmitNotificationRequest>,
    ) -> Answer<SubmitNotificationResponse> {
        assert_eq!(
            request.metadata().get("authorization").unwrap(),
            "Bearer fb_test"
        );
        let notification = request.into_inner().notification.unwrap();
        self.submit(notification).map(Response::new)
    }

    async fn submit_notifications(
        &self,
        _: Request<Streaming<SubmitNotificationRequest>>,
    ) -> Answer<SubmitNotificationsResponse> {
        panic!("{NOT_HERE}")
    }

    async fn correct_notification(
        &self,
        _: Request<CorrectNotificationRequest>,
    ) -> Answer<CorrectNotificationResponse> {
        panic!("{NOT_HERE}")
    }

    async fn withdraw_notification(
        &self,
        _: Request<WithdrawNotificationRequest>,
    ) -> Answer<WithdrawNotificationResponse> {
        panic!("{NOT_HERE}")
    }

    async fn release_text(&self, _: Request<ReleaseTextRequest>) -> Answer<ReleaseTextResponse> {
        panic!("{NOT_HERE}")
    }

    async fn get_notification(
        &self,
        _: Request<GetNotificationRequest>,
    ) -> Answer<NotificationStatus> {
        panic!("{NOT_HERE}")
    }

    async fn list_notifications(
        &self,
        _: Request<ListNotificationsRequest>,
    ) -> Answer<ListNotificationsResponse> {
        panic!("{NOT_HERE}")
    }

    type WatchNotificationsStream = BoxStream<'static, Result<NotificationChange, Status>>;

    /// Two changes after the one named, then the connection is lost.
    async fn watch_notifications(
        &self,
        request: Request<WatchNotificationsRequest>,
    ) -> Answer<Self::WatchNotificationsStream> {
        let after = request.into_inner().after;
        self.set(|state| state.watched_after.push(after.clone()));
        let from: u64 = after.parse().unwrap_or_default();
        let changes = [from + 1, from + 2].map(|at| {
            Ok(NotificationChange {
                at: at.to_string(),
                notification: Some(status(at)),
            })
        });
        let lost = [Err(Problem::of(Code::Unavailable).into())];
        Ok(Response::new(Box::pin(futures::stream::iter(
            changes.into_iter().chain(lost),
        ))))
    }
}

fn status(at: u64) -> NotificationStatus {
    NotificationStatus {
        notification_id: format!("{at:032}"),
        reference: "CANARY-REFERENCE".to_owned(),
        children: vec![ChildStatus {
            line: 1,
            accountable: Accountable::Routed.into(),
            alerts: vec![AlertStatus {
                school: "CANARY-SCHOOL".to_owned(),
                confirmed_by: "CANARY-NAME".to_owned(),
                state: AlertState::Confirmed.into(),
                ..AlertStatus::default()
            }],
            ..ChildStatus::default()
        }],
        ..NotificationStatus::default()
    }
}
