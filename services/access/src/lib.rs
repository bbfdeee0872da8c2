//! Access: organisations, the people who can be reached there, and the tokens that let callers in.
//!
//! In reading order: [`api`] takes requests (IN) after [`checks`] has refused bad ones by name of
//! field and the policy those out of reach; [`registry`] seals what is personal and carries out
//! commands on the pure [`domain`]; [`publish`] says what leaves the house (OUT); [`views`] is what
//! is read at every call (OUT); [`door`] exchanges a token for a short-lived signed assertion, and
//! [`border`] does it for the process that callers reach.
//!
//! An organisation is public knowledge and stands in the clear; a person only sealed.

mod api;
mod border;
mod checks;
mod domain;
mod door;
mod problems;
mod publish;
mod registry;
mod views;

use bus::{JournalFeed, SharedFeed};
use clock::SharedClock;
use host::{principal::Authenticate, problem::Problem};
use jiff::tz::TimeZone;
use journal::SharedJournal;
use keys::{Sealer, Service, SharedKeys};
use policy::{Signer, Verifier};
use proto::access::v1::{
    self as public, access_service_server::AccessServiceServer,
    border_service_server::BorderServiceServer,
};
use registry::Registry;
use std::{fmt, sync::Arc};
use tokio::sync::Mutex;

/// What the service is made of.
pub struct Config {
    /// Its own journal.
    pub journal: SharedJournal,
    /// The key holder.
    pub keys: SharedKeys,
    /// Dates expiries and decides who is a contact today.
    pub clock: SharedClock,
    /// Signs assertions; nobody else in the hub holds it.
    pub signer: Signer,
}

/// Why the service could not be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its journal could not be read.
    #[error("fold the journal of access")]
    Journal(#[from] journal::ReadError),
    /// The time-zone database has no Europe/London.
    #[error("find the time zone of schools")]
    TimeZone(#[source] jiff::Error),
}

/// The running service. Clones are the same one.
#[derive(Clone)]
pub struct Access {
    registry: Arc<Registry>,
    door: Arc<door::Door>,
}

/// Builds the service on its journal.
pub async fn build(config: Config) -> Result<Access, Error> {
    let registry = Arc::new(Registry {
        views: views::Views::build(config.journal.clone()).await?,
        journal: config.journal,
        sealer: Sealer::new(config.keys, Service::Access),
        clock: config.clock,
        london: TimeZone::get("Europe/London").map_err(Error::TimeZone)?,
        revoking: Mutex::default(),
    });
    let door = Arc::new(door::Door::new(Arc::clone(&registry), config.signer));
    Ok(Access { registry, door })
}

/// Whoever holds [`Access`] itself acts for the hub: no permission is asked.
const THE_HUB: &str = "hub";

// === impl Access ===

impl Access {
    /// The gRPC service. `verifier` trusts the signer's key.
    pub fn service(&self, verifier: Arc<Verifier>) -> AccessServiceServer<api::Api> {
        AccessServiceServer::new(api::Api::new(Arc::clone(&self.registry), verifier))
    }

    /// Exchanges tokens for assertions at the hub's border.
    pub fn authenticate(&self) -> Arc<dyn Authenticate> {
        Arc::clone(&self.door) as Arc<dyn Authenticate>
    }

    /// The same for the processes of `keepers`, which callers reach instead.
    pub fn border(&self, keepers: &'static [&'static str]) -> BorderServiceServer<border::Border> {
        BorderServiceServer::new(border::Border {
            door: Arc::clone(&self.door),
            keepers,
        })
    }

    /// The service's public events.
    pub fn feed(&self) -> SharedFeed {
        let journal = self.registry.journal.clone();
        Arc::new(JournalFeed::new("access", journal, publish::publish))
    }

    /// Makes a token for the hub's operator, good for a year: the way in to a new hub.
    pub async fn bootstrap_operator_token(&self) -> Result<String, Problem> {
        let request = public::CreateTokenRequest {
            kind: policy::OrganisationKind::Operator.into(),
            code: "hub".to_owned(),
            roles: vec![policy::Role::HubOperator.into()],
            name: "Operator of the hub".to_owned(),
            days: 366,
            ..public::CreateTokenRequest::default()
        };
        Ok(self.create_token(request).await?.token)
    }

    /// As `RegisterOrganisation`, from within the process.
    pub async fn register_organisation(
        &self,
        request: public::RegisterOrganisationRequest,
    ) -> Result<public::RegisterOrganisationResponse, Problem> {
        let new = checks::NewOrganisation::check(request)?;
        self.registry.register_organisation(THE_HUB, new).await
    }

    /// As `CreateToken`, from within the process.
    pub async fn create_token(
        &self,
        request: public::CreateTokenRequest,
    ) -> Result<public::CreateTokenResponse, Problem> {
        let new = checks::NewToken::check(request)?;
        self.registry.create_token(THE_HUB, new).await
    }

    /// As `SetContact`, from within the process.
    pub async fn set_contact(
        &self,
        request: public::SetContactRequest,
    ) -> Result<public::SetContactResponse, Problem> {
        let new = checks::NewContact::check(request.contact.unwrap_or_default())?;
        self.registry.set_contact(THE_HUB, new).await
    }

    /// As `SetWebhook`, from within the process.
    pub async fn set_webhook(
        &self,
        request: public::SetWebhookRequest,
    ) -> Result<public::SetWebhookResponse, Problem> {
        let new = checks::NewWebhook::check(request)?;
        self.registry.set_webhook(THE_HUB, new).await
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Access")
    }
}

/// Generated from `proto/firstbell/access/private/v1/events.proto`.
pub(crate) mod wire {
    #![expect(
        unreachable_pub,
        clippy::pedantic,
        reason = "generated from the proto, which carries the documentation"
    )]
    tonic::include_proto!("firstbell.access.private.v1");
}
