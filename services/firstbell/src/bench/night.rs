//! A hub in the middle of a school night, with schools, rolls, people and a mail server, on threads
//! of its own.

use super::{
    BoxError,
    town::{self, FORCE, SCHOOLS, urn},
};
use crate::{
    client::{self, Hub as Door},
    demo::post_room::PostRoom,
    hub::{self, Hub, Stores},
};
use clock::{Clock, SharedClock, SystemClock, TurnedClock};
use futures::{future::BoxFuture, stream};
use host::{
    config::{Config, Smtp},
    readiness::Readiness,
};
use jiff::{SignedDuration, Timestamp};
use keys::MadeFor;
use proto::{
    access::v1::{
        Contact, ContactCard, ContactRole, CreateTokenRequest, OrganisationKind, Role,
        SetContactRequest, access_service_client::AccessServiceClient,
    },
    schools::v1::{
        ImportChunk, ImportHeader, ImportMode, ImportReport,
        directory_service_client::DirectoryServiceClient,
    },
};
use std::{path::Path, sync::Arc};
use tokio::runtime::{Builder, Handle, Runtime};

/// Two in the morning of a Wednesday in term: nobody is told anything before seven.
const BEGIN: &str = "2026-03-18T02:00:00Z";
const CHUNK: usize = 256 * 1024;

/// The machine's clock, set to another time.
#[derive(Debug)]
struct Shifted(SignedDuration);

/// A hub under load. Its client has other threads, as if it were another process; or it is one.
pub(super) struct Night {
    /// Where both doors are, e.g. `http://127.0.0.1:8420`.
    pub(super) url: String,
    /// The sending force's token.
    pub(super) force: String,
    /// The token of each school's Key Adult.
    pub(super) schools: Vec<String>,
    /// The hub's clock.
    pub(super) clock: SharedClock,
    /// None where it is elsewhere.
    hub: Option<Hub>,
    threads: Threads,
}

/// A hub that runs elsewhere, made for tests, with nobody in it yet.
#[derive(Clone, Debug)]
pub struct Elsewhere {
    /// Where its doors are.
    pub url: String,
    /// Its operator's token.
    pub operator: String,
}

/// The hub's own threads. A runtime cannot be dropped by another one: it is let go.
struct Threads(Option<Runtime>);

// === impl Night ===

impl Night {
    /// Makes a hub in `folder` and fills it.
    pub(super) async fn begin(folder: &Path) -> Result<Self, BoxError> {
        let threads = Threads::start()?;
        let begin: Timestamp = BEGIN.parse()?;
        let shift = begin.duration_since(SystemClock.now());
        let clock: SharedClock = Arc::new(Shifted(shift));
        // On the client's threads: mail is another machine's work.
        let post_room = PostRoom::open().await?.address;
        let config = Config {
            data: folder.join("hub"),
            listen: ([127, 0, 0, 1], 0).into(),
            smtp: Smtp {
                host: post_room.ip().to_string(),
                port: post_room.port(),
                from: "firstbell@example.org".to_owned(),
                starttls: false,
                ..Smtp::default()
            },
            ..Config::default()
        };
        hub::make(&config, MadeFor::Tests)?;
        let hub = threads.handle()?.spawn({
            let clock = clock.clone();
            async move { Hub::start(&config, clock, Readiness::new()).await }
        });
        let hub = hub.await??;
        let operator = hub.access.bootstrap_operator_token().await;
        let operator = operator.map_err(|_| "the hub gave no operator's token")?;
        let url = format!("http://{}", hub.address);
        Self::filled(url, &operator, clock, Some(hub), threads).await
    }

    /// Fills a hub that runs elsewhere, whose clock stands where the night begins.
    pub(super) async fn elsewhere(hub: &Elsewhere) -> Result<Self, BoxError> {
        let clock = Arc::new(TurnedClock::new(BEGIN.parse()?));
        let (url, operator) = (hub.url.clone(), &hub.operator);
        Self::filled(url, operator, clock, None, Threads::start()?).await
    }

    async fn filled(
        url: String,
        operator: &str,
        clock: SharedClock,
        hub: Option<Hub>,
        threads: Threads,
    ) -> Result<Self, BoxError> {
        let mut night = Self {
            url,
            force: String::new(),
            schools: Vec::new(),
            clock,
            hub,
            threads,
        };
        night.import(operator).await?;
        night.hire(operator).await?;
        Ok(night)
    }

    /// A connection of its own for one caller.
    pub(super) fn connect(&self, token: &str) -> Result<Door, BoxError> {
        Ok(client::connect_as(&self.url, token)?)
    }

    /// The keys and journals of a hub that is here.
    pub(super) fn stores(&self) -> Result<&Stores, BoxError> {
        let hub = self.hub.as_ref().ok_or("the hub is elsewhere")?;
        Ok(&hub.stores)
    }

    /// Where other servers can run beside the hub.
    pub(super) fn threads(&self) -> Result<&Handle, BoxError> {
        self.threads.handle()
    }

    /// Ends the hub in order.
    pub(super) async fn end(self) -> Result<(), BoxError> {
        if let Some(hub) = self.hub {
            self.threads.handle()?.spawn(hub.stop()).await?;
        }
        Ok(())
    }

    async fn import(&self, operator: &str) -> Result<(), BoxError> {
        let mut desk = DirectoryServiceClient::new(self.connect(operator)?);
        let schools = chunks(town::schools_file(), ImportHeader::default());
        let schools = desk.import_schools(schools).await?.into_inner();
        whole(&schools)?;
        let header = ImportHeader {
            as_at: "2026-03-17".to_owned(),
            mode: ImportMode::Whole.into(),
            schools: Vec::new(),
        };
        let roll = chunks(town::roll_file(), header);
        whole(&desk.import_roll(roll).await?.into_inner())
    }

    async fn hire(&mut self, operator: &str) -> Result<(), BoxError> {
        let mut access = AccessServiceClient::new(self.connect(operator)?);
        let force = CreateTokenRequest {
            kind: OrganisationKind::Force.into(),
            code: FORCE.to_owned(),
            roles: vec![Role::ForceSender.into()],
            name: "Testy McTestface".to_owned(),
            ..CreateTokenRequest::default()
        };
        self.force = access.create_token(force).await?.into_inner().token;
        for school in 0..SCHOOLS {
            let contact = key_adult(school);
            let request = CreateTokenRequest {
                kind: contact.kind,
                code: contact.code.clone(),
                roles: vec![Role::KeyAdult.into()],
                contact_id: contact.contact_id.clone(),
                ..CreateTokenRequest::default()
            };
            let contact = Some(contact);
            access.set_contact(SetContactRequest { contact }).await?;
            let made = access.create_token(request).await?.into_inner();
            self.schools.push(made.token);
        }
        Ok(())
    }
}

fn key_adult(school: usize) -> Contact {
    Contact {
        contact_id: "lead".to_owned(),
        kind: OrganisationKind::School.into(),
        code: urn(school),
        roles: vec![ContactRole::KeyAdult.into()],
        card: Some(ContactCard {
            name: "Testy McTestface".to_owned(),
            job_title: String::new(),
            email: "lead@example.org".to_owned(),
            phone: "01632 960001".to_owned(),
        }),
        ..Contact::default()
    }
}

fn chunks(
    file: String,
    header: ImportHeader,
) -> impl futures::Stream<Item = ImportChunk> + Send + 'static {
    let parts = file.into_bytes();
    let parts: Vec<_> = parts.chunks(CHUNK).map(<[u8]>::to_vec).collect();
    let mut header = Some(header);
    stream::iter(parts.into_iter().map(move |data| ImportChunk {
        header: header.take(),
        data,
    }))
}

fn whole(report: &ImportReport) -> Result<(), BoxError> {
    if report.rows_taken == report.rows_read && report.rows_read > 0 {
        return Ok(());
    }
    Err("the hub refused rows of the benchmark's files".into())
}

// === impl Threads ===

impl Threads {
    fn start() -> Result<Self, BoxError> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        Ok(Self(Some(runtime)))
    }

    fn handle(&self) -> Result<&Handle, BoxError> {
        let runtime = self.0.as_ref().map(Runtime::handle);
        Ok(runtime.ok_or("the hub's threads have ended")?)
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

// === impl Shifted ===

impl Clock for Shifted {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now();
        now.saturating_add(self.0).unwrap_or(now)
    }

    fn sleep_until(&self, at: Timestamp) -> BoxFuture<'static, ()> {
        SystemClock.sleep_until(at.saturating_sub(self.0).unwrap_or(at))
    }
}
