//! Notifications accepted a second over each door, beside a bare server that takes the same message.

use super::{
    BoxError, Figure, bare, forms,
    load::{Load, Store, drive},
    night::Night,
    town::FAMILIES,
};
use crate::client::Hub as Door;
use host::{json, problem::Problem};
use jiff::Timestamp;
use journal::Position;
use proto::police::v1::police_service_client::PoliceServiceClient;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tonic::transport::Channel;

/// Notifications under way at the same time: three of each of the 43 forces.
const SENDERS: usize = 129;
/// Connections that they share over gRPC; over REST each has its own.
const CONNECTIONS: usize = 4;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(3);
const PAGE: usize = 1000;
const REQUEST: &str = "firstbell.police.v1.SubmitNotificationRequest";

const BARE: &str = "the same message to a bare server on the same port, nothing done with it";
const ACCEPTED: &str = "children accepted a second over gRPC";

struct Grpc {
    desks: Vec<PoliceServiceClient<Door>>,
    known_at: Timestamp,
}

struct BareGrpc {
    channels: Vec<Channel>,
    known_at: Timestamp,
}

/// A REST door, the hub's or the bare one.
struct Rest {
    client: reqwest::Client,
    url: String,
    token: String,
    bodies: Arc<Bodies>,
}

/// One request for each family, as text, made before anything is measured.
struct Bodies(Vec<String>);

/// The four doors in turns, then the wait until every child has arrived at a school.
pub(super) async fn run(folder: &Path) -> Result<Vec<Figure>, BoxError> {
    let night = Night::begin(folder).await?;
    let bare = bare::serve(night.threads()?).await?;
    let known_at = night.clock.now();
    let bodies = Arc::new(Bodies::about(known_at)?);
    let channels = (0..CONNECTIONS).map(|_| bare::connect(bare));
    let bare_grpc = Arc::new(BareGrpc {
        channels: channels.collect::<Result<_, _>>()?,
        known_at,
    });
    let grpc = Arc::new(Grpc::of(&night, known_at)?);
    let rest = Arc::new(Rest::at(&night.url, &night.force, &bodies)?);
    let bare_rest = Arc::new(Rest::at(&format!("http://{bare}"), "none", &bodies)?);
    let next = Arc::new(AtomicU64::new(0));
    let numbers = move || next.fetch_add(1, Ordering::Relaxed);
    let n = || numbers.clone();
    let [mut by_grpc, mut by_rest, mut echo_grpc, mut echo_rest] =
        [(); 4].map(|()| Load::default());
    for _ in 0..ROUNDS {
        drive(&bare_grpc, SENDERS, ROUND, n(), &mut echo_grpc).await?;
        drive(&grpc, SENDERS, ROUND, n(), &mut by_grpc).await?;
        drive(&bare_rest, SENDERS, ROUND, n(), &mut echo_rest).await?;
        drive(&rest, SENDERS, ROUND, n(), &mut by_rest).await?;
    }
    let accepted = by_grpc.times().count() + by_rest.times().count();
    let routed = catch_up(&night, 2 * accepted as u64).await?;
    let mut figures = told("accept.grpc", &by_grpc, &echo_grpc);
    figures.extend(told("accept.rest", &by_rest, &echo_rest));
    let rate = 2.0 * by_grpc.rate();
    figures.push(Figure::new(
        "accept.routed",
        routed,
        "children/s",
        rate,
        ACCEPTED,
    ));
    night.end().await?;
    Ok(figures)
}

fn told(name: &str, hub: &Load, bare: &Load) -> Vec<Figure> {
    let unit = "notifications/s";
    let mut figures = vec![Figure::new(name, hub.rate(), unit, bare.rate(), BARE)];
    figures.extend(Figure::times(name, hub.times(), bare.times(), BARE));
    figures
}

/// Children routed a second while the schools service works off what was accepted meanwhile.
async fn catch_up(night: &Night, children: u64) -> Result<f64, BoxError> {
    let mut counted = Counted::default();
    counted.go_on(night).await?;
    let (begun, left) = (Instant::now(), children.saturating_sub(counted.children));
    while counted.children < children {
        tokio::time::sleep(Duration::from_millis(20)).await;
        counted.go_on(night).await?;
    }
    let left = u32::try_from(left).unwrap_or(u32::MAX);
    Ok(f64::from(left) / begun.elapsed().as_secs_f64())
}

/// Child lines that the schools service has taken in.
#[derive(Default)]
struct Counted {
    children: u64,
    after: Position,
}

// === impl Counted ===

impl Counted {
    async fn go_on(&mut self, night: &Night) -> Result<(), BoxError> {
        loop {
            let page = night.stores()?.schools.read_all(self.after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            self.after = last.position;
            let begins_line = |stream: &str, revision| revision == 0 && stream.starts_with("line-");
            let lines = page
                .iter()
                .filter(|event| begins_line(&event.frame.stream, event.frame.revision));
            self.children += lines.count() as u64;
        }
    }
}

// === impl Grpc ===

impl Grpc {
    fn of(night: &Night, known_at: Timestamp) -> Result<Self, BoxError> {
        let desks = (0..CONNECTIONS).map(|_| night.connect(&night.force));
        let desks = desks.map(|door| door.map(PoliceServiceClient::new));
        Ok(Self {
            desks: desks.collect::<Result<_, _>>()?,
            known_at,
        })
    }
}

impl Store for Grpc {
    async fn put(&self, number: u64) -> Result<(), BoxError> {
        let number = place(number);
        let mut desk = self.desks[number % CONNECTIONS].clone();
        let submission = forms::submission(number, self.known_at);
        let answer = desk.submit_notification(submission).await;
        answer.map_err(|status| Problem::from_status(&status).message().to_owned())?;
        Ok(())
    }
}

impl Store for BareGrpc {
    async fn put(&self, number: u64) -> Result<(), BoxError> {
        let number = place(number);
        let channel = &self.channels[number % CONNECTIONS];
        bare::echo(channel, forms::submission(number, self.known_at)).await
    }
}

// === impl Rest ===

impl Rest {
    fn at(hub: &str, token: &str, bodies: &Arc<Bodies>) -> Result<Self, BoxError> {
        Ok(Self {
            client: reqwest::Client::builder().no_proxy().build()?,
            url: format!("{hub}{}", bare::REST_PATH),
            token: token.to_owned(),
            bodies: Arc::clone(bodies),
        })
    }
}

impl Store for Rest {
    async fn put(&self, number: u64) -> Result<(), BoxError> {
        let request = self.client.post(&self.url);
        let request = request.header("content-type", "application/json");
        let body = self.bodies.numbered(place(number));
        let answer = request.bearer_auth(&self.token).body(body).send().await?;
        answer.error_for_status()?.bytes().await?;
        Ok(())
    }
}

// === impl Bodies ===

impl Bodies {
    fn about(known_at: Timestamp) -> Result<Self, BoxError> {
        let body = |number| -> Result<String, BoxError> {
            let body = json::write(REQUEST, &forms::submission(number, known_at));
            let body = body.map_err(|problem| problem.message().to_owned())?;
            Ok(String::from_utf8(body)?)
        };
        (0..FAMILIES).map(body).collect::<Result<_, _>>().map(Self)
    }

    /// A body with a reference that no other has.
    fn numbered(&self, number: usize) -> String {
        let family = number % FAMILIES;
        let reference = forms::reference(number);
        self.0[family].replacen(&forms::reference(family), &reference, 1)
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
