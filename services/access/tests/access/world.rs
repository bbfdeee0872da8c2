//! A hub with nothing but access in it, in a folder of its own.

use access::Access;
use clock::TurnedClock;
use host::{
    problem::Problem,
    readiness::Readiness,
    server::{Server, Services},
};
use jiff::Timestamp;
use journal::{EmbeddedJournal, SharedJournal, embedded::Settings};
use keys::{KeyStore, MadeFor, MasterKey, Purpose};
use policy::{OrganisationKind, Principal, Role, Signer, Verifier};
use proto::access::v1::{
    Contact, ContactCard, ContactRole, CreateTokenRequest, SetContactRequest,
    access_service_client::AccessServiceClient,
};
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tonic::{
    Request, Status,
    metadata::MetadataValue,
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

pub(crate) struct World {
    pub(crate) access: Access,
    pub(crate) clock: TurnedClock,
    pub(crate) keys: Arc<KeyStore>,
    pub(crate) journal: SharedJournal,
    pub(crate) verifier: Arc<Verifier>,
    channel: Channel,
    shutdown: CancellationToken,
    server: JoinHandle<()>,
    folder: TempDir,
}

pub(crate) type Client = AccessServiceClient<InterceptedService<Channel, Bearer>>;

/// Sends a token along.
#[derive(Clone)]
pub(crate) struct Bearer(String);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let value: MetadataValue<_> = format!("Bearer {}", self.0).parse().unwrap();
        request.metadata_mut().insert("authorization", value);
        Ok(request)
    }
}

impl World {
    /// A new hub on the evening of 20 November 2026.
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let master = MasterKey::generate_file(&folder.path().join("master")).unwrap();
        KeyStore::init(&folder.path().join("keys"), &master, MadeFor::Tests).unwrap();
        Self::open(folder, "2026-11-20T22:00:00Z".parse().unwrap()).await
    }

    /// Ends the hub and starts it again on the same files.
    pub(crate) async fn restart(self) -> Self {
        let Self {
            folder,
            clock,
            shutdown,
            server,
            access,
            journal,
            keys,
            channel,
            verifier: _,
        } = self;
        shutdown.cancel();
        drop(channel);
        server.await.unwrap();
        // The files can be opened again once nobody has them open.
        drop((access, journal, keys));
        Self::open(folder, clock::Clock::now(&clock)).await
    }

    async fn open(folder: TempDir, now: Timestamp) -> Self {
        let clock = TurnedClock::new(now);
        let shared = Arc::new(clock.clone());
        let master = MasterKey::from_file(&folder.path().join("master")).unwrap();
        let store = KeyStore::open(&folder.path().join("keys"), &master, shared.clone()).unwrap();
        let signer = Signer::from_pkcs8(store.signing_key(Purpose::Assertions).pkcs8()).unwrap();
        let verifier = Arc::new(Verifier::new([signer.verifying_key()]).unwrap());
        let file = folder.path().join("access.journal");
        let settings = Settings::default();
        let journal: SharedJournal =
            Arc::new(EmbeddedJournal::open(&file, settings, shared.clone()).unwrap());
        let keys = Arc::new(store);
        let access = access::build(access::Config {
            journal: journal.clone(),
            keys: keys.clone(),
            clock: shared,
            signer,
        })
        .await
        .unwrap();
        let shutdown = CancellationToken::new();
        let (channel, server) = serve(&access, &verifier, &shutdown).await;
        Self {
            access,
            clock,
            keys,
            journal,
            verifier,
            channel,
            shutdown,
            server,
            folder,
        }
    }

    pub(crate) fn client(&self, token: &str) -> Client {
        AccessServiceClient::with_interceptor(self.channel.clone(), Bearer(token.to_owned()))
    }

    /// A client with a fresh operator's token.
    pub(crate) async fn operator(&self) -> Client {
        let token = self.access.bootstrap_operator_token().await.unwrap();
        self.client(&token)
    }

    /// A token for a role of an organisation.
    pub(crate) async fn token(&self, kind: OrganisationKind, code: &str, role: Role) -> String {
        let request = CreateTokenRequest {
            kind: kind.into(),
            code: code.into(),
            roles: vec![role.into()],
            name: "Testy McTestface".into(),
            ..CreateTokenRequest::default()
        };
        self.access.create_token(request).await.unwrap().token
    }

    /// Who is let in with `token`, as the services behind the door see it.
    pub(crate) async fn caller(&self, token: &str) -> Result<Principal, Problem> {
        let assertion = self.access.authenticate().authenticate(token).await?;
        let now = clock::Clock::now(&self.clock);
        Ok(self.verifier.verify(&assertion.0, now).unwrap())
    }

    /// Every byte of every file of the hub.
    pub(crate) fn bytes_on_disk(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        read_all(self.folder.path(), &mut bytes);
        bytes
    }
}

async fn serve(
    access: &Access,
    verifier: &Arc<Verifier>,
    shutdown: &CancellationToken,
) -> (Channel, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::new(
        Services::new().with(access.service(Arc::clone(verifier))),
        access.authenticate(),
        Readiness::new(),
        shutdown.clone(),
    );
    let server = tokio::spawn(server.serve(listener));
    let endpoint = Channel::from_shared(format!("http://{address}")).unwrap();
    (endpoint.connect().await.unwrap(), server)
}

fn read_all(folder: &Path, bytes: &mut Vec<u8>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_all(&path, bytes);
        } else {
            bytes.extend(fs::read(path).unwrap());
        }
    }
}

/// A Key Adult of school 900001.
pub(crate) fn key_adult() -> Contact {
    Contact {
        contact_id: "lead".into(),
        kind: OrganisationKind::School.into(),
        code: "900001".into(),
        roles: vec![ContactRole::KeyAdult.into()],
        card: Some(ContactCard {
            name: "Keya McTestface".into(),
            job_title: "Safeguarding lead".into(),
            email: "keya@school.example.org".into(),
            phone: "01632 960001".into(),
        }),
        ..Contact::default()
    }
}

pub(crate) fn set(contact: Contact) -> SetContactRequest {
    SetContactRequest {
        contact: Some(contact),
    }
}

/// What a refusal says.
pub(crate) fn problem(status: &Status) -> Problem {
    Problem::from_status(status)
}
