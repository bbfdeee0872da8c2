//! A police service that is listening, with callers for each force.

use bus::{Handler, PublicEvent};
use clock::{SharedClock, TurnedClock};
use host::problem::Problem;
use jiff::Timestamp;
use journal::{
    EventId, SharedJournal,
    embedded::{EmbeddedJournal, Settings},
};
use keys::{KeyStore, MadeFor, MasterKey};
use police::{Config, Intake, Police, Rules, build};
use policy::{OrganisationKind, Role, Signer, Verifier, attach};
use prost::Message;
use proto::access::v1::{Assertion, SignedAssertion};
use proto::police::v1::police_service_client::PoliceServiceClient;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{
    Request, Status,
    service::{Interceptor, interceptor::InterceptedService},
    transport::{Channel, Server},
};

/// A Saturday night.
const NOW: &str = "2026-11-21T03:00:00Z";

const RESERVE: Settings = Settings {
    free_space_reserve_bytes: 1024 * 1024,
};

pub(crate) type Client = PoliceServiceClient<InterceptedService<Channel, Caller>>;

/// The service and everything under it.
pub(crate) struct World {
    pub(crate) journal: SharedJournal,
    pub(crate) keys: Arc<KeyStore>,
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) police: Arc<Police>,
    clock: SharedClock,
    signer: Signer,
    channel: Channel,
    heard: std::sync::atomic::AtomicU64,
    _stop: DropGuard,
    folder: TempDir,
}

/// Attaches who is calling.
#[derive(Clone)]
pub(crate) struct Caller(SignedAssertion);

impl Interceptor for Caller {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        attach(&self.0, request.metadata_mut());
        Ok(request)
    }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(RESERVE).await
    }

    /// A world whose disk is full as far as new submissions are concerned.
    pub(crate) async fn start_without_space() -> Self {
        Self::start_with(Settings {
            free_space_reserve_bytes: u64::MAX,
        })
        .await
    }

    async fn start_with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: SharedClock = Arc::new(TurnedClock::new(now()));
        let master = MasterKey::generate_file(&folder.path().join("master.key")).unwrap();
        let keys_folder = folder.path().join("keys");
        KeyStore::init(&keys_folder, &master, MadeFor::Tests).unwrap();
        let keys = KeyStore::open(&keys_folder, &master, Arc::clone(&clock)).unwrap();
        let keys = Arc::new(keys);
        let file = folder.path().join("police.journal");
        let journal = EmbeddedJournal::open(&file, settings, Arc::clone(&clock)).unwrap();
        let journal: SharedJournal = Arc::new(journal);
        let signer = Signer::generate().unwrap();
        let verifier = Verifier::new([signer.verifying_key()]).unwrap();
        let police = build(Config {
            view_file: folder.path().join("police.view"),
            journal: Arc::clone(&journal),
            keys: keys.clone(),
            clock: Arc::clone(&clock),
            verifier: Arc::new(verifier),
            rules: Rules::default(),
            intake: Intake::default(),
        })
        .unwrap();
        let police = Arc::new(police);
        let stop = CancellationToken::new();
        let channel = start(&police, &stop).await;
        Self {
            clock,
            handler: police.handler(),
            police,
            journal,
            keys,
            signer,
            channel,
            heard: 0.into(),
            _stop: stop.drop_guard(),
            folder,
        }
    }

    /// The same service once more, with its view in this file; it runs until the guard is dropped.
    pub(crate) async fn with_view(&self, view_file: PathBuf) -> (Client, DropGuard) {
        self.another(Arc::clone(&self.journal), view_file).await
    }

    /// The same service on an empty journal, as after restoring a backup from before everything: keys
    /// and the ledger of destroyed ones are as they are.
    pub(crate) async fn with_everything_lost(&self) -> (Client, DropGuard) {
        let file = self.file("restored.journal");
        let journal = EmbeddedJournal::open(&file, RESERVE, Arc::clone(&self.clock)).unwrap();
        let view_file = self.file("restored.view");
        self.another(Arc::new(journal), view_file).await
    }

    async fn another(&self, journal: SharedJournal, view_file: PathBuf) -> (Client, DropGuard) {
        let verifier = Verifier::new([self.signer.verifying_key()]).unwrap();
        let police = build(Config {
            view_file,
            journal,
            keys: self.keys.clone(),
            clock: Arc::clone(&self.clock),
            verifier: Arc::new(verifier),
            rules: Rules::default(),
            intake: Intake::default(),
        });
        let stop = CancellationToken::new();
        let channel = start(&Arc::new(police.unwrap()), &stop).await;
        let role = Role::ForceCoordinator;
        let caller = self.signed(OrganisationKind::Force, "43", role);
        (
            PoliceServiceClient::with_interceptor(channel, caller),
            stop.drop_guard(),
        )
    }

    /// A coordinator of this force.
    pub(crate) fn coordinator(&self, force: &str) -> Client {
        self.caller(OrganisationKind::Force, force, Role::ForceCoordinator)
    }

    /// A caller of any kind.
    pub(crate) fn caller(&self, kind: OrganisationKind, code: &str, role: Role) -> Client {
        let caller = self.signed(kind, code, role);
        PoliceServiceClient::with_interceptor(self.channel.clone(), caller)
    }

    fn signed(&self, kind: OrganisationKind, code: &str, role: Role) -> Caller {
        let issued_at_ms = now().as_millisecond();
        let assertion = Assertion {
            principal_id: "token-1".into(),
            kind: kind.into(),
            code: code.into(),
            roles: vec![role.into()],
            name: "Testy McCoordinator".into(),
            issued_at_ms,
            expires_at_ms: issued_at_ms + 30_000,
            ..Assertion::default()
        };
        Caller(self.signer.sign(&assertion))
    }

    /// A caller whom nobody vouches for.
    pub(crate) fn stranger(&self) -> PoliceServiceClient<Channel> {
        PoliceServiceClient::new(self.channel.clone())
    }

    /// Lets the service hear this event of the schools service.
    pub(crate) async fn hear(&self, name: &str, message: &impl Message) {
        let sequence = 1 + self
            .heard
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let event = public_event(name, sequence, message);
        // Heard twice, as the bus may deliver it.
        self.handler.handle(&event).await.unwrap();
        self.handler.handle(&event).await.unwrap();
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// An event of the schools service.
pub(crate) fn public_event(name: &str, sequence: u64, message: &impl Message) -> PublicEvent {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&sequence.to_be_bytes());
    PublicEvent {
        id: EventId::from_bytes(id),
        producer: "schools",
        kind: format!("firstbell.v1.schools.{name}"),
        version: 1,
        sequence,
        occurred_at: now(),
        recorded_at: now(),
        correlation: [0; 16],
        traceparent: String::new(),
        payload: message.encode_to_vec().into(),
    }
}

/// When it is now.
pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// What a refused call was told.
pub(crate) fn problem<T: std::fmt::Debug>(result: Result<T, Status>) -> Problem {
    Problem::from_status(&result.unwrap_err())
}

/// The code of a refusal and the paths that it names.
pub(crate) fn refusal<T: std::fmt::Debug>(result: Result<T, Status>) -> (String, Vec<String>) {
    let problem = problem(result);
    let paths = problem.fields().iter().map(|field| field.path.clone());
    (problem.code().as_str().to_owned(), paths.collect())
}

async fn start(police: &Arc<Police>, stop: &CancellationToken) -> Channel {
    let running = Arc::clone(police);
    let stopped = stop.clone();
    tokio::spawn(async move { running.run(stopped).await });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::builder().add_service(police.service());
    let stopped = stop.clone().cancelled_owned();
    tokio::spawn(server.serve_with_incoming_shutdown(TcpListenerStream::new(listener), stopped));
    Channel::from_shared(format!("http://{address}"))
        .unwrap()
        .connect()
        .await
        .unwrap()
}
